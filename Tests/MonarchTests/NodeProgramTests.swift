import Foundation
import Glibc
import MSNP
import Testing

@testable import TestKit

/// A node and its operator's commands: the program itself, and a real PostgreSQL.
@Suite(.enabled(if: DatabaseServer.isThere, "\(DatabaseServer.Missing())"))
struct NodeProgramTests {
  private let stage: Stage

  init() async throws { stage = try await onThread { try Stage() } }

  /// A database of the test's own with its schema, a folder of keys, and a port.
  private final class Stage: Sendable {
    let folder: TestFolder
    let url: String
    let port = FreePort.pick()
    var listen: String { "127.0.0.1:\(port)" }
    private let server: DatabaseServer
    private let database = "nodes_" + UUID().uuidString.prefix(8).lowercased()

    init() throws {
      folder = try TestFolder()
      server = try DatabaseServer.shared
      try server.create(database)
      url = server.url(of: database)
      try #require(try run("database", "migrate", "--database", url).code == 0)
      try #require(try run("keys", "new", folder.path + "/keys").code == 0)
    }

    deinit { try? server.drop(database) }

    func run(_ arguments: String...) throws -> Program.Outcome {
      try Program(arguments, folder: folder.path).finish()
    }

    /// An operator's command on the database, with the operator's keys if it sends.
    func operate(_ arguments: String..., sends: Bool = false) throws -> Program.Outcome {
      let keys = sends ? ["--keys", folder.path + "/keys/operator.keys"] : []
      return try Program(arguments + ["--database", url] + keys, folder: folder.path).finish()
    }

    func flags(_ role: String, _ name: String) -> [String] {
      [role, "--node", name, "--listen", listen, "--database", url, "--keys", folder.path + "/keys/\(role).keys"]
    }

    /// Starts a node and waits until it serves; answers with what it said before.
    func start(_ role: String, _ name: String) throws -> (node: Program, said: [String]) {
      let node = try Program(flags(role, name), folder: folder.path)
      return (node, try node.wait(for: "Monarch is ready."))
    }

    /// The answer of the node's admin address, whole.
    func get(_ path: String, _ said: [String]) throws -> String {
      let admin = try #require(said.last?.split(separator: "admin on http://").last.flatMap { HostPort(String($0)) })
      let socket = try ClientSocket(connectingTo: admin)
      try socket.write(Array("GET \(path) HTTP/1.1\r\n\r\n".utf8), within: .seconds(10))
      let deadline = ContinuousClock.now + .seconds(10)
      var answer: [UInt8] = []
      while case .bytes(let more) = socket.read(atMost: 4096, until: deadline) { answer += more }
      return String(decoding: answer, as: UTF8.self)
    }
  }

