import GRDB
import MSNP
import Roster
import Store

extension RosterSnapshot {
  static func read(_ account: AccountID, from database: Database) throws -> RosterSnapshot? {
    guard let owner = try database.account(account) else { return nil }
    var snapshot = RosterSnapshot(
      version: owner.version, privacyMode: owner.privacyMode, reversePrompt: owner.reversePrompt,
      properties: try database.properties(of: account), groups: try groups(of: account, from: database),
      reverse: try reverse(of: account, from: database))
    try snapshot.addContacts(of: account, from: database)
    return snapshot
  }

  private mutating func addContacts(of account: AccountID, from database: Database) throws {
    let visible = try RosterSnapshot.visibleProperties(to: account, from: database)
    let rows = try database.rows(
      """
      SELECT account.id, account.handle, contact.name, contact.lists, contact.groups
      FROM contact JOIN account ON account.id = contact.contact WHERE contact.owner = ? ORDER BY contact.contact
      """, [account.rawValue])
    for row in rows {
      let lists = ListMembership(rawValue: row[3])
      let entry = ListEntry(handle: try row.handle(1), name: try row.name(2))
      if lists.contains(.forward) {
        forward.append(ListEntry(handle: entry.handle, name: entry.name, groups: GroupSet(rawValue: row[4])))
        forwardProperties.append(visible[row.account(0)] ?? .blank)
      }
      if lists.contains(.allow) { allow.append(entry) }
      if lists.contains(.block) { block.append(entry) }
    }
  }

  /// The properties of those forward-list contacts that have the account on their allow list.
  private static func visibleProperties(
    to account: AccountID, from database: Database
  ) throws -> [AccountID: ContactProperties] {
    let rows = try database.rows(
      """
      SELECT property.owner, property.key, property.value FROM contact mine
      JOIN contact theirs ON theirs.owner = mine.contact AND theirs.contact = mine.owner AND theirs.lists & 2
      JOIN property ON property.owner = mine.contact
      WHERE mine.owner = ? AND mine.lists & 1
      """, [account.rawValue])
    var properties: [AccountID: ContactProperties] = [:]
    for row in rows {
      if let key = ContactProperty(rawValue: row[1]) { properties[row.account(0), default: .blank][key] = row[2] }
    }
    return properties
  }

  private static func groups(of account: AccountID, from database: Database) throws -> [Group] {
    try database.groups(of: account).names.sorted { $0.key < $1.key }.map { Group(number: $0.key, name: $0.value) }
  }

  /// Who has the account on the forward list, under their own present names.
  private static func reverse(of account: AccountID, from database: Database) throws -> [ListEntry] {
    let rows = try database.rows(
      """
      SELECT account.handle, account.name FROM contact JOIN account ON account.id = contact.owner
      WHERE contact.contact = ? AND contact.lists & 1 ORDER BY contact.owner
      """, [account.rawValue])
    return try rows.map { ListEntry(handle: try $0.handle(0), name: try $0.name(1)) }
  }
}
