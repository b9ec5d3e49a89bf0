import MSNP
import Roster
import SQLiteStore
import TestKit
import Testing

/// Readers that do not read, readers that read slowly, and very many readers.
@Suite struct FloodTests {
  /// A member who stops reading is closed at the cap; the others are told, and lose nothing.
  @Test func aMemberWhoStopsReadingSlowsNobody() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture) { server in
      let bob = try ScriptedClient.online("bob", on: server)
      let erin = try ScriptedClient.online("erin", on: server)
      let alice = try ScriptedClient.online("alice", on: server)
      _ = try bob.linesUpToPing()
      let talk = try ScriptedClient.opening("alice", alice, on: server)
      try talk.send("CAL 2 bob@example.com")
      _ = try talk.expect(beginning: "CAL", "2", "RINGING")
      let deaf = try ScriptedClient.answering("bob", bob, on: server, receiveBuffer: 4096)
      try talk.expect("JOI bob@example.com Bob")
      try talk.send("CAL 3 erin@example.com")
      _ = try talk.expect(beginning: "CAL", "3", "RINGING")
      let reader = try ScriptedClient.answering("erin", erin, on: server)
      try talk.expect("JOI erin@example.com Erin")

      let before = try peakResidentMemory(of: server.processIdentifier)
      let filler = [UInt8](repeating: 0x2e, count: 1600)
      var sent = 0
      var remaining = Int.max
      // The kernel's buffers take some megabytes before the server's own queue begins to grow.
      while remaining > 0, sent < 40_000 {
        try talk.send("MSG \(sent) U 1608", payload: Array(numbered(sent)) + filler)
        let line = try reader.nextLine(waitingFor: "message \(sent)")
        if line.text == "BYE bob@example.com" {
          #expect(remaining == Int.max, "a second BYE")
          remaining = 200
          #expect(try reader.nextLine().payload?.prefix(8) == numbered(sent)[...])
        } else {
          #expect(line.text == "MSG alice@example.com Alice 1608")
          #expect(line.payload?.prefix(8) == numbered(sent)[...])
        }
        sent += 1
        if remaining < Int.max { remaining -= 1 }
      }
      #expect(remaining == 0, "bob was never closed")
      try talk.expect("BYE bob@example.com")
      try talk.send("MSG 50000 A 3", payload: Array("hi!".utf8))
      try talk.expect("ACK 50000")
      #expect(try peakResidentMemory(of: server.processIdentifier) - before < 4 << 10)
      withExtendedLifetime(deaf) {}
    }
  }

  private func numbered(_ number: Int) -> [UInt8] { Array(String(10_000_000 + number).utf8) }

  private static var fullLists: Fixture {
    get async throws {
      try await Fixture.named("full-lists") { writer in
        try await ReferenceAccounts.write(writer)
        let names = (0..<1000).map { (handle: "contact\($0)@example.com", name: "Contact \($0)") }
        let contacts = try await writer.accounts(names)
        let alice = try await writer.account("full@example.com", "Full")
        try await writer.makeMutual(names.prefix(600).map { ("full@example.com", $0.handle) })
        for contact in contacts.dropFirst(600) {
          try await writer.add(.forward, of: contact, "full@example.com", "Full")
        }
        try await writer.raise(alice, to: 5000)
      }
    }
  }

  /// 600 FL, 600 AL and 1,000 RL, ten times over, through a receive buffer of 4 KiB: paced, complete, not cut off.
  @Test func aFullListIsReadByASlowModem() async throws {
    let fixture = try await FloodTests.fullLists
    try await onDevServer(fixture) { server in
      let client = try ScriptedClient.signedIn("full", on: server, receiveBuffer: 4096)
      for transaction in 10..<20 { try client.send("SYN \(transaction) 0") }
      try client.send("CHG 20 NLN")
      // Others' presence goes on meanwhile.
      let friend = try ScriptedClient.online("contact0", on: server)
      var lines = SlowReader(client)
      for transaction in 10..<20 {
        try friend.send("CHG 9 \(transaction % 2 == 0 ? "BSY" : "AWY")")
        _ = try friend.nextLine()
        try expectFullBurst(transaction, &lines)
      }
      #expect(try lines.next() == "CHG 20 NLN")
      // How much of the last lists the kernel has taken tells whether the friend's last change came before it or after.
      let looks = try lines.next()
      let isLate = looks == "ILN 20 BSY contact0@example.com Contact%200"
      if !isLate { #expect(looks == "ILN 20 AWY contact0@example.com Contact%200") }
      #expect(try lines.next().hasPrefix("CHL 0 "))
      if isLate { #expect(try lines.next() == "NLN AWY contact0@example.com Contact%200") }
    }
  }

  private func expectFullBurst(_ n: Int, _ lines: inout SlowReader) throws {
    let version = 5000
    var wanted = ["SYN \(n) \(version)", "GTC \(n) \(version) A", "BLP \(n) \(version) AL"]
    wanted += ["PHH", "PHW", "PHM", "MOB N", "MBE N"].map { "PRP \(n) \(version) \($0)" }
    wanted.append("LSG \(n) \(version) 1 1 0 ~ 0")
    for index in 0..<600 {
      let handle = "contact\(index)@example.com"
      wanted.append("LST \(n) FL \(version) \(index + 1) 600 \(handle) Contact%20\(index) 0")
      wanted += ["PHH", "PHW", "PHM", "MOB N"].map { "BPR \(version) \(handle) \($0)" }
    }
    for (list, count) in [("AL", 600), ("BL", 0), ("RL", 1000)] {
      if count == 0 { wanted.append("LST \(n) \(list) \(version) 0 0") }
      for index in 0..<count {
        let entry = "contact\(index)@example.com Contact%20\(index)"
        wanted.append("LST \(n) \(list) \(version) \(index + 1) \(count) \(entry)")
      }
    }
    for line in wanted {
      let got = try lines.next()
      guard got == line else { throw ClientFailure.mismatch(expected: line, got: got) }
    }
  }

  private static var manyWatchers: Fixture {
    get async throws {
      try await Fixture.named("many-watchers") { writer in
        try await ReferenceAccounts.write(writer)
        let names = (0..<400).map { (handle: "watcher\($0)@example.com", name: "Watcher \($0)") }
        for watcher in try await writer.accounts(names) {
          try await writer.add(.forward, of: watcher, "erin@example.com", "Erin")
        }
      }
    }
  }

  /// Every one of 400 watchers is told of both names in order, once each, and a bystander's pings are answered.
  @Test func aRenameReaches400Watchers() async throws {
    let fixture = try await FloodTests.manyWatchers
    try await onDevServer(fixture) { server in
      let bystander = try ScriptedClient.online("frank", on: server)
      let erin = try ScriptedClient.online("erin", on: server)
      let watchers = try (0..<400).map { try ScriptedClient.online("watcher\($0)", on: server) }
      try erin.send(bytes: Array("REA 9 erin@example.com Erin%20A\r\nREA 10 erin@example.com Erin%20B\r\n".utf8))
      for _ in 0..<200 {
        try bystander.send("PNG")
        try bystander.expect("QNG")
      }
      _ = try erin.expect(beginning: "REA", "9")
      _ = try erin.expect(beginning: "REA", "10")
      for watcher in watchers {
        try watcher.expect("NLN NLN erin@example.com Erin%20A")
        try watcher.expect("NLN NLN erin@example.com Erin%20B")
        try watcher.expectQuiet()
      }
      try erin.expectQuiet()
    }
  }
}

/// Takes at most 4 KiB from the connection at a time.
private struct SlowReader {
  private let client: ScriptedClient
  init(_ client: ScriptedClient) { self.client = client }

  mutating func next() throws -> String {
    while true {
      if let line = try client.nextReceivedLine() { return line.text }
      guard try client.receive(atMost: 4096) else { throw ClientFailure.closed(waitingFor: "the rest of the lists") }
    }
  }
}
