import Cluster
import MSNP
import PostgreSQL
import Store

// Who is signed in to the cluster, for who administers it.
extension PostgreSQLStore {
  public func signedInCount() async throws -> Int {
    try await read(Query(.signedInCount)) { try $0.first?.integer(0) ?? 0 }
  }

  /// Who is signed in, the latest first, with the time since when: seconds since 1970 by the database's clock.
  public func signedIn(limit: Int) async throws -> [(session: PlacedSession, since: Int64)] {
    try await read(Query(.signedIn, [.integer(max(limit, 0))])) { rows in
      try rows.map { (try $0.placedSession(), try $0.integer(Row.placedSessionWidth)) }
    }
  }

  /// The session of a handle; nil when it has none.
  public func session(of handle: UserHandle) async throws -> PlacedSession? {
    try await read(Query(.signedInAs, [.handle(handle)])) { try $0.first?.placedSession() }
  }
}

extension Statement {
  static let signedInCount = Statement("signed in count", "SELECT count(*) FROM session")

  static let signedIn = Statement(
    "signed in",
    """
    SELECT \(Row.placedSessionColumns), extract(epoch FROM since)::bigint FROM session
    ORDER BY since DESC, account LIMIT $1::bigint
    """)

  static let signedInAs = Statement(
    "signed in as",
    "SELECT \(Row.placedSessionColumns) FROM session WHERE handle = $1::text ORDER BY generation DESC LIMIT 1")
}
