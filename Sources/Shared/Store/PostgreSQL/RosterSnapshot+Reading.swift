import MSNP
import PostgreSQL
import Roster
import Store

extension RosterSnapshot {
  /// What a row of the snapshot's statement is about: its first column.
  private enum Kind: Int {
    case account = 1
    case group, property, contact, reverse, visibleProperty, note
  }

  /// The snapshot from the rows of its statement; nil when the account is gone.
  static func read(_ rows: QueryResult) throws -> RosterSnapshot? {
    var snapshot: RosterSnapshot?
    var contacts = ContactGathering()
    for row in rows {
      switch Kind(rawValue: try row.kind(0)) {
      case .account: snapshot = try RosterSnapshot(account: row)
      case .group:
        snapshot?.groups.append(Group(number: try row.group(1), guid: try row.guid(3), name: try row.text(2)))
      case .property:
        if let key = ContactProperty(rawValue: try row.text(2)) { snapshot?.properties[key] = try row.text(3) }
      case .contact: contacts.add(try RosterContact(row))
      case .reverse:
        let (account, pending) = (try row.account(1), try row.pending(4))
        if !contacts.reverse(account, pending) { contacts.add(reverse: try RosterContact(reverse: row), pending) }
      case .visibleProperty:
        if let key = ContactProperty(rawValue: try row.text(2)) {
          contacts.set(key, try row.text(3), of: try row.account(1))
        }
      case .note:
        if let note = ContactNote(rawValue: try row.text(2)) {
          contacts.set(note, try row.text(3), of: try row.account(1))
        }
      case nil: throw StoreFailure("unknown row in a snapshot")
      }
    }
    snapshot?.contacts = contacts.contacts
    return snapshot
  }

  private init(account row: Row) throws(StoreFailure) {
    self.init(
      version: try row.version(4), name: try row.name(6), privacyMode: PrivacyMode(stored: try row.text(2)),
      reversePrompt: ReversePrompt(stored: try row.text(3)))
  }
}

extension RosterContact {
  fileprivate init(_ row: Row) throws(StoreFailure) {
    let name = try row.name(3)
    self.init(
      account: try row.account(1), handle: try row.handle(2), storedName: name,
      ownName: try row.name(6, mostlyAs: name), lists: try row.lists(4), groups: try row.groups(5),
      guid: try row.guid(7))
  }

  fileprivate init(reverse row: Row) throws(StoreFailure) {
    self.init(account: try row.account(1), handle: try row.handle(2), ownName: try row.name(3))
  }
}

extension Statement {
  /// Everything at one instant, because it is one statement: rows of several kinds, told apart by the first column.
  static let snapshot = Statement(
    "snapshot",
    """
    SELECT 1, id, privacy, prompt, list_version, 0, name, NULL FROM account WHERE id = $1::bigint
    UNION ALL SELECT 2, number, name, guid::text, 0, 0, NULL, NULL FROM contact_group WHERE owner = $1::bigint
    UNION ALL SELECT 3, owner, key, value, 0, 0, NULL, NULL FROM property WHERE owner = $1::bigint
    UNION ALL SELECT 4, account.id, account.handle, contact.name, contact.lists, contact.groups, account.name,
      contact.guid::text
      FROM contact JOIN account ON account.id = contact.contact WHERE contact.owner = $1::bigint
    UNION ALL SELECT 5, account.id, account.handle, account.name, contact.pending, 0, NULL, NULL
      FROM contact JOIN account ON account.id = contact.owner
      WHERE contact.contact = $1::bigint AND contact.lists & 1 <> 0
    UNION ALL SELECT 6, property.owner, property.key, property.value, 0, 0, NULL, NULL FROM contact mine
      JOIN contact theirs ON theirs.owner = mine.contact AND theirs.contact = mine.owner AND theirs.lists & 2 <> 0
      JOIN property ON property.owner = mine.contact
      WHERE mine.owner = $1::bigint AND mine.lists & 1 <> 0
    UNION ALL SELECT 7, contact, key, value, 0, 0, NULL, NULL FROM contact_note WHERE owner = $1::bigint
    ORDER BY 1, 2
    """)
}
