import GRDB
import MSNP
import Roster

extension RosterTransaction {
  func addGroup(_ name: String) throws -> ChangeOutcome {
    let group = try database.groups(of: owner.account).adding(name, limits: limits)
    try database.insertGroup(group, named: name, of: owner.account)
    return try done(.group(group))
  }

  func renameGroup(_ group: GroupNumber, to name: String) throws -> ChangeOutcome {
    try database.groups(of: owner.account).checkRenaming(group, to: name)
    try database.run(
      "UPDATE contact_group SET name = ? WHERE owner = ? AND number = ?",
      [name, owner.account.rawValue, group.rawValue])
    return try done(.group(group))
  }

  func removeGroup(_ group: GroupNumber) throws -> ChangeOutcome {
    try database.groups(of: owner.account).checkRemoving(group)
    for member in try members(of: group) {
      guard let record = try database.contact(member, of: owner.account) else { continue }
      try database.write(record.leaving(group), about: member, of: owner.account)
    }
    try database.run(
      "DELETE FROM contact_group WHERE owner = ? AND number = ?", [owner.account.rawValue, group.rawValue])
    return try done(.group(group))
  }

  private func members(of group: GroupNumber) throws -> [AccountID] {
    try database.accounts(
      "SELECT contact FROM contact WHERE owner = ? AND groups & ?",
      [owner.account.rawValue, GroupSet([group]).rawValue])
  }
}
