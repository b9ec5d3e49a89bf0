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
    var contacts = try own(of: account, from: database)
    for reverse in try reverse(of: account, from: database) {
      contacts[reverse.account, default: reverse].lists.insert(.reverse)
      contacts[reverse.account]?.pending = reverse.pending
    }
    for (contact, properties) in try visibleProperties(to: account, from: database) {
      contacts[contact]?.properties = properties
    }
    for row in try database.rows("SELECT contact, key, value FROM contact_note WHERE owner = ?", [account.rawValue]) {
      if let note = ContactNote(rawValue: row[1]) { contacts[row.account(0)]?.notes[note] = row[2] }
    }
    return contacts.values.sorted { $0.account < $1.account }
  }

  private static func own(of account: AccountID, from database: Database) throws -> [AccountID: RosterContact] {
    let rows = try database.rows(
      """
      SELECT account.id, account.handle, contact.name, account.name, contact.lists, contact.groups, contact.guid
      FROM contact JOIN account ON account.id = contact.contact WHERE contact.owner = ?
      """, [account.rawValue])
    return try rows.reduce(into: [:]) { contacts, row in
      contacts[row.account(0)] = try RosterContact(
        account: row.account(0), handle: row.handle(1), storedName: row.name(2), ownName: row.name(3),
        lists: ListMembership(rawValue: row[4]), groups: GroupSet(rawValue: row[5]), guid: row.guid(6))
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
    try database.groups(of: account).groups.sorted { $0.key < $1.key }.map {
      Group(number: $0.key, guid: $0.value.guid, name: $0.value.name)
    }
  }

  /// Who has the account on the forward list.
  private static func reverse(of account: AccountID, from database: Database) throws -> [RosterContact] {
    let rows = try database.rows(
      """
      SELECT account.id, account.handle, account.name, contact.pending
      FROM contact JOIN account ON account.id = contact.owner WHERE contact.contact = ? AND contact.lists & 1
      """, [account.rawValue])
    return try rows.map {
      try RosterContact(
        account: $0.account(0), handle: $0.handle(1), ownName: $0.name(2),
        pending: PendingState(rawValue: $0[3]) ?? .settled)
    }
  }
}
