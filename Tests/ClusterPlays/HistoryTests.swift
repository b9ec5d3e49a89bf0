import Foundation
import MSNP
import PostgreSQL
import TestKit
import Testing

/// Histories that switchboards of a cluster keep.
@Suite(.needsDatabase, .serialized) struct HistoryTests {
  /// Alice and bob on different notification servers, carol on bob's, all in one conversation.
  private struct Talk {
    let pair: Conversation
    let third: ScriptedClient
    private let notifications: [ScriptedClient]

    init(_ cluster: ClusterServer) throws {
      let alice = try ScriptedClient.online("alice", at: cluster.first)
      let bob = try ScriptedClient.online("bob", at: cluster.second)
      let carol = try ScriptedClient.online("carol", at: cluster.second)
      _ = try alice.lines(upTo: "NLN NLN carol@example.com Carol%20C")
      pair = try Conversation(("alice", alice), ("bob", bob.caughtUp()))
      try pair.caller.send("CAL 3 carol@example.com")
      _ = try pair.caller.expect(beginning: "CAL", "3", "RINGING")
      let ring = try carol.ring()
      third = try ScriptedClient(to: pair.switchboard)
      try third.send("ANS 1 carol@example.com \(ring[4]) \(ring[1])")
      _ = try third.expect(beginning: "IRO", "1", "1", "2")
      _ = try third.expect(beginning: "IRO", "1", "2", "2")
      try third.expect("ANS 1 OK")
      for member in [pair.caller, pair.callee] { _ = try member.expect(beginning: "JOI", "carol@example.com") }
      notifications = [alice, bob, carol]
    }

    /// Everybody says something in turn, and a typing notice before it.
    func say(_ numbers: ClosedRange<Int>) throws {
      let members = [pair.caller, pair.callee, third]
      for number in numbers {
        try send("text/x-msmsgscontrol", "", from: number % 3, members)
        try send("text/plain; charset=UTF-8", "gr\u{fc}n \(number)", from: number % 3, members)
      }
    }

    private func send(_ type: String, _ text: String, from sender: Int, _ members: [ScriptedClient]) throws {
      let payload = Array("MIME-Version: 1.0\r\nContent-Type: \(type)\r\n\r\n\(text)".utf8)
      try members[sender].send("MSG 9 A \(payload.count)", payload: payload)
      try members[sender].expect("ACK 9")
      for (index, member) in members.enumerated() where index != sender {
        let line = try member.nextLine(waitingFor: "'\(text)'")
        guard line.payload == payload else {
          throw ClientFailure.mismatch(expected: "the message '\(text)'", got: line.description)
        }
      }
    }
  }

  /// Somebody's history in order: `1 bob@example.com gruen 1 alice@example.com ...`.
  private static func history(of name: String, _ cluster: ClusterServer) throws -> [String] {
    let rows = try cluster.query(
      """
      SELECT concat_ws(' ', number, sender, text, people) FROM history JOIN account ON account.id = owner
      WHERE handle = $1 ORDER BY at, number
      """, [.text("\(name)@example.com")])
    return try rows.map { try $0.text(0) }
  }

  private static func expected(_ numbers: ClosedRange<Int>) -> [String] {
    let senders = ["alice", "bob", "carol"]
    return numbers.map {
      "\($0) \(senders[$0 % 3])@example.com gr\u{fc}n \($0) alice@example.com bob@example.com carol@example.com"
    }
  }

  private static func keepHistories(of names: [String], _ cluster: ClusterServer) throws {
    try cluster.query(
      "INSERT INTO history_keeper SELECT id FROM account WHERE handle = ANY ($1)",
      [.texts(names.map { "\($0)@example.com" })])
  }

  /// A number that the switchboard that holds the conversation tells of itself.
  private static func metric(_ name: String, of talk: Talk, _ cluster: ClusterServer) throws -> Int {
    let node = try #require(cluster.node(at: talk.pair.switchboard))
    let address = try #require(cluster.admin(of: node))
    let lines = try WebClient.ask(address, "GET /metrics HTTP/1.1\r\n\r\n").text.split(separator: "\n")
    return try #require(lines.first { $0.hasPrefix("\(name) ") }.flatMap { Int($0.dropFirst(name.count + 1)) })
  }

