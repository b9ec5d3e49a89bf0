import MSNP
import PostgreSQL
import Roster
import Store

extension RosterSnapshot {
  /// What a row of the snapshot's statement is about: its first column.
  private enum Kind: Int {
    case account = 1
    case group, property, visibleProperty, contact, reverse
  }

  /// The snapshot from the rows of its statement; nil when the account is gone.
  static func read(_ rows: QueryResult) throws -> RosterSnapshot? {
    var snapshot: RosterSnapshot?
    var visible: [AccountID: ContactProperties] = [:]
    for row in rows {
      switch Kind(rawValue: try row.integer(0)) {
      case .account: snapshot = try RosterSnapshot(account: row)
      case .group: snapshot?.groups.append(Group(number: try row.group(1), name: try row.text(2)))
      case .property:
        if let key = ContactProperty(rawValue: try row.text(2)) { snapshot?.properties[key] = try row.text(3) }
      case .visibleProperty:
        if let key = ContactProperty(rawValue: try row.text(2)) {
          visible[try row.account(1), default: .blank][key] = try row.text(3)
        }
      case .contact: try snapshot?.addContact(row, visible)
      case .reverse: snapshot?.reverse.append(ListEntry(handle: try row.handle(2), name: try row.name(3)))
      case nil: throw StoreFailure("unknown row in a snapshot")
      }
    }
    return snapshot
  }

  private init(account row: Row) throws(StoreFailure) {
    self.init(
      version: try row.version(4), privacyMode: PrivacyMode(stored: try row.text(2)),
      reversePrompt: ReversePrompt(stored: try row.text(3)))
  }

  private mutating func addContact(_ row: Row, _ visible: [AccountID: ContactProperties]) throws(StoreFailure) {
    let lists = try row.lists(4)
    let entry = ListEntry(handle: try row.handle(2), name: try row.name(3))
    if lists.contains(.forward) {
      forward.append(ListEntry(handle: entry.handle, name: entry.name, groups: try row.groups(5)))
      forwardProperties.append(visible[try row.account(1)] ?? .blank)
    }
    if lists.contains(.allow) { allow.append(entry) }
    if lists.contains(.block) { block.append(entry) }
  }
}

extension Statement {
  /// Everything at one instant, because it is one statement: rows of several kinds, told apart by the first column.
  static let snapshot = Statement(
    "snapshot",
    """
    SELECT 1, id, privacy, prompt, list_version, 0 FROM account WHERE id = $1::bigint
    UNION ALL SELECT 2, number, name, NULL, 0, 0 FROM contact_group WHERE owner = $1::bigint
    UNION ALL SELECT 3, owner, key, value, 0, 0 FROM property WHERE owner = $1::bigint
    UNION ALL SELECT 4, property.owner, property.key, property.value, 0, 0 FROM contact mine
      JOIN contact theirs ON theirs.owner = mine.contact AND theirs.contact = mine.owner AND theirs.lists & 2 <> 0
      JOIN property ON property.owner = mine.contact
      WHERE mine.owner = $1::bigint AND mine.lists & 1 <> 0
    UNION ALL SELECT 5, account.id, account.handle, contact.name, contact.lists, contact.groups
      FROM contact JOIN account ON account.id = contact.contact WHERE contact.owner = $1::bigint
    UNION ALL SELECT 6, account.id, account.handle, account.name, 0, 0
      FROM contact JOIN account ON account.id = contact.owner
      WHERE contact.contact = $1::bigint AND contact.lists & 1 <> 0
    ORDER BY 1, 2
    """)
}
