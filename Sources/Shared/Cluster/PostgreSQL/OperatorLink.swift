public import Cluster
public import MSNP
import PostgreSQL
public import Store

/// The cluster as operators' commands see it. Every call blocks, and throws a ``StoreFailure`` if the database cannot
/// answer.
public final class OperatorLink {
  private let session: DatabaseSession
  private let keys: ClusterKeys?

  /// - Parameter keys: those of the operator's file; without them rows are shown whoever wrote them, and nothing can be
  ///   sent.
  public init(url: String, keys: ClusterKeys?) throws(StoreFailure) {
    session = try DatabaseSession(DatabaseURL(url))
    self.keys = keys
    try Schema.check(session)
  }

  /// Everybody in the registry, in the order of names; ``ClusterView/health(of:)-(NodeRecord)`` judges them.
  public func nodes() throws(StoreFailure) -> [NodeRecord] {
    var records: [NodeRecord] = []
    for row in try session.run(RegistrySQL.rows) {
      guard let read = try RegistryRow(row, hearing: [:]) else { continue }
      if let keys, !read.isGenuine(keys.registry) { continue }
      records.append(read.record)
    }
    return records.sorted { $0.run.name < $1.run.name }
  }

  /// Who is signed in, the latest first, with the time since when: milliseconds since 1970 by the database's clock.
  public func sessions(limit: Int) throws(StoreFailure) -> [(session: PlacedSession, since: Int64)] {
    let rows = try session.run(
      """
      SELECT \(Row.placedSessionColumns), (extract(epoch FROM since) * 1000)::bigint FROM session
      ORDER BY since DESC, account LIMIT $1
      """, [.integer(limit)])
    var sessions: [(session: PlacedSession, since: Int64)] = []
    for row in rows { sessions.append((try row.placedSession(), try row.integer(Row.placedSessionWidth))) }
    return sessions
  }

  /// The session of a handle; nil when it has none.
  public func session(of handle: UserHandle) throws(StoreFailure) -> PlacedSession? {
    try session.run(Statement.sessionOfHandle.sql, [.handle(handle)]).first?.placedSession()
  }

  /// The database's clock: milliseconds since 1970.
  public func clock() throws(StoreFailure) -> Int64 {
    let rows = try session.run("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")
    guard let clock: Int64 = try rows.first?.integer(0) else { throw StoreFailure("the database told no time") }
    return clock
  }

  /// Sends an event to whoever listens. It does not tell whether anybody did.
  public func send(_ event: String, to channel: BusChannel) throws(StoreFailure) {
    guard let key = keys?.key(of: channel) else {
      throw StoreFailure("there is no key to send with: give the operator's key file with --keys or MONARCH_KEYS")
    }
    var outbox = BusOutbox(origin: .ofOperator(at: try clock()))
    guard outbox.add(event, to: channel) else {
      throw StoreFailure("the event holds a line feed or is longer than the bus takes")
    }
    for payload in outbox.take() {
      try session.run("SELECT pg_notify($1, $2)", [.text(channel.name), .text(payload.text(sealedWith: key))])
    }
  }
}
