import Cluster
import Foundation
import MSNP
import PostgreSQL
import TestKit

/// Runs a test on a cluster of its own. An error tells the ends of the nodes' logs as well.
func onCluster(
  _ options: ClusterServer.Options = .init(), plan: FixturePlan = ReferenceAccounts.plan,
  work: @escaping @Sendable (ClusterServer) throws -> Void
) async throws {
  let fixture = try await plan.database
  try await onThread {
    let cluster = try ClusterServer(fixture, options)
    do {
      try work(cluster)
    } catch {
      throw PlayFailure(description: "\(error)\nthe nodes' logs:\n\(cluster.troubles())")
    }
  }
}

/// The same on a database server that the test may stop.
func onPrivateDatabase(
  plan: FixturePlan, _ work: @escaping @Sendable (PrivateDatabaseServer, ClusterServer) throws -> Void
) async throws {
  let database = try await onThread { try PrivateDatabaseServer() }
  let keys = FileManager.default.temporaryDirectory.path + "/monarch-keys-\(UUID().uuidString)"
  defer { try? FileManager.default.removeItem(atPath: keys) }
  let fixture = try await DatabaseFixture.make(plan, on: database.server, keysIn: keys)
  try await onThread {
    let cluster = try ClusterServer(fixture)
    do {
      try work(database, cluster)
    } catch {
      throw PlayFailure(description: "\(error)\nthe nodes' logs:\n\(cluster.troubles())")
    }
  }
}

// What many tests ask of a cluster.
extension ClusterServer {
  /// The first and the second notification server.
  var first: HostPort { address(of: .notification(1)) }
  var second: HostPort { address(of: .notification(2)) }

  /// Which notification servers the dispatch server names when it is asked so many times.
  func named(times: Int = 20) throws -> Set<Node> {
    var nodes: Set<Node> = []
    for _ in 0..<times {
      let address = try ScriptedClient.dispatched("nobody", by: address(of: .dispatch()))
      guard let node = node(at: address) else { throw PlayFailure(description: "\(address) is no node's") }
      nodes.insert(node)
    }
    return nodes
  }

  /// The handles in the sessions' table, with their nodes: `alice@example.com ns-1`.
  func places() throws -> [String] { try sessions().map { "\($0.handle) \($0.node)" } }

  /// Waits until there are just these sessions.
  func waitForSessions(_ wanted: [String], within limit: Duration) throws {
    do {
      try wait(within: limit, until: "sessions are \(wanted)") { try places() == wanted.sorted() }
    } catch {
      throw PlayFailure(description: "\(error); there are \(try places())")
    }
  }

  /// Waits until every notification server has as many sessions in the table as it has sockets, and no other run has any.
  /// People who come and go meanwhile are seen in a moment at which none does.
  func waitUntilSessionsAreSockets(within limit: Duration) throws {
    var last = ""
    do {
      try wait(within: limit, until: "sessions are those that have a socket") {
        let living = Set(try nodes().filter { !$0.isDead }.map { "\($0.name) \($0.epoch)" })
        let sessions = try sessions()
        let sockets = try running.filter { $0.role == .notification }.map { ($0.name, try socketCount(of: $0)) }
        last = "sockets \(sockets), sessions \(sessions.map { "\($0.handle) \($0.node) \($0.epoch)" }), runs \(living)"
        return sessions.allSatisfy { living.contains("\($0.node) \($0.epoch)") }
          && sockets.allSatisfy { name, count in sessions.count { $0.node == name } == count }
          && sessions.count == sockets.reduce(0) { $0 + $1.1 }
      }
    } catch {
      throw PlayFailure(description: "\(error); \(last)")
    }
  }

  /// How many connections a node has, as the kernel counts them.
  private func socketCount(of node: Node) throws -> Int {
    let address = address(of: node)
    let bytes = address.host.split(separator: ".").compactMap { UInt8($0) }.reversed()
    func hex(_ value: some BinaryInteger, _ digits: Int) -> String {
      let text = String(value, radix: 16, uppercase: true)
      return String(repeating: "0", count: digits - text.count) + text
    }
    // In the kernel's table addresses are written backwards; 01 is an established connection.
    let local = bytes.map { hex($0, 2) }.joined() + ":" + hex(address.port, 4)
    return try ClusterServer.kernelTable().split(separator: "\n").count { line in
      let words = line.split(separator: " ")
      return words.count > 3 && words[1] == local && words[3] == "01"
    }
  }

