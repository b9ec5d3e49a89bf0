import Credentials
import Glibc
import MSNP
import TestKit
import Testing

/// What the gateway and the servers behind it do not let anybody do.
@Suite struct GatewayRefusalTests {
  /// A socket that listens, to see whether anybody comes.
  private final class Trap {
    private let descriptor: Int32
    private(set) var port = 0

    init() throws {
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
      var name = sockaddr_in()
      name.sin_family = sa_family_t(AF_INET)
      inet_pton(AF_INET, "127.0.0.1", &name.sin_addr)
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let result = withUnsafeMutablePointer(to: &name) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, length) == 0 && listen(descriptor, 8) == 0 && getsockname(descriptor, $0, &length) == 0
        }
      }
      guard result else { throw PlayFailure(description: "nothing can listen") }
      port = Int(in_port_t(bigEndian: name.sin_port))
    }

    deinit { close(descriptor) }

    /// Whether somebody has connected since it listens.
    var hasCaught: Bool {
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      return poll(&entry, 1, 0) > 0
    }
  }

  @Test func nothingIsDialledButTheServersOfTheService() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture) { server in
      let trap = try Trap()
      let places = [
        "127.0.0.1:\(trap.port)", "localhost:\(trap.port)", "127.0.0.3:\(trap.port)", "localhost", "127.0.0.9",
        "127.0.0.2@127.0.0.1:\(trap.port)", "127.0.0.3%2F", "db.internal:5432",
      ]
      for place in places {
        for kind in ["SB", "NS"] {
          let client = GatewayClient(to: server.web)
          let answer = try client.open(kind, ip: place, "VER 1 MSNP7\r\n")
          #expect(answer.statusLine == "HTTP/1.1 400 Bad Request", "\(kind) \(place)")
          #expect(client.session == "")
        }
      }
      #expect(!trap.hasCaught)
    }
  }

  @Test func onlyAGoodPrefaceIsTaken() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture) { server in
      let mint = GatewayPrefaceMint(key: try KeyFile.openOrCreate(path: server.directory + "/keys.json").gateway)
      func preface(for target: HostPort, at now: Int = time(nil)) -> String {
        "GWY \(mint.mint(client: "203.0.113.9", target: target, now: Int64(now)))"
      }
      func isTaken(_ line: String, at address: HostPort) throws -> Bool {
        let client = try ScriptedClient(to: address)
        try client.send(bytes: Array("\(line)\r\nVER 1 MSNP7\r\n".utf8))
        do {
          try client.expect("VER 1 MSNP7")
          return true
        } catch ClientFailure.closed { return false }
      }
      let good = preface(for: server.notification)
      #expect(try isTaken(good, at: server.notification))
      #expect(try !isTaken(good, at: server.notification))
      #expect(try !isTaken(preface(for: server.switchboard), at: server.notification))
      #expect(try !isTaken(preface(for: server.notification, at: time(nil) - 60), at: server.notification))
      #expect(try !isTaken("GWY AAAA", at: server.notification))
      #expect(try !isTaken("GWY " + String(repeating: "A", count: 4_000), at: server.notification))
      // A dispatch server takes none, be it good.
      #expect(try !isTaken(preface(for: server.dispatch), at: server.dispatch))

      for line in ["GWY AAAA", preface(for: server.notification)] {
        let client = try ScriptedClient(to: server.switchboard)
        try client.send(line)
        try client.expectClosed()
      }
      // The log is whole when the server has ended.
      try server.stop()
      let log = server.log(lines: 100)
      #expect(log.contains("sent a preface that was used before"))
      #expect(log.contains("sent a preface altered, or made for another server"))
    }
  }

  @Test func limitsAreTheClients() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture) { server in
      let mint = GatewayPrefaceMint(key: try KeyFile.openOrCreate(path: server.directory + "/keys.json").gateway)
      func connect(from client: String) throws -> ScriptedClient {
        let connection = try ScriptedClient(to: server.notification)
        let preface = mint.mint(client: client, target: server.notification, now: Int64(time(nil)))
        try connection.send(bytes: Array("GWY \(preface)\r\nVER 1 MSNP7\r\n".utf8))
        return connection
      }
      let clients = try (0..<256).map { _ in try connect(from: "203.0.113.9") }
      for client in clients { try client.expect("VER 1 MSNP7") }
      try connect(from: "203.0.113.9").expectClosed()
      try connect(from: "203.0.113.10").expect("VER 1 MSNP7")
    }
  }

  /// Four wrong passwords of one client of the gateway slow down that client, and no other that comes the same way.
  @Test func guessesAreTheClients() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture) { server in
      let mint = GatewayPrefaceMint(key: try KeyFile.openOrCreate(path: server.directory + "/keys.json").gateway)
      func isAdmitted(_ who: String, from client: String, wrong: Bool) throws -> Bool {
        let connection = try ScriptedClient(to: server.notification)
        try connection.send("GWY \(mint.mint(client: client, target: server.notification, now: Int64(time(nil))))")
        let proof = try connection.challengeResponse(who)
        try connection.send("USR 3 MD5 S \(wrong ? String(proof.reversed()) : proof)")
        return try connection.nextLine(waitingFor: "the verdict").text != "911 3"
      }
      for number in 0..<4 { #expect(try !isAdmitted("nobody\(number)", from: "203.0.113.9", wrong: true)) }
      #expect(try !isAdmitted("alice", from: "203.0.113.9", wrong: false))
      #expect(try isAdmitted("bob", from: "203.0.113.10", wrong: false))
    }
  }
}
