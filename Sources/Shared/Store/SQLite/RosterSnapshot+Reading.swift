import GRDB
import MSNP
import Roster
import Store

extension RosterSnapshot {
  static func read(_ account: AccountID, from database: Database) throws -> RosterSnapshot? {
    guard let owner = try database.account(account) else { return nil }
    return RosterSnapshot(
      version: owner.version, name: owner.name, privacyMode: owner.privacyMode, reversePrompt: owner.reversePrompt,
      properties: try database.properties(of: account), groups: try groups(of: account, from: database),
      contacts: try contacts(of: account, from: database))
  }

  private static func contacts(of account: AccountID, from database: Database) throws -> [RosterContact] {
    var contacts = ContactGathering()
    try readOwn(of: account, from: database, into: &contacts)
    try readReverse(of: account, from: database, into: &contacts)
    try readVisibleProperties(to: account, from: database, into: &contacts)
    let notes = "SELECT contact, key, value FROM contact_note WHERE owner = ?"
    try database.forEachRow(notes, [account.rawValue]) { row in
      if let note = ContactNote(rawValue: row.text(1)) { contacts.set(note, row.text(2), of: row.account(0)) }
    }
    return contacts.contacts
  }

  private static func readOwn(
    of account: AccountID, from database: Database, into contacts: inout ContactGathering
  ) throws {
    try database.forEachRow(
      """
      SELECT account.id, account.handle, contact.name, account.name, contact.lists, contact.groups, contact.guid
      FROM contact JOIN account ON account.id = contact.contact WHERE contact.owner = ? ORDER BY contact.contact
      """, [account.rawValue]
    ) { row in
      contacts.add(
        try RosterContact(
          account: row.account(0), handle: row.handle(1), storedName: row.name(2), ownName: row.name(3),
          lists: row.lists(4), groups: row.groups(5), guid: row.guid(6)))
    }
  }

  /// The properties of those forward-list contacts that have the account on their allow list.
  ///
  /// `CROSS JOIN` keeps SQLite to this order: few have properties, so few lists of others are looked into.
  private static func readVisibleProperties(
    to account: AccountID, from database: Database, into contacts: inout ContactGathering
  ) throws {
    try database.forEachRow(
      """
      SELECT property.owner, property.key, property.value FROM contact mine
      CROSS JOIN property ON property.owner = mine.contact
      CROSS JOIN contact theirs ON theirs.owner = mine.contact AND theirs.contact = mine.owner AND theirs.lists & 2
      WHERE mine.owner = ? AND mine.lists & 1
      """, [account.rawValue]
    ) { row in
      if let key = ContactProperty(rawValue: row.text(1)) { contacts.set(key, row.text(2), of: row.account(0)) }
    }
  }

  private static func groups(of account: AccountID, from database: Database) throws -> [Group] {
    try database.groups(of: account).groups.sorted { $0.key < $1.key }.map {
      Group(number: $0.key, guid: $0.value.guid, name: $0.value.name)
    }
  }

  /// Who has the account on the forward list: mostly contacts of its own, whose names have been read.
  private static func readReverse(
    of account: AccountID, from database: Database, into contacts: inout ContactGathering
  ) throws {
    var hasOthers = false
    try database.forEachRow(
      "SELECT owner, pending FROM contact WHERE contact = ? AND lists & 1", [account.rawValue]
    ) { row in
      if !contacts.reverse(row.account(0), row.pending(1)) { hasOthers = true }
    }
    guard hasOthers else { return }
    try database.forEachRow(
      """
      SELECT account.id, account.handle, account.name, theirs.pending
      FROM contact theirs JOIN account ON account.id = theirs.owner WHERE theirs.contact = ?1 AND theirs.lists & 1
        AND NOT EXISTS (SELECT 1 FROM contact mine WHERE mine.owner = ?1 AND mine.contact = theirs.owner)
      """, [account.rawValue]
    ) { row in
      contacts.add(
        reverse: try RosterContact(account: row.account(0), handle: row.handle(1), ownName: row.name(2)),
        row.pending(3))
    }
  }
}
