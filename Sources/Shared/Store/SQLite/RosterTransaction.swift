import GRDB
import MSNP
import Roster
import Store

/// One change inside its transaction: reads the rows it needs, has them judged by the rules of every store, writes.
///
/// Refusals are thrown before anything is written, so a caller that makes several changes in one transaction may go on
/// after one.
struct RosterTransaction {
  let database: Database
  let owner: AccountFacts
  let limits: ListLimits

  /// The transaction of a change by `account`, which has to exist.
  init(_ database: Database, by account: AccountID, limits: ListLimits) throws {
    guard let owner = try database.account(account) else { throw StoreFailure("\(account) is gone") }
    self.init(database, by: owner, limits: limits)
  }

  init(_ database: Database, by owner: AccountFacts, limits: ListLimits) {
    self.database = database
    self.owner = owner
    self.limits = limits
  }

  func make(_ change: RosterChange) throws -> ChangeOutcome {
    let plan = try ChangePlan(change, in: try scene(of: change), limits: limits)
    for write in plan.writes { try carryOut(write) }
    return try plan.outcome(by: owner.account, raising: database.raiseVersion)
  }
}

// What a change is judged by.
extension RosterTransaction {
  private func scene(of change: RosterChange) throws -> ChangeScene {
    var scene = ChangeScene(owner: owner)
    switch change {
    case .add(let list, let handle, _, _, _):
      try meet(try database.account(handle), in: &scene)
      scene.groups = try database.groups(of: owner.account)
      scene.count = try database.count(of: list, of: owner.account)
    case .remove(_, let handle, _):
      try meet(try database.account(handle), in: &scene)
      scene.groups = try database.groups(of: owner.account)
    case .addToGroup(let guid, _), .removeContact(let guid, _):
      try meet(try database.account(of: guid, on: owner.account), in: &scene)
      scene.groups = try database.groups(of: owner.account)
    case .renameContact(let handle, _), .accept(let handle), .endPending(let handle):
      try meet(try database.account(handle), in: &scene)
    case .nameContact(let guid, _), .setNote(let guid, _, _):
      try meet(try database.account(of: guid, on: owner.account), in: &scene)
    case .rename, .setPrivacyMode, .setReversePrompt: break
    case .setProperty:
      scene.properties = try database.properties(of: owner.account)
      scene.watchers = try admittedWatchers()
    case .addGroup, .renameGroup: scene.groups = try database.groups(of: owner.account)
    case .removeGroup:
      scene.groups = try database.groups(of: owner.account)
      scene.members = try members()
    }
    return scene
  }

  private func meet(_ other: AccountFacts?, in scene: inout ChangeScene) throws {
    guard let other else { return }
    let row = try database.contact(owner.account, of: other.account)
    let theirs = row?.lists ?? []
    scene.other = other
    scene.contact = try database.contact(other.account, of: owner.account)
    scene.otherHasOwner = theirs.contains(.forward)
    scene.otherAllowsOwner = theirs.contains(.allow)
    scene.otherHasDecided = !theirs.isDisjoint(with: [.allow, .block])
    scene.answered = row?.pending ?? .settled
    scene.otherProperties = try database.properties(of: other.account)
    scene.properties = try database.properties(of: owner.account)
  }

  /// Who has the owner on the forward list and is on the owner's allow list.
  private func admittedWatchers() throws -> [AccountID] {
    try database.accounts(
      """
      SELECT theirs.owner FROM contact theirs
      JOIN contact mine ON mine.owner = theirs.contact AND mine.contact = theirs.owner AND mine.lists & 2
      WHERE theirs.contact = ? AND theirs.lists & 1 ORDER BY theirs.owner
      """, [owner.account.rawValue])
  }

  private func members() throws -> [AccountID: ContactRecord] {
    let members = try database.accounts(
      "SELECT contact FROM contact WHERE owner = ? AND groups <> 0", [owner.account.rawValue])
    return try members.reduce(into: [:]) { $0[$1] = try database.contact($1, of: owner.account) }
  }
}

// What a change writes.
extension RosterTransaction {
  private func carryOut(_ write: ChangeWrite) throws {
    let by = owner.account.rawValue
    switch write {
    case .contact(let contact, let record): try database.write(record, about: contact, of: owner.account)
    case .name(let name): try database.rename(owner.account, to: name)
    case .privacyMode(let mode):
      try database.run("UPDATE account SET privacy = ? WHERE id = ?", [mode.rawValue, by])
    case .reversePrompt(let prompt):
      try database.run("UPDATE account SET prompt = ? WHERE id = ?", [prompt.rawValue, by])
    case .property(let property, let value?):
      try database.run(
        """
        INSERT INTO property (owner, key, value) VALUES (?, ?, ?)
        ON CONFLICT (owner, key) DO UPDATE SET value = excluded.value
        """, [by, property.rawValue, value])
    case .property(let property, nil):
      try database.run("DELETE FROM property WHERE owner = ? AND key = ?", [by, property.rawValue])
    case .answer(let other, let state):
      try database.run(
        "UPDATE contact SET pending = ? WHERE owner = ? AND contact = ?", [state.rawValue, other.rawValue, by])
    case .note(let contact, let note, let value?):
      try database.run(
        """
        INSERT INTO contact_note (owner, contact, key, value) VALUES (?, ?, ?, ?)
        ON CONFLICT (owner, contact, key) DO UPDATE SET value = excluded.value
        """, [by, contact.rawValue, note.rawValue, value])
    case .note(let contact, let note, nil):
      try database.run(
        "DELETE FROM contact_note WHERE owner = ? AND contact = ? AND key = ?", [by, contact.rawValue, note.rawValue])
    case .newGroup(let group, let name, let guid):
      try database.insertGroup(group, named: name, guid, of: owner.account)
    case .groupName(let group, let name):
      try database.run(
        "UPDATE contact_group SET name = ? WHERE owner = ? AND number = ?", [name, by, group.rawValue])
    case .noGroup(let group):
      try database.run("DELETE FROM contact_group WHERE owner = ? AND number = ?", [by, group.rawValue])
    }
  }
}
