import MSNP
import PostgreSQL
import Roster
import Store

extension PostgreSQLStore: PageSessionStore {
  /// Opens none for who is banned or gone meanwhile.
  public func openPageSession(_ digest: [UInt8], of account: AccountID, now: Int64) async throws {
    let query = Query(.openPageSession, [.bytes(digest), .account(account), .integer(now)])
    _ = try await transaction(Transaction(opening: [query]) { _ in .commit([], raising: [], true) })
  }

  public func visitor(_ digest: [UInt8], now: Int64, idle: Int64, age: Int64) async throws -> MemberRecord? {
    let query = Query(
      .visitor,
      [
        .bytes(digest), .integer(now), .integer(now - idle), .integer(now - age),
        .integer(now - PageSessionNoting.interval(idle: idle)),
      ])
    return try await read(query) { try $0.first.map { try MemberRecord($0) } }
  }

  public func closePageSession(_ digest: [UInt8]) async throws {
    try await read(Query(.closePageSession, [.bytes(digest)])) { _ in }
  }

  @discardableResult
  public func closePageSessions(of account: AccountID, but digest: [UInt8]?) async throws -> Int {
    try await read(Query(.closePageSessions, [.account(account), .bytes(digest)])) { $0.count }
  }

  public func sweepPageSessions(now: Int64, idle: Int64, age: Int64) async throws {
    try await read(Query(.sweepPageSessions, [.integer(now - idle), .integer(now - age)])) { _ in }
  }
}

extension Statement {
  /// The account's row is locked: a ban is either seen, or made once the session is there to be ended by it.
  static let openPageSession = Statement(
    "open page session",
    """
    INSERT INTO page_session (digest, account, opened, seen)
    SELECT $1::bytea, id, $3::bigint, $3::bigint FROM account WHERE id = $2::bigint AND NOT banned FOR SHARE
    """)

  /// Writes only when the last use was noted a while ago.
  static let visitor = Statement(
    "visitor",
    """
    WITH noted AS (
      UPDATE page_session SET seen = $2::bigint
      WHERE digest = $1::bytea AND seen > $3::bigint AND opened > $4::bigint AND seen <= $5::bigint)
    SELECT \(MemberRecord.columns) FROM page_session JOIN account ON account.id = page_session.account
    WHERE digest = $1::bytea AND seen > $3::bigint AND opened > $4::bigint AND NOT account.banned
    """)

  static let closePageSession = Statement(
    "close page session", "DELETE FROM page_session WHERE digest = $1::bytea")

  static let closePageSessions = Statement(
    "close page sessions",
    """
    DELETE FROM page_session WHERE account = $1::bigint AND digest IS DISTINCT FROM $2::bytea RETURNING account
    """)

  static let sweepPageSessions = Statement(
    "sweep page sessions", "DELETE FROM page_session WHERE seen <= $1::bigint OR opened <= $2::bigint")
}
