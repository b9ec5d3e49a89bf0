import MSNP
import TestKit
import Testing

/// A server dies without a word (promises R7 and R9).
@Suite(.needsDatabase) struct NodeDeathTests {
  @Test func aKilledNotificationServerLeavesNoGhosts() async throws {
    try await onCluster { cluster in
      let bob = try ScriptedClient.online("bob", at: cluster.second)
      let alice = try ScriptedClient.online("alice", at: cluster.first, seeing: "bob")
      let erin = try ScriptedClient.online("erin", at: cluster.first)
      try bob.expect("NLN NLN alice@example.com Alice")
      try cluster.wait(within: .seconds(5), until: "the dispatch server names both") {
        try cluster.named() == [.notification(1), .notification(2)]
      }

      let death = ContinuousClock.now
      try cluster.killAtOnce(.notification(1))
      for client in [alice, erin] { try client.expectClosed() }
      try bob.lines(upTo: "FLN alice@example.com", within: .seconds(5) - (.now - death))
      try cluster.wait(within: .seconds(5), until: "the dispatch server names the dead no more") {
        try cluster.named() == [.notification(2)]
      }
      try cluster.waitForSessions(["bob@example.com ns-2"], within: .seconds(10) - (.now - death))
      try bob.expectQuiet()

      let again = try ScriptedClient.comingIn("alice", through: cluster.address(of: .dispatch()))
      #expect(again.address == cluster.second)
      try again.goOnline()
      try bob.expect("NLN NLN alice@example.com Alice")

      try cluster.start(.notification(1))
      try cluster.wait(within: .seconds(10), until: "the new run is named") {
        try cluster.named().contains(.notification(1))
      }
      let back = try ScriptedClient.online("erin", at: cluster.first)
      let talk = try Conversation(("erin", back), ("alice", again))
      try talk.exchange("here we are")
      try cluster.waitForSessions(
        ["alice@example.com ns-2", "bob@example.com ns-2", "erin@example.com ns-1"], within: .seconds(10))
    }
  }

  @Test func aKilledSwitchboardCostsItsConversationsAlone() async throws {
    try await onCluster { cluster in
      let bob = try ScriptedClient.online("bob", at: cluster.second)
      let alice = try ScriptedClient.online("alice", at: cluster.first, seeing: "bob")
      let erin = try ScriptedClient.online("erin", at: cluster.first)
      let frank = try ScriptedClient.online("frank", at: cluster.second)
      try bob.expect("NLN NLN alice@example.com Alice")
      let doomed = try Conversation(("alice", alice), ("bob", bob))
      let other = try Conversation(("erin", erin), ("frank", frank), transfer(erin, not: doomed.switchboard))
      try other.exchange("before")

      let victim = try #require(cluster.node(at: doomed.switchboard))
      try cluster.killAtOnce(victim)
      try doomed.caller.expectClosed()
      try doomed.callee.expectClosed()
      try other.exchange("after")
      for client in [alice, bob, erin, frank] { try client.expectQuiet() }
      // Reopened elsewhere within a second: the notification server has seen the death by its free lock.
      let start = ContinuousClock.now
      var reopened: Conversation?
      while reopened == nil {
        let place = try alice.transfer()
        if place.switchboard != doomed.switchboard {
          reopened = try Conversation(("alice", alice), ("bob", bob), place)
        }
        try #require(.now - start < .seconds(3), "the dead switchboard is still named")
      }
      try reopened?.exchange("again")
    }
  }

  /// A place on another switchboard than the one that is given; asked for as a client would, again and again.
  private func transfer(
    _ client: ScriptedClient, not other: HostPort
  ) throws -> (switchboard: HostPort, ticket: String) {
    for _ in 0..<40 {
      let place = try client.transfer()
      if place.switchboard != other { return place }
    }
    throw PlayFailure(description: "forty times the same switchboard: \(other)")
  }
}