  @Test func aDispatchServerServesUntilItsOperatorDrainsIt() async throws {
    let stage = stage
    try await onThread {
      let (node, said) = try stage.start("dispatch", "ds-1")
      #expect(said.last?.hasPrefix("ds-1 (dispatch) serves \(stage.listen); admin on http://127.0.0.1:") == true)
      #expect(try stage.get("/ready", said).hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(
        try stage.get("/metrics", said).contains("monarch_nodes{role=\"dispatch\",state=\"alive\"} 1\n"))

      let nodes = try stage.operate("nodes")
      #expect(nodes.code == 0)
      #expect(nodes.output.contains("ds-1  dispatch  \(stage.listen)"))
      #expect(try stage.operate("sessions").output == "Nobody is signed in.\n")

      let client = try ScriptedClient(to: HostPort(host: "127.0.0.1", port: stage.port))
      try client.send("VER 1 MSNP7")
      try client.expect("VER 1 MSNP7")
      try client.send("USR 2 MD5 I alice@example.com")
      try client.expect("601 2")
      try client.expectClosed()

      let drained = try stage.operate("drain", "ds-1", sends: true)
      #expect(drained.code == 0)
      #expect(drained.output.hasPrefix("ds-1 drains; it had "))
      #expect(try node.finish().code == 0)
      #expect(try stage.operate("nodes").output.hasPrefix("There are no nodes"))
    }
  }

  @Test func checkSaysWhatIsInTheWayOfANode() async throws {
    let stage = stage
    try await onThread {
      let fine = try Program(["check"] + stage.flags("dispatch", "ds-1"), folder: stage.folder.path).finish()
      #expect(fine == Program.Outcome(code: 0, output: "Nothing is in the way of a dispatch node.\n", errors: ""))
      let (node, _) = try stage.start("dispatch", "ds-1")
      let taken = try Program(["check"] + stage.flags("dispatch", "ds-1"), folder: stage.folder.path).finish()
      #expect(taken.code == 1)
      #expect(taken.output.contains("cannot listen on \(stage.listen): Address already in use."))
      #expect(taken.output.contains("a node ds-1 runs already, at \(stage.listen)"))
      let cluster = try stage.operate("check")
      #expect(cluster.code == 1)
      #expect(
        cluster.output == "no notification node serves: start one with 'monarch notification'.\n"
          + "no switchboard node serves: start one with 'monarch switchboard'.\n"
          + "no web node serves: start one with 'monarch web'.\n")
      withExtendedLifetime(node) {}
    }
  }

  @Test func aWebNodeServesUntilItIsTold() async throws {
    let stage = stage
    try await onThread {
      let port = FreePort.pick()
      let more = stage.flags("web", "web-1").map { $0 == stage.listen ? "\(stage.listen),127.0.0.2:\(port)" : $0 }
      let check = try Program(["check"] + more, folder: stage.folder.path).finish()
      #expect(check == Program.Outcome(code: 0, output: "Nothing is in the way of a web node.\n", errors: ""))
      let node = try Program(more, folder: stage.folder.path)
      let said = try node.wait(for: "Monarch is ready.")
      #expect(said.last?.hasPrefix("web-1 (web) serves \(stage.listen); admin on http://127.0.0.1:") == true)
      for address in [HostPort(host: "127.0.0.1", port: stage.port), HostPort(host: "127.0.0.2", port: port)] {
        let answer = try WebClient.ask(address, "GET /rdr/pprdr.asp HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(answer.statusLine == "HTTP/1.1 200 OK")
      }
      let nodes = try stage.operate("nodes").output
      #expect(nodes.contains("web-1  web") && nodes.contains(stage.listen))

      let taken = try Program(
        ["check"] + more + [
          "--listen-tls", "127.0.0.3:\(port)", "--certificate", "/none.pem", "--certificate-key", "/none.key",
        ], folder: stage.folder.path
      ).finish()
      #expect(taken.code == 1)
      #expect(taken.output.contains("there is no file /none.pem: 'monarch certificates new DIR' makes"))
      #expect(taken.output.contains("cannot listen on 127.0.0.2:\(port): Address already in use."))

      #expect(try stage.operate("drain", "web-1", sends: true).code == 0)
      #expect(try node.finish().code == 0)
    }
  }

  /// The keys of the release before the web role.
  @Test(arguments: ["notification", "switchboard"])
  func aNodeStartsWithTheKeysOfAnEarlierRelease(_ role: String) async throws {
    let stage = stage
    try await onThread {
      let file = stage.folder.path + "/keys/\(role).keys"
      typealias Form = [String: [String: String]]
      let all = try JSONDecoder().decode(Form.self, from: Data(contentsOf: URL(filePath: file)))
      let kept = all.mapValues { keys in keys.filter { !["web-tickets", "gateway"].contains($0.key) } }
      // In place: the file keeps its rights.
      try JSONEncoder().encode(kept).write(to: URL(filePath: file))
      let (node, said) = try stage.start(role, "old-1")
      #expect(said.last?.hasPrefix("old-1 (\(role)) serves ") == true)
      #expect(try stage.operate("drain", "old-1", sends: true).code == 0)
      let outcome = try node.finish()
      #expect(outcome.code == 0)
      #expect(outcome.errors.contains("'monarch keys complete DIR'"))
    }
  }

  @Test func aNameInUseIsRefused() async throws {
    let stage = stage
    try await onThread {
      let (node, _) = try stage.start("dispatch", "ds-1")
      let second = try Program(stage.flags("dispatch", "ds-1"), folder: stage.folder.path).finish()
      #expect(second.code == 1)
      #expect(second.errors.contains("ds-1"))
      withExtendedLifetime(node) {}
    }
  }

  @Test func kickOfSomebodyWhoIsNotThereSaysSo() async throws {
    let stage = stage
    let outcome = try await onThread { try stage.operate("kick", "alice@example.com", sends: true) }
    #expect(outcome.code == 1)
    #expect(outcome.errors == "Error: alice@example.com is not signed in: 'monarch sessions' shows who is\n")
  }
}

/// What the roles' commands refuse before anything listens.
struct NodeSettingsProgramTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  @Test(arguments: ["dispatch", "notification", "switchboard", "web"])
  func whatIsMissingEndsWith64(_ role: String) async throws {
    let outcome = try await monarch([role], in: folder)
    #expect(outcome.code == 64)
    #expect(outcome.errors.hasPrefix("Error: this node has no name: give --node, MONARCH_NODE in the environment, or"))
    #expect(outcome.errors.contains("there is no file of keys: give --keys, MONARCH_KEYS in the environment"))
  }

  @Test func keysOfAnotherRoleEndWith64() async throws {
    _ = try await monarch(["keys", "new", folder.path + "/keys"], in: folder)
    let outcome = try await monarch(
      [
        "switchboard", "--node", "sb-1", "--listen", "127.0.0.21", "--database", "postgresql:///none",
        "--keys", folder.path + "/keys/dispatch.keys",
      ], in: folder)
    #expect(outcome.code == 64)
    #expect(outcome.errors.hasPrefix("Error: the key 'ring-bus', which a switchboard needs, is absent from"))
  }
}
