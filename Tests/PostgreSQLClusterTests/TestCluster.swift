import Cluster
import Crypto
import Foundation
import Logging
import MSNP
import Store
import Testing

@testable import PostgreSQL
@testable import PostgreSQLCluster
@testable import PostgreSQLStore

/// A database of a test's own: channels and locks belong to a database, not to a schema.
final class TestCluster: Sendable {
  /// From `Tests/postgresql.sh start`; nil where there is none.
  static let base = ProcessInfo.processInfo.environment["MONARCH_TEST_DATABASE"]

  static let missing: Comment =
    "MONARCH_TEST_DATABASE is not set: export MONARCH_TEST_DATABASE=\"$(Tests/postgresql.sh start)\""

  private let database = "cluster_\(UUID().uuidString.lowercased().replacing("-", with: "_"))"
  private let isOwn: Bool
  let url: String
  let keys = ClusterKeys(
    registry: SealKey(SymmetricKey(size: .bits256)), notification: SealKey(SymmetricKey(size: .bits256)),
    rings: SealKey(SymmetricKey(size: .bits256)))

  init(migrated: Bool = true) throws {
    let base = try #require(TestCluster.base)
    try DatabaseSession(DatabaseURL(base)).run("CREATE DATABASE \(database)")
    url = base + (base.contains("?") ? "&" : "?") + "dbname=" + database
    isOwn = true
    if migrated { try PostgreSQLStore.migrate(url: url) }
  }

  /// In a database that is there, and is not deleted.
  init(at url: String) throws {
    self.url = url
    isOwn = false
    try PostgreSQLStore.migrate(url: url)
  }

  deinit {
    guard isOwn, let base = TestCluster.base else { return }
    // What is left behind goes with the cluster.
    _ = try? DatabaseSession(DatabaseURL(base)).run("DROP DATABASE IF EXISTS \(database) WITH (FORCE)")
  }

  @discardableResult
  func query(_ sql: String, _ parameters: [Parameter] = []) throws -> [Row] {
    Array(try DatabaseSession(DatabaseURL(url)).run(sql, parameters))
  }

  /// A node whose member only keeps what it is told; not started.
  func node(_ name: String, _ role: NodeRole = .notification, keys: ClusterKeys? = nil) throws -> (ClusterNode, Witness)
  {
    let witness = Witness()
    let node = try ClusterNode(
      url: url, name: name, role: role, address: TestCluster.address(name), keys: keys ?? self.keys,
      logger: Logger(label: name) { _ in SwiftLogNoOpLogHandler() },
      load: {
        witness.note(.beat)
        return NodeLoad(connections: 7, recent: 1)
      })
    return (node, witness)
  }

  func started(_ name: String, _ role: NodeRole = .notification) async throws -> (ClusterNode, Witness) {
    let (node, witness) = try node(name, role)
    try await node.start(member: witness)
    return (node, witness)
  }

  static func address(_ name: String) -> HostPort { HostPort(host: "192.0.2.\(name.last ?? "0")", port: 1863) }

  /// An account with a session of a run.
  func session(
    _ handle: String, of run: NodeRun, status: String? = "NLN", listed: String = "{}", strangers: Bool = true
  )
    throws -> Int64
  {
    let rows = try query(
      """
      WITH made AS (
        INSERT INTO account (handle, name, password, list_version, privacy, prompt, created)
        VALUES ($1, $1, 'x', 1, 'AL', 'A', 0) RETURNING id)
      INSERT INTO session (account, handle, node, epoch, generation, sequence, status, name, strangers, listed)
      SELECT id, $1, $2, $3, 5, 6, $4, 'A name', $5, $6 FROM made RETURNING account
      """,
      [
        .text(handle), .text(run.name), .integer(run.epoch), .text(status), .text(strangers ? "t" : "f"), .text(listed),
      ])
    return try #require(try rows.first?.integer(0))
  }
}