  @Test func aConversationOfThreeIsWholeOnceAndInOrderForTheTwoWhoKeepOne() async throws {
    try await onCluster { cluster in
      try HistoryTests.keepHistories(of: ["alice", "carol"], cluster)
      let talk = try Talk(cluster)
      try talk.say(1...60)
      try cluster.wait(within: .seconds(10), until: "both histories are whole") {
        try ["alice", "carol"].allSatisfy { try HistoryTests.history(of: $0, cluster).count == 60 }
      }
      let wanted = HistoryTests.expected(1...60)
      #expect(try HistoryTests.history(of: "alice", cluster) == wanted)
      #expect(try HistoryTests.history(of: "carol", cluster) == wanted)
      #expect(try HistoryTests.history(of: "bob", cluster) == [])
      #expect(try cluster.query("SELECT DISTINCT conversation FROM history").count == 1)
      try cluster.wait(within: .seconds(5), until: "the switchboard counts 60") {
        try HistoryTests.metric("monarch_history_kept_total", of: talk, cluster) == 60
      }
      #expect(try HistoryTests.metric("monarch_history_lost_total", of: talk, cluster) == 0)

      // Switched off, it is so at once.
      try cluster.query("DELETE FROM history_keeper")
      try talk.say(61...63)
      try cluster.wait(within: .seconds(5), until: "the switchboard has dealt with 63") {
        try HistoryTests.metric("monarch_history_kept_total", of: talk, cluster) == 63
      }
      #expect(try HistoryTests.history(of: "alice", cluster) == wanted)
    }
  }

  @Test func withoutDatabaseMessagesGoOnAndAreInTheHistoryAfterwards() async throws {
    try await onPrivateDatabase(plan: ReferenceAccounts.plan) { database, cluster in
      try HistoryTests.keepHistories(of: ["alice"], cluster)
      let talk = try Talk(cluster)
      try talk.say(1...6)
      try cluster.wait(within: .seconds(10), until: "the beginning is there") {
        try HistoryTests.history(of: "alice", cluster).count == 6
      }
      for member in [talk.pair.caller, talk.pair.callee, talk.third] { member.limit = .seconds(2) }
      try database.goAway()
      let begin = ContinuousClock.now
      var last = 6
      repeat {
        try talk.say(last + 1...last + 10)
        last += 10
        Pause.long()
      } while .now - begin < .seconds(4)
      #expect(try HistoryTests.metric("monarch_history_waiting", of: talk, cluster) >= 10)
      try database.comeBack()
      try talk.say(last + 1...last + 3)
      last += 3
      try cluster.wait(within: .seconds(30), until: "the whole history is there") {
        try HistoryTests.history(of: "alice", cluster).count == last
      }
      #expect(try HistoryTests.history(of: "alice", cluster) == HistoryTests.expected(1...last))
      #expect(try HistoryTests.history(of: "bob", cluster) == [])
      #expect(try HistoryTests.metric("monarch_history_lost_total", of: talk, cluster) == 0)
    }
  }

  /// A database role of an earlier release: conversations go on as they always did.
  @Test func withoutTheRightsNoHistoryIsKeptAndTheLogSaysWhy() async throws {
    try await onCluster(.init(switchboards: 1, drainSeconds: 1)) { cluster in
      try HistoryTests.keepHistories(of: ["alice"], cluster)
      let role = "earlier_" + UUID().uuidString.prefix(8).lowercased()
      let database = try #require(try cluster.query("SELECT current_database()").first?.text(0))
      defer {
        for statement in ["ALTER DATABASE \(database) RESET role", "DROP OWNED BY \(role)", "DROP ROLE \(role)"] {
          _ = try? cluster.query(statement)
        }
      }
      for statement in [
        "CREATE ROLE \(role)", "GRANT \(role) TO CURRENT_USER", "GRANT ALL ON ALL TABLES IN SCHEMA public TO \(role)",
        "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO \(role)",
        "REVOKE ALL ON history, history_keeper FROM \(role)", "ALTER DATABASE \(database) SET role TO \(role)",
      ] { try cluster.query(statement) }
      try cluster.stop(.switchboard(1))
      try cluster.start(.switchboard(1))
      try cluster.waitUntilAcquainted()

      try Talk(cluster).say(1...3)
      #expect(try HistoryTests.history(of: "alice", cluster) == [])
      try cluster.stop(.switchboard(1))
      let log = cluster.log(of: .switchboard(1))
      #expect(log.split(separator: "\n").count { $0.contains("histories are not kept here") } == 1, "\(log)")
      #expect(log.contains("run this release's deploy/roles.sql"))
    }
  }

  /// What waits when a switchboard is asked to end is written before it does.
  @Test func aSwitchboardThatEndsWritesWhatWaits() async throws {
    try await onCluster(.init(drainSeconds: 1)) { cluster in
      try HistoryTests.keepHistories(of: ["bob"], cluster)
      let talk = try Talk(cluster)
      try talk.say(1...30)
      let node = try #require(cluster.node(at: talk.pair.switchboard))
      #expect(try cluster.stop(node) == .exited(0))
      #expect(try HistoryTests.history(of: "bob", cluster) == HistoryTests.expected(1...30))
    }
  }
}
