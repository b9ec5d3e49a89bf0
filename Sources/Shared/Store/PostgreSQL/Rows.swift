import MSNP
import PostgreSQL
import Roster
import Store

extension Row {
  /// Lists, groups, name, GUID and answer from five columns on; nil where an outer join found no row.
  func contact(_ column: Int32) throws(StoreFailure) -> ContactRecord? {
    guard !isNull(column) else { return nil }
    return ContactRecord(
      lists: try lists(column), groups: try groups(column + 1), name: try name(column + 2),
      guid: try guid(column + 3), pending: try pending(column + 4))
  }
}

extension PrivacyMode {
  init(stored text: String) { self = PrivacyMode(rawValue: text) ?? .allow }
}

extension ReversePrompt {
  init(stored text: String) { self = ReversePrompt(rawValue: text) ?? .ask }
}

extension AccountFacts {
  static let columns = "account.id, handle, account.name, list_version, privacy, prompt"

  init(_ row: Row) throws(StoreFailure) {
    self.init(
      account: try row.account(0), handle: try row.handle(1), name: try row.name(2), version: try row.version(3),
      privacyMode: PrivacyMode(stored: try row.text(4)), reversePrompt: ReversePrompt(stored: try row.text(5)))
  }
}

extension GroupCatalog {
  /// From rows of number, name and GUID.
  init(_ rows: QueryResult) throws {
    self.init(
      try Dictionary(
        rows.map { (try $0.group(0), Group(try $0.text(1), try $0.guid(2))) }, uniquingKeysWith: { $1 }))
  }
}

extension [AccountID: ContactProperties] {
  /// From rows of owner, key and value.
  init(_ rows: QueryResult) throws {
    self.init()
    for row in rows {
      guard let key = ContactProperty(rawValue: try row.text(1)) else { continue }
      self[try row.account(0), default: .blank][key] = try row.text(2)
    }
  }
}
