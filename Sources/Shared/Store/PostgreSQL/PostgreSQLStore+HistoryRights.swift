import PostgreSQL
import Store

extension PostgreSQLStore {
  /// Whether the database role has the rights of a `HistorySink`, which an earlier release's roles lack.
  public func mayKeepHistories() async throws(StoreFailure) -> Bool {
    try await connections.request([Query(.historyRights)]).first?.first?.isTrue(0) ?? false
  }
}

extension Statement {
  fileprivate static let historyRights = Statement(
    "history rights",
    "SELECT has_table_privilege('history_keeper', 'SELECT') AND has_table_privilege('history', 'INSERT')")
}
