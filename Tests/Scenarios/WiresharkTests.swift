import Foundation
import MSNP
import TestKit
import Testing

/// Wireshark reads this service as the real thing: on port 1863 every segment with data is MSNMS.
@Suite struct WiresharkTests {
  /// Capturing takes tshark (Debian's package of that name) and the right to listen on the loopback interface.
  private static var mayCapture: Bool {
    if ProcessInfo.processInfo.environment["MONARCH_REQUIRE_TSHARK"] != nil { return true }
    guard let tshark = try? Tshark(["-D"]) else { return false }
    return (try? tshark.output())?.contains { $0.hasSuffix("(Loopback)") } ?? false
  }

  @Test(.enabled(if: mayCapture, "tshark is not installed or may not capture; set MONARCH_REQUIRE_TSHARK to insist"))
  func everySegmentIsDissected() async throws {
    let fixture = try await ReferenceAccounts.fixture
    let file = FileManager.default.temporaryDirectory.path + "/monarch-\(UUID().uuidString).pcapng"
    defer { try? FileManager.default.removeItem(atPath: file) }
    try await onDevServer(fixture, DevServer.Options(port: 1863)) { server in
      try Tshark.capture(to: file, probing: server.dispatch) { try WiresharkTests.session(on: server) }
    }
    let everything = try Tshark.segments(of: file, "tcp.len > 0")
    let dissected = try Tshark.segments(of: file, "tcp.len > 0 && msnms")
    let strange = try Tshark.segments(of: file, "tcp.len > 0 && !msnms")
    #expect(strange == [])
    #expect(dissected.count == everything.count)
    #expect(dissected.count > 40)
  }

  /// Dispatch, sign-in, lists, presence, list changes and a conversation.
  private static func session(on server: DevServer) throws {
    let dispatched = try ScriptedClient(to: server.dispatch)
    try dispatched.send("VER 1 MSNP7 CVR0")
    try dispatched.expect("VER 1 MSNP7 CVR0")
    try dispatched.send("INF 2")
    try dispatched.expect("INF 2 MD5")
    try dispatched.send("USR 3 MD5 I alice@example.com")
    try dispatched.expect("XFR 3 NS 127.0.0.2:1863 0 127.0.0.1:1863")
    let bob = try ScriptedClient.online("bob", on: server, dialect: 2)
    let alice = try ScriptedClient.online("alice", on: server, dialect: 7)
    try bob.expect("NLN NLN alice@example.com Alice")
    try alice.send("SYN 5 0")
    while try !alice.nextLine().text.hasPrefix("LST 5 RL 255 2 2 ") {}
    try alice.send("ADD 6 AL erin@example.com Erin")
    try alice.expect("ADD 6 AL 256 erin@example.com Erin")
    try alice.send("ADD 7 AL erin@example.com Erin")
    try alice.expect("215 7")
    let talk = try ScriptedClient.opening("alice", alice, on: server)
    try talk.send("CAL 2 bob@example.com")
    _ = try talk.expect(beginning: "CAL", "2", "RINGING")
    let answer = try ScriptedClient.answering("bob", bob, on: server)
    try talk.expect("JOI bob@example.com Bob")
    let text = Array("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\ngrüße".utf8)
    try talk.send("MSG 3 A \(text.count)", payload: text)
    try talk.expect("ACK 3")
    try answer.expect("MSG alice@example.com Alice \(text.count)", payload: text)
    try answer.send("OUT")
    try talk.expect("BYE bob@example.com")
    try bob.send("CHG 9 BSY")
    try bob.expect("CHG 9 BSY")
    try alice.expect("NLN BSY bob@example.com Bob")
    try alice.send("OUT")
    try alice.expectClosed()
  }
}

/// One run of Wireshark's program for the terminal.
private struct Tshark {
  private let process: ChildProcess

  init(_ arguments: [String]) throws {
    process = try ChildProcess("tshark", arguments, errors: "/dev/null")
  }

  /// Every line of its output; an error if it did not end well.
  func output() throws -> [String] {
    var lines: [String] = []
    while let line = process.nextOutputLine(until: .now + .seconds(60)) { lines.append(line) }
    guard try process.waitForEnding() == .exited(0) else { throw Failure(description: "tshark failed") }
    return lines
  }

  struct Failure: Error, CustomStringConvertible { let description: String }

  /// The segments of a capture that pass a filter. Without sequence analysis, which on a busy machine would take a
  /// segment that was sent twice out of the protocol's hands.
  static func segments(of file: String, _ filter: String) throws -> [String] {
    try Tshark(["-n", "-o", "tcp.analyze_sequence_numbers:FALSE", "-r", file, "-Y", filter]).output()
  }

  /// Captures port 1863 while the work is done. Connections without a word, seen in the running output, tell that the
  /// capture has begun and that it has got everything.
  static func capture(to file: String, probing address: HostPort, _ work: () throws -> Void) throws {
    let fields = ["-T", "fields", "-e", "tcp.srcport"]
    let tshark = try Tshark(["-n", "-l", "-i", "lo", "-f", "tcp port 1863", "-w", file, "-P"] + fields)
    let deadline = ContinuousClock.now + .seconds(30)
    var probes: Set<String> = []
    repeat {
      guard ContinuousClock.now < deadline else { throw Failure(description: "tshark captures nothing on lo") }
      probes.insert(try silentConnection(to: address))
    } while !tshark.sees(probes, until: .now + .milliseconds(200))
    try work()
    let last = try silentConnection(to: address)
    guard tshark.sees([last], until: .now + .seconds(30)) else {
      throw Failure(description: "tshark lost the end of the session")
    }
    tshark.process.signal(SIGTERM)
    _ = try tshark.process.waitForEnding()
  }

  private static func silentConnection(to address: HostPort) throws -> String {
    let client = try ScriptedClient(to: address)
    defer { client.hangUp() }
    return String(client.localPort)
  }

  private func sees(_ ports: Set<String>, until deadline: ContinuousClock.Instant) -> Bool {
    while let line = process.nextOutputLine(until: deadline) { if ports.contains(line) { return true } }
    return false
  }
}
