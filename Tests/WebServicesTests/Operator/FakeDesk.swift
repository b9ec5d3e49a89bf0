import Cluster
import Logging
import MSNP
import Roster
import Store
import Synchronization
import WebServices

/// A service of which a test says who is there, and which writes down what it is told.
final class FakeDesk: ServiceDesk {
  struct State: Sendable {
    var dispatch = [HostPort(host: "192.0.2.10", port: 1863)]
    var nodes = FakeDesk.cluster
    var people: [SignedInPerson] = []
    var isAway = false
    /// What it was told, in order.
    var told: [String] = []
  }

  static let cluster: [NodeRecord] = [
    NodeRecord(
      run: NodeRun(name: "ds-1", epoch: 1), role: .dispatch, address: HostPort(host: "192.0.2.10", port: 1863),
      load: NodeLoad(connections: 3, recent: 1)),
    NodeRecord(
      run: NodeRun(name: "ns-1", epoch: 1), role: .notification, address: HostPort(host: "192.0.2.11", port: 1863),
      load: NodeLoad(connections: 217, recent: 12)),
    NodeRecord(
      run: NodeRun(name: "ns-2", epoch: 1), role: .notification, address: HostPort(host: "192.0.2.12", port: 1863),
      isDraining: true),
    NodeRecord(
      run: NodeRun(name: "sb-1", epoch: 1), role: .switchboard, address: HostPort(host: "192.0.2.21", port: 1865)),
    NodeRecord(
      run: NodeRun(name: "sb-2", epoch: 1), role: .switchboard, address: HostPort(host: "192.0.2.22", port: 1877),
      isDead: true),
    NodeRecord(run: NodeRun(name: "web-1", epoch: 1), role: .web, address: HostPort(host: "192.0.2.41", port: 8080)),
  ]

  private let state: Mutex<State>
  let canDrain: Bool

  init(_ state: State = State(), canDrain: Bool = true) {
    self.state = Mutex(state)
    self.canDrain = canDrain
  }

  var told: [String] { state.withLock(\.told) }

  /// Sets what it knows.
  func set(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }

  private func tell(_ what: String) { state.withLock { $0.told.append(what) } }

  private func known<Value>(_ value: (State) -> Value) throws -> Value {
    try state.withLock { state in
      guard !state.isAway else { throw StoreFailure("away") }
      return value(state)
    }
  }

  func dispatchServers() async throws -> [HostPort] { state.withLock(\.dispatch) }
  func nodes() async throws -> [NodeRecord] { state.withLock(\.nodes) }
  func signedInCount() async throws -> Int { try known(\.people.count) }
  func signedIn(limit: Int) async throws -> [SignedInPerson] { try known { Array($0.people.prefix(limit)) } }

  func signOut(_ handle: UserHandle) async throws -> Bool {
    let isThere = try known { $0.people.contains { $0.handle == handle } }
    if isThere { tell("sign out \(handle)") }
    return isThere
  }

  func drain(_ node: String) async throws -> Bool {
    let isThere = try known { $0.nodes.contains { $0.run.name == node } }
    if isThere { tell("drain \(node)") }
    return isThere
  }

  func announce(_ alert: Alert) async throws { tell("alert \(alert.text) \(alert.page ?? "-")") }
  func announceMaintenance(minutes: Int) async throws { tell("maintenance \(minutes)") }
  func post(_ notices: [Notice]) { tell("notices \(notices.count)") }
  func putOut(_ account: AccountID) { tell("put out \(account.rawValue)") }
}

/// What was logged, line by line: the message, and its metadata in the order of names.
final class RecordedLog: Sendable {
  private let written = Mutex<[String]>([])

  var lines: [String] { written.withLock { $0 } }

  var logger: Logger { Logger(label: "pages") { _ in Handler(log: self) } }

  private struct Handler: LogHandler {
    let log: RecordedLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let facts = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      log.written.withLock { $0.append(([event.message.description] + facts).joined(separator: " ")) }
    }
  }
}
