import Foundation
import MSNP
import PostgreSQL
import TestKit
import Testing

/// What anybody who may connect to the database can send is worth nothing (promises S9 and S15).
@Suite(.needsDatabase) struct ForgeryTests {
  @Test func whatIsForgedOrSentAgainHasNoEffect() async throws {
    try await onCluster { cluster in
      let stranger = try Stranger(cluster)
      let bob = try ScriptedClient.online("bob", at: cluster.second, dialect: 5)
      let alice = try ScriptedClient.online("alice", at: cluster.first, seeing: "bob", dialect: 5)
      try bob.expect("NLN NLN alice@example.com Alice")
      let recorded = try stranger.record {
        try alice.send("CHG 5 BSY")
        try bob.expect("NLN BSY alice@example.com Alice")
        try alice.send("CHG 6 AWY")
        try bob.expect("NLN AWY alice@example.com Alice")
      }
      let real = try #require(recorded.last { $0.contains(" BSY ") })
      #expect(real.hasPrefix("1 ns-1 "))

      // The real thing again, and on roads that it was not made for.
      let everyChannel = ["monarch.ns", "monarch.ns.ns-2", "monarch.ring.ns-2", "monarch.sb", "monarch.control.ns-2"]
      for channel in everyChannel { try stranger.send(real, to: channel) }
      // With another number, or another content, under the old seal.
      let lines = real.split(separator: "\n", maxSplits: 1).map(String.init)
      var words = lines[0].split(separator: " ").map(String.init)
      let number = try #require(Int(words[4]))
      for further in 1...3 {
        words[4] = "\(number + further)"
        try stranger.send(words.joined(separator: " ") + "\n" + lines[1], to: "monarch.ns")
      }
      try forge(by: stranger, on: cluster, head: words, number)

      #expect(try alice.linesUpToPing().filter { !$0.hasPrefix("CHG") } == [])
      try alice.send("CHG 7 NLN")
      try bob.expect("NLN NLN alice@example.com Alice")
      try bob.expectQuiet()
      let talk = try Conversation(("alice", alice.caughtUp()), ("bob", bob))
      try talk.exchange("still here")
      #expect(try cluster.named().count == 2)
      #expect(try cluster.nodes().allSatisfy { !$0.isDraining && !$0.isDead })
      #expect(cluster.running.count == 5)
    }
  }

  /// Every event there is, each as harmful as it can be made without the key.
  private func forge(by stranger: Stranger, on cluster: ClusterServer, head: [String], _ number: Int) throws {
    let row = try #require(
      try cluster.query("SELECT account, generation, epoch FROM session WHERE handle = 'bob@example.com'").first)
    let (account, generation, epoch) = try (row.text(0), row.text(1), row.text(2))
    let seals = ["AAAAAAAAAAAAAAAAAAAAAA==", head[5], "-"]
    let sent = [
      ("monarch.ns", "P \(account) 999999 1 bob@example.com -"), ("monarch.ns", "R \(account)"),
      ("monarch.ns", "M 5"),
      ("monarch.ns", "X \(account) \(generation)"), ("monarch.ns", "N \(account) 41 RA mallory@example.com Mallory"),
      ("monarch.ns.ns-2", "O \(account) \(generation) 1"), ("monarch.ns.ns-2", "X \(account) \(generation)"),
      ("monarch.ring.ns-2", "C 1 1 sb-9 1 127.0.0.29:1863 1 alice@example.com Alice bob@example.com 99999999999999"),
      ("monarch.sb", "R \(account)"), ("monarch.control.ns-2", "D"), ("monarch.control.ns-2", "drain"),
      ("monarch.control.ds-1", "D"), ("monarch.control.sb-1", "drain"),
    ]
    for (channel, event) in sent {
      for seal in seals {
        try stranger.send("1 ns-1 \(head[2]) \(channel) \(number + 100) \(seal)\n\(event)", to: channel)
        try stranger.send("1 ns-2 \(epoch) \(channel) 900000 \(seal)\n\(event)", to: channel)
        try stranger.send("1 operator-1 9999999999999 \(channel) 1 \(seal)\n\(event)", to: channel)
      }
    }
    for rubbish in ["", " ", "1", "1 ns-1", "1 ns-1 1 monarch.ns 1 x", String(repeating: "\n", count: 5000)] {
      for channel in ["monarch.ns", "monarch.ring.ns-1", "monarch.control.sb-2"] {
        try stranger.send(rubbish, to: channel)
      }
    }
  }

  @Test func aPlantedNodeIsNeverNamed() async throws {
    try await onCluster { cluster in
      let stranger = try Stranger(cluster)
      let planting = """
        INSERT INTO node (name, role, epoch, address, seal, connections)
        SELECT 'ns-9', role, epoch + 1000, '127.0.0.99:1863', seal, 0 FROM node WHERE name = 'ns-1'
        """
      #expect(throws: (any Error).self) { try stranger.run(planting) }
      #expect(throws: (any Error).self) { try stranger.run("UPDATE node SET address = '127.0.0.99:1863'") }
      #expect(throws: (any Error).self) { try stranger.run("SELECT * FROM session") }

      // Even whoever may write there has no key: a row of its own, and a real one that was changed.
      try cluster.query(planting)
      try cluster.query("UPDATE node SET address = '127.0.0.98:1863' WHERE name = 'sb-1'")
      let alice = try ScriptedClient.online("alice", at: cluster.first)
      for _ in 0..<30 {
        // Fails on any address but those of the cluster.
        #expect(try cluster.named(times: 3).isSubset(of: [.notification(1), .notification(2)]))
        try #require(cluster.node(at: try alice.transfer().switchboard) != nil)
      }
    }
  }
}

/// A database role without a single grant.
private final class Stranger {
  private static let password = "stranger"
  private let role: String
  private let url: String
  private let session: DatabaseSession
  private let cluster: ClusterServer

  init(_ cluster: ClusterServer) throws {
    self.cluster = cluster
    role = "stranger_\(UUID().uuidString.prefix(8).lowercased())"
    try cluster.query("CREATE ROLE \(role) LOGIN PASSWORD '\(Stranger.password)'")
    url = cluster.databaseURL(role: role, password: Stranger.password)
    session = try DatabaseSession(DatabaseURL(url))
  }

  deinit { _ = try? cluster.query("DROP ROLE \(role)") }

  func run(_ statement: String) throws { try session.run(statement) }

  func send(_ payload: String, to channel: String) throws {
    try session.run("SELECT pg_notify($1, $2)", [.text(channel), .text(payload)])
  }

  /// The payloads that presence travelled in while the work was done: listening is everybody's right.
  func record(_ work: () throws -> Void) throws -> [String] {
    let turns = (0..<200).flatMap { _ in ["-c", "SELECT 'turn', pg_sleep(0.05)"] }
    let listener = try ChildProcess(
      "psql", ["-X", "-q", "-A", "-t", url, "-c", "LISTEN \"monarch.ns\""] + turns, errors: "/dev/null")
    let deadline = ContinuousClock.now + .seconds(20)
    while listener.nextOutputLine(until: deadline)?.hasPrefix("turn") == false {}
    try work()
    var text = ""
    // Two turns after the work everything has been printed.
    for _ in 0..<3 {
      while let line = listener.nextOutputLine(until: deadline), !line.hasPrefix("turn") { text += line + "\n" }
    }
    return text.split(separator: "with payload \"").dropFirst().compactMap { part in
      part.range(of: "\" received from").map { String(part[..<$0.lowerBound]) }
    }
  }
}
