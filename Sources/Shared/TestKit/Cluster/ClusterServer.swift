import Cluster
import Foundation
import Glibc
import MSNP
import PostgreSQL
import Synchronization

/// The real cluster: processes of `monarch dispatch`, `notification`, `switchboard` and `web` on a database of their own.
///
/// All nodes have one port, each on a loopback address of its own (``Node``). Calls block and may come from any thread;
/// processes, database and folder go with the last reference.
public final class ClusterServer: Sendable {
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  public let port: Int
  /// For logs and errors of the nodes.
  public let directory: String
  public let fixture: DatabaseFixture
  let database: String
  private let options: Options
  private let processes = Mutex<[Node: ChildProcess]>([:])
  private let admins = Mutex<[Node: HostPort]>([:])
  private let session = Mutex<DatabaseSession?>(nil)

  /// Starts a cluster on a fresh copy of a prepared database, and waits until every node is ready and knows the others.
  public init(_ fixture: DatabaseFixture, _ options: Options = Options()) throws {
    self.options = options
    self.fixture = fixture
    port = FreePort.pick(hosts: Node.hosts)
    let name = UUID().uuidString.prefix(8).lowercased()
    directory = FileManager.default.temporaryDirectory.path + "/monarch-cluster-\(name)"
    database = "cluster_\(name)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try fixture.server.create(database, from: fixture.template)
    try start(options.nodes)
    try waitUntilAcquainted()
  }

  deinit {
    processes.withLock { $0 = [:] }
    session.withLock { $0 = nil }
    try? fixture.server.drop(database)
    try? FileManager.default.removeItem(atPath: directory)
  }

  public var databaseURL: String { fixture.server.url(of: database) }

  /// The database's URL for another role.
  public func databaseURL(role: String, password: String) -> String {
    fixture.server.url(of: database, role: role, password: password)
  }

  /// The address of a node for clients, whether it runs or not.
  public func address(of node: Node) -> HostPort { node.address(port: port) }

  /// Where a web node serves HTTPS, if the cluster has certificates.
  public func secureAddress(of node: Node, forOldClients isOld: Bool = false) -> HostPort {
    node.secureAddress(port: port, forOldClients: isOld)
  }

  /// The node at an address, as `XFR` and `RNG` name it; nil when no node could have it.
  public func node(at address: HostPort) -> Node? {
    let numbers = 1...9
    let nodes =
      numbers.map(Node.dispatch) + numbers.map(Node.notification) + numbers.map(Node.switchboard)
      + numbers.map(Node.web)
    return nodes.first { self.address(of: $0) == address }
  }

  /// The address of a node's own pages; nil when it has not been started.
  public func admin(of node: Node) -> HostPort? { admins.withLock { $0[node] } }

  /// The nodes that were started and neither stopped nor killed.
  public var running: [Node] { processes.withLock { $0.keys.sorted() } }

  // MARK: Starting and stopping

  /// Starts nodes at once and waits until all are ready: new ones, or those that were stopped.
  public func start(_ nodes: [Node]) throws {
    for node in nodes { try launch(node) }
    for node in nodes { try waitUntilReady(node) }
  }

  public func start(_ node: Node) throws { try start([node]) }

  /// Waits until every node has read the registry as it is now; each does so with its heartbeat, once a second.
  public func waitUntilAcquainted() throws {
    let now = try query("SELECT clock_timestamp()::text").first?.text(0)
    try wait(within: .seconds(10), until: "every node has read the registry") {
      let unread = "SELECT count(*) FROM node WHERE NOT dead AND heartbeat <= $1::timestamptz"
      return try query(unread, [.text(now)]).first?.integer(0) == 0
    }
  }

  private func launch(_ node: Node) throws {
    let program = try MonarchProgram.path()
    let environment = ["MONARCH_TEST_PASSWORD_COST": "lowest"].merging(options.environment) { $1 }
    try processes.withLock { processes in
      guard processes[node] == nil else { throw Failure(description: "\(node) runs already") }
      processes[node] = try ChildProcess(
        program, arguments(of: node), environment: environment, errors: errorFile(of: node))
    }
  }

  private func arguments(of node: Node) -> [String] {
    let address = "\(address(of: node))"
    return [
      node.role.rawValue, "--node", node.name, "--listen", address, "--advertise", address, "--database", databaseURL,
      "--keys", "\(fixture.keys)/\(node.role.rawValue).keys", "--log", logFile(of: node),
    ] + (options.drainSeconds.map { ["--drain-seconds", "\($0)"] } ?? []) + secureArguments(of: node)
  }

  private func secureArguments(of node: Node) -> [String] {
    guard node.role == .web, let folder = options.certificates else { return [] }
    return [
      "--listen-tls", "\(secureAddress(of: node))", "--certificate", "\(folder)/server.pem", "--certificate-key",
      "\(folder)/server.key", "--listen-old-tls", "\(secureAddress(of: node, forOldClients: true))",
      "--old-certificate",
      "\(folder)/server-old.pem", "--old-certificate-key", "\(folder)/server-old.key",
    ]
  }

