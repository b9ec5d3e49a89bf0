public import Cluster
public import MSNP
import PostgreSQL
public import Roster
public import Store

/// Where sessions are, as the database knows it. One connection in pipeline mode, with a thread of its own.
public final class PostgreSQLDirectory: SessionDirectory {
  let connections: ConnectionSet

  /// Connects, which blocks; throws the reason if the database cannot be worked on.
  public init(url: String) throws(StoreFailure) {
    connections = try ConnectionSet(url, shared: 1, leased: 0)
  }

  public func close() async { await connections.close() }

  public func session(of handle: UserHandle, then: @escaping @Sendable (PlacedSession?) -> Void) {
    find(Query(.sessionOfHandle, [.handle(handle)]), then)
  }

  public func introduction(of account: AccountID, then: @escaping @Sendable (Introduction?) -> Void) {
    connections.request([Query(.introduction, [.account(account)])]) { result in
      guard case .success(let results) = result, let row = results.first?.first else { return then(nil) }
      then(
        try? Introduction(name: row.name(0), capabilities: Capabilities(rawValue: row.integer(1))))
    }
  }

  private func find(_ query: Query, _ then: @escaping @Sendable (PlacedSession?) -> Void) {
    connections.request([query]) { result in
      guard case .success(let results) = result, let row = results.first?.first else { return then(nil) }
      then(try? row.placedSession())
    }
  }
}

extension Statement {
  static let sessionOfHandle = Statement(
    "session of handle",
    "SELECT \(Row.placedSessionColumns) FROM session WHERE handle = $1 ORDER BY generation DESC LIMIT 1")
  /// There from the claim on, whether the person can be seen or not.
  static let introduction = Statement(
    "introduction", "SELECT name, capabilities FROM session WHERE account = $1")
}