/// What a member can be told, and the heartbeats in between.
enum Happening: Hashable, Sendable {
  case received([String], BusChannel, NodeRun)
  case missed(NodeRun?)
  case died(NodeRun)
  case joined(NodeRun, before: NodeRun?)
  case lost
  case drain
  /// The node is about to write its heartbeat: what the one before brought has been dealt with.
  case beat
}

extension [Happening] {
  /// The events received, in order.
  var events: [String] { flatMap { if case .received(let events, _, _) = $0 { events } else { [String]() } } }
}

/// A member that keeps what it is told, and lets a test wait for it.
final class Witness: ClusterMember {
  private struct Waiter {
    let id: UUID
    let isDone: @Sendable ([Happening]) -> Bool
    let continuation: CheckedContinuation<[Happening], any Error>
  }

  private struct State {
    var happenings: [Happening] = []
    var waiters: [Waiter] = []
    var reaction: (@Sendable (Happening) -> Void)?
  }

  struct TooLate: Error, CustomStringConvertible {
    let happenings: [Happening]
    var description: String { "it never came; of \(happenings.count) happenings the last were \(happenings.suffix(9))" }
  }

  private let state = Locked(State())

  /// What has happened so far, without heartbeats.
  var happenings: [Happening] { state.use { $0.happenings.filter { $0 != .beat } } }

  /// How many heartbeats there were.
  var beats: Int { state.use { $0.happenings.count { $0 == .beat } } }

  /// The events received, in order.
  var events: [String] { happenings.events }

  /// Calls `reaction` on the node's thread with whatever happens from now on.
  func react(_ reaction: (@Sendable (Happening) -> Void)?) { state.use { $0.reaction = reaction } }

  func note(_ happening: Happening) {
    let (done, happenings, reaction) = state.use { state in
      state.happenings.append(happening)
      let happenings = state.happenings
      let done = state.waiters.filter { $0.isDone(happenings) }
      state.waiters.removeAll { waiter in done.contains { $0.id == waiter.id } }
      return (done, happenings, state.reaction)
    }
    reaction?(happening)
    for waiter in done { waiter.continuation.resume(returning: happenings) }
  }

  /// Waits until what has happened, heartbeats included, is what is wanted; looks at it after each happening.
  @discardableResult
  func wait(until isDone: @escaping @Sendable ([Happening]) -> Bool) async throws -> [Happening] {
    let id = UUID()
    return try await withCheckedThrowingContinuation { continuation in
      let already = state.use { state -> [Happening]? in
        if isDone(state.happenings) { return state.happenings }
        state.waiters.append(Waiter(id: id, isDone: isDone, continuation: continuation))
        return nil
      }
      if let already { return continuation.resume(returning: already) }
      DispatchQueue.global().asyncAfter(deadline: .now() + 20) { [state] in
        let late = state.use { state in
          defer { state.waiters.removeAll { $0.id == id } }
          return state.waiters.contains { $0.id == id } ? state.happenings.filter { $0 != .beat } : nil
        }
        if let late { continuation.resume(throwing: TooLate(happenings: late)) }
      }
    }
  }

  func wait(for happening: Happening) async throws { try await wait { $0.contains(happening) } }

  /// Waits until everything in the registry now has been read and dealt with.
  func waitForLook() async throws {
    let before = beats
    try await wait { $0.count { $0 == .beat } >= before + 2 }
  }

  func receive(_ events: [String], over channel: BusChannel, from run: NodeRun) {
    note(.received(events, channel, run))
  }
  func missed(_ run: NodeRun?) { note(.missed(run)) }
  func died(_ run: NodeRun) { note(.died(run)) }
  func joined(as run: NodeRun, before: NodeRun?) { note(.joined(run, before: before)) }
  func lost() { note(.lost) }
  func drain() { note(.drain) }
}

/// A value behind a lock.
///
/// `@unchecked Sendable`: the value is touched under the lock only.
private final class Locked<Value>: @unchecked Sendable {
  private let lock = NSLock()
  private var value: Value

  init(_ value: Value) { self.value = value }

  func use<Result>(_ body: (inout Value) -> Result) -> Result { lock.withLock { body(&value) } }
}
