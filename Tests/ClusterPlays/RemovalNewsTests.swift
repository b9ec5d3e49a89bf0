import Cluster
import Crypto
import Foundation
import MSNP
import PostgreSQL
import TestKit
import Testing

/// An account is banned by somebody who has the keys of a web node alone, and later let in again.
@Suite(.needsDatabase) struct RemovalNewsTests {
  /// What a web node sends: to notification servers, since it has no key for the switchboards.
  private static func tellRemoved(_ account: Int64, _ cluster: ClusterServer) throws {
    let clock: Int64 = try #require(
      try cluster.query("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint").first?.integer(0))
    let key = SealKey(SymmetricKey(data: try cluster.fixture.key("notification-bus", of: "web")))
    var outbox = BusOutbox(origin: .ofOperator(at: clock))
    let isTaken = outbox.add("R \(account)", to: .notification)
    #expect(isTaken)
    for payload in outbox.take() {
      try cluster.query("SELECT pg_notify($1, $2)", [.text("monarch.ns"), .text(payload.text(sealedWith: key))])
    }
  }

  private static func ban(_ isBanned: Bool, _ cluster: ClusterServer) throws -> Int64 {
    try #require(
      try cluster.query(
        "UPDATE account SET banned = $1 WHERE handle = 'bob@example.com' RETURNING id", [.text("\(isBanned)")]
      ).first?.integer(0))
  }

  @Test func whoIsBannedIsPutOutOfConversationsTooAndMayComeBack() async throws {
    try await onCluster { cluster in
      let alice = try ScriptedClient.online("alice", at: cluster.first)
      let bob = try ScriptedClient.online("bob", at: cluster.second)
      _ = try alice.lines(upTo: "NLN NLN bob@example.com Bob")
      let talk = try Conversation(("alice", alice), ("bob", bob.caughtUp()))
      try talk.exchange("before")

      try RemovalNewsTests.tellRemoved(try RemovalNewsTests.ban(true, cluster), cluster)
      try bob.expect("OUT")
      try bob.expectClosed()
      try talk.callee.expectClosed()
      try talk.caller.expect("BYE bob@example.com")
      try alice.lines(upTo: "FLN bob@example.com")
      let refused = try ScriptedClient(to: cluster.first)
      try refused.proveIdentity("bob")
      try refused.expect("911 3")

      _ = try RemovalNewsTests.ban(false, cluster)
      // Tickets are dated in seconds: one of the second in which he was put out is void.
      try cluster.wait(within: .seconds(20), until: "bob can open a conversation") {
        let again = try ScriptedClient.online("bob", at: cluster.first)
        defer { _ = try? again.signOut() }
        let transfer = try again.transfer()
        let client = try ScriptedClient(to: transfer.switchboard)
        try client.send("USR 1 bob@example.com \(transfer.ticket)")
        return try client.nextLine(waitingFor: "the answer").text == "USR 1 OK bob@example.com Bob"
      }
    }
  }
}
