import GRDB
import MSNP
import Roster

extension RosterTransaction {
  func add(
    _ handle: UserHandle, to list: ContactList, as name: FriendlyName, group: GroupNumber?
  ) throws -> ChangeOutcome {
    guard let other = try database.account(handle) else { throw RosterRefusal.noSuchAccount }
    let current = try database.contact(other.account, of: owner.account)
    let record = try ContactRecord.adding(
      to: list, name: name, group: group, current: current, groups: try database.groups(of: owner.account),
      count: try database.count(of: list, of: owner.account), limits: limits)
    try database.write(record, about: other.account, of: owner.account)

    let isNew = list == .forward && current?.lists.contains(.forward) != true
    let properties = try database.properties(of: other.account, shownTo: owner.account)
    var outcome = try done(.added(other.account, newOnForward: isNew, properties: properties))
    if isNew { outcome.notices.append(try notice(.reverseAdded(owner.handle, owner.name), to: other.account)) }
    if list == .allow { outcome.notices += try disclose(to: other.account, isAllowed: true) }
    return outcome
  }

  func remove(_ handle: UserHandle, from list: ContactList, group: GroupNumber?) throws -> ChangeOutcome {
    guard let other = try database.account(handle) else { throw RosterRefusal.noSuchAccount }
    let record = try ContactRecord.removing(
      from: list, group: group, current: try database.contact(other.account, of: owner.account),
      groups: try database.groups(of: owner.account))
    try database.write(record, about: other.account, of: owner.account)

    let hasLeft = list == .forward && !record.lists.contains(.forward)
    var outcome = try done(.removed(other.account, leftForward: hasLeft))
    if hasLeft { outcome.notices.append(try notice(.reverseRemoved(owner.handle), to: other.account)) }
    if list == .allow { outcome.notices += try disclose(to: other.account, isAllowed: false) }
    return outcome
  }

  func renameContact(_ handle: UserHandle, to name: FriendlyName) throws -> ChangeOutcome {
    guard let other = try database.account(handle),
      var record = try database.contact(other.account, of: owner.account), record.lists.contains(.forward)
    else { throw RosterRefusal.notOnList }
    record.name = name
    try database.write(record, about: other.account, of: owner.account)
    return try done()
  }
}