  private func waitUntilReady(_ node: Node) throws {
    let deadline = ContinuousClock.now + .seconds(30)
    let lines = try onProcess(node) { process in
      var lines: [String] = []
      while lines.last != "Monarch is ready.", let line = process.nextOutputLine(until: deadline) { lines.append(line) }
      return lines
    }
    guard lines.last == "Monarch is ready." else {
      processes.withLock { $0[node] = nil }
      let said = lines.joined(separator: "\n")
      throw Failure(description: "\(node) never said 'Monarch is ready.'\n\(said)\n\(troubles(of: node))")
    }
    let admin = lines.lazy.compactMap { $0.split(separator: "admin on http://").last }.compactMap { HostPort($0) }.first
    admins.withLock { $0[node] = admin }
  }

  /// Asks a node to drain and end (SIGTERM); ``waitForEnding(of:within:)`` waits for that.
  public func askToStop(_ node: Node) throws { try onProcess(node) { $0.signal(SIGTERM) } }

  /// Waits for the end of a node that was asked to stop.
  public func waitForEnding(of node: Node, within limit: Duration = .seconds(20)) throws -> ChildProcess.Ending {
    let ending = try onProcess(node) { try $0.waitForEnding(within: limit) }
    processes.withLock { $0[node] = nil }
    return ending
  }

  /// Asks a node to drain and end, and waits; answers with how it ended.
  @discardableResult
  public func stop(_ node: Node, within limit: Duration = .seconds(20)) throws -> ChildProcess.Ending {
    try askToStop(node)
    return try waitForEnding(of: node, within: limit)
  }

  /// Ends a node without warning (SIGKILL), and waits until it is gone.
  public func killAtOnce(_ node: Node) throws {
    try onProcess(node) { $0.signal(SIGKILL) }
    _ = try waitForEnding(of: node)
  }

  /// Makes a node read its certificates again and go on in a new log file (SIGHUP).
  public func hangUp(_ node: Node) throws { try onProcess(node) { $0.signal(SIGHUP) } }

  /// Takes a node's time away (SIGSTOP) until ``resume(_:)``.
  public func pause(_ node: Node) throws { try onProcess(node) { $0.signal(SIGSTOP) } }
  public func resume(_ node: Node) throws { try onProcess(node) { $0.signal(SIGCONT) } }

  private func onProcess<Value: Sendable>(_ node: Node, _ work: (ChildProcess) throws -> Value) throws -> Value {
    try processes.withLock { processes in
      guard let process = processes[node] else { throw Failure(description: "\(node) does not run") }
      return try work(process)
    }
  }

  // MARK: Database

  /// Runs one statement on the cluster's database; once more on a new connection if the one it had has failed meanwhile.
  @discardableResult
  package func query(_ statement: String, _ parameters: [Parameter] = []) throws -> QueryResult {
    try session.withLock { session in
      if let open = session, let result = try? open.run(statement, parameters) { return result }
      session = nil
      let open = try fixture.server.session(of: database)
      let result = try open.run(statement, parameters)
      session = open
      return result
    }
  }

  /// A connection of its own to the cluster's database.
  package func databaseSession() throws -> DatabaseSession { try fixture.server.session(of: database) }

  // MARK: Words for failures

  private func logFile(of node: Node) -> String { "\(directory)/\(node).log" }
  private func errorFile(of node: Node) -> String { "\(directory)/\(node).stderr" }

  /// Everything a node has logged.
  public func log(of node: Node) -> String { LogTail.of(logFile(of: node), lines: .max) }

  /// The ends of a node's log and of what it wrote on standard error.
  public func troubles(of node: Node, lines: Int = 15) -> String {
    "\(node):\n\(LogTail.of(logFile(of: node), lines: lines))\n\(LogTail.of(errorFile(of: node), lines: lines))"
  }

  /// The ends of all nodes' logs.
  public func troubles() -> String {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    let names = Set(files.filter { $0.hasSuffix(".stderr") }.map { $0.dropLast(7) })
    let nodes = (1...9).flatMap { [Node.dispatch($0), .notification($0), .switchboard($0), .web($0)] }
    return nodes.filter { names.contains($0.name[...]) }.sorted().map { troubles(of: $0) }.joined(separator: "\n")
  }

  /// Waits until something is so, looking every few milliseconds; at the end of the time that is a failure.
  public func wait(
    within limit: Duration, until what: String, _ isSo: () throws -> Bool
  ) throws {
    let deadline = ContinuousClock.now + limit
    while try !isSo() {
      guard ContinuousClock.now < deadline else { throw Failure(description: "not within \(limit): \(what)") }
      usleep(10_000)
    }
  }
}