  /// Read to its end: the table's length is not known before.
  private static func kernelTable() throws -> String {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/net/tcp"))
    defer { try? file.close() }
    var bytes = Data()
    while let more = try file.read(upToCount: 1 << 16), !more.isEmpty { bytes += more }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Ends the nodes' connections to the bus, which hold their locks.
  func cutBus(of nodes: [Node]? = nil) throws {
    let names = nodes ?? running
    try query(
      """
      SELECT pg_terminate_backend(pid) FROM pg_locks JOIN node ON objid::bigint = epoch
      WHERE locktype = 'advisory' AND classid = 1836019298 AND name = ANY ($1)
        AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      """, [.texts(names.map(\.name))])
  }
}

extension ScriptedClient {
  /// Reads up to a line that is just this; answers with those before it.
  @discardableResult
  func lines(upTo wanted: String, within limit: Duration = .seconds(10)) throws -> [String] {
    let usual = self.limit
    defer { self.limit = usual }
    let deadline = ContinuousClock.now + limit
    var lines: [String] = []
    while true {
      self.limit = max(.zero, deadline - .now)
      let line = try nextLine(waitingFor: "'\(wanted)' behind \(lines)").text
      if line == wanted { return lines }
      lines.append(line)
    }
  }

  /// The next invitation; presence that comes before it is passed over.
  func ring() throws -> [String] {
    while true {
      let words = try nextLine(waitingFor: "RNG").text.split(separator: " ").map(String.init)
      if words[0] == "RNG", words.count > 4 { return words }
      guard ["NLN", "FLN", "ILN"].contains(words[0]) else {
        throw ClientFailure.mismatch(expected: "RNG", got: words.joined(separator: " "))
      }
    }
  }

  /// The client itself, once it has read what is there.
  func caughtUp() throws -> ScriptedClient {
    _ = try linesUpToPing()
    return self
  }

  /// Signs in, and goes online as ``goOnline(seeing:)``.
  static func online(
    _ who: String, at address: HostPort, seeing contact: String, dialect: Int = 7
  ) throws -> ScriptedClient {
    let client = try signedIn(who, at: address, dialect: dialect)
    try client.goOnline(seeing: contact)
    return client
  }

  /// Goes online, and waits until this contact, who is online on another server, has been seen: with the answer to the
  /// first `CHG` or, when the server had not been told of that contact then, a moment later.
  func goOnline(seeing contact: String) throws {
    try send("CHG 4 NLN")
    try expect("CHG 4 NLN")
    let words = " \(ScriptedClient.handle(contact)) "
    var line = ""
    while !line.contains(words) { line = try nextLine(waitingFor: "\(contact) online").text }
    _ = try linesUpToPing()
  }

  /// Reads all lists: whoever has not is told of no changes to them. Answers with the lists' lines and their version.
  @discardableResult
  func synchronise() throws -> (version: UInt32, lists: [[String]]) {
    try send("SYN 8 0")
    let version = UInt32(try expect(beginning: "SYN", "8")[2]) ?? 0
    var lists: [[String]] = []
    while true {
      let words = try nextLine(waitingFor: "the end of the lists").text.split(separator: " ").map(String.init)
      lists.append(words)
      if words.count > 5, words[0] == "LST", words[2] == "RL", words[4] == words[5] { return (version, lists) }
    }
  }

  /// Everything that comes before the server closes.
  func linesUpToEnd() throws -> [String] {
    var lines: [String] = []
    while let line = try nextLineOrEnd() { lines.append(line) }
    return lines
  }

  private func nextLineOrEnd() throws -> String? {
    do {
      return try nextLine(waitingFor: "the end").text
    } catch ClientFailure.closed {
      return nil
    }
  }

  /// Signs out, and waits until the server has closed.
  func signOut() throws {
    try send("OUT")
    _ = try linesUpToEnd()
  }
}
