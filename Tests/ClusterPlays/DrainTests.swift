import MSNP
import TestKit
import Testing

/// Servers that are asked to stop (promise R8).
@Suite(.needsDatabase) struct DrainTests {
  @Test func aDrainingNotificationServerSendsEverybodyElsewhere() async throws {
    try await onCluster(.init(drainSeconds: 4)) { cluster in
      let bob = try ScriptedClient.online("bob", at: cluster.second)
      let others = ["alice", "carol", "dave", "erin"]
      let people = try others.map { try ScriptedClient.online($0, at: cluster.first) }
      let talk = try Conversation(("alice", people[0].caughtUp()), ("bob", bob.caughtUp()))
      // Somebody who has begun to sign in may go on.
      let late = try ScriptedClient(to: cluster.first)
      try late.send("VER 1 MSNP7")
      try late.expect("VER 1 MSNP7")

      try cluster.askToStop(.notification(1))
      try cluster.wait(within: .seconds(3), until: "the registry tells of the drain") {
        try cluster.nodes().contains { $0.name == "ns-1" && $0.isDraining }
      }
      try late.send("USR 2 MD5 I frank@example.com")
      try late.expect("XFR 2 NS \(cluster.second) 0 \(cluster.first)")
      try late.expectClosed()
      try cluster.wait(within: .seconds(2), until: "the dispatch server names the other alone") {
        try cluster.named() == [.notification(2)]
      }
      for client in people {
        try client.lines(upTo: "OUT SSD", within: .seconds(10))
        try client.expectClosed()
      }
      try talk.exchange("nothing happened here")
      #expect(try cluster.waitForEnding(of: .notification(1)) == .exited(0))
      try cluster.waitForSessions(["bob@example.com ns-2"], within: .seconds(3))
      #expect(try cluster.nodes().allSatisfy { $0.name != "ns-1" || $0.isDead })
      try talk.exchange("nor here")
      try bob.lines(upTo: "FLN alice@example.com")

      let again = try ScriptedClient.comingIn("alice", through: cluster.address(of: .dispatch()))
      try again.goOnline()
      try bob.expect("NLN NLN alice@example.com Alice")
    }
  }

  @Test func aDrainingSwitchboardLetsItsConversationsEnd() async throws {
    try await onCluster(.init(drainSeconds: 15)) { cluster in
      let bob = try ScriptedClient.online("bob", at: cluster.second)
      let alice = try ScriptedClient.online("alice", at: cluster.first, seeing: "bob")
      try bob.expect("NLN NLN alice@example.com Alice")
      let talk = try Conversation(("alice", alice), ("bob", bob))
      let drained = try #require(cluster.node(at: talk.switchboard))

      try cluster.askToStop(drained)
      try cluster.wait(within: .seconds(3), until: "the registry tells of the drain") {
        try cluster.nodes().contains { $0.name == drained.name && $0.isDraining }
      }
      try cluster.waitUntilAcquainted()
      for client in [alice, bob] {
        for _ in 0..<10 { #expect(try client.transfer().switchboard != talk.switchboard) }
      }
      try talk.exchange("on we go")
      let other = try Conversation(("bob", bob), ("alice", alice))
      #expect(other.switchboard != talk.switchboard)
      try talk.callee.send("OUT")
      try talk.caller.expect("BYE bob@example.com")
      try talk.caller.send("OUT")
      // With its last conversation gone nothing keeps it, long before the window closes.
      #expect(try cluster.waitForEnding(of: drained, within: .seconds(10)) == .exited(0))
      try other.exchange("and here")
    }
  }

  @Test func aConversationThatOutlastsTheWindowIsClosed() async throws {
    try await onCluster(.init(drainSeconds: 2)) { cluster in
      let bob = try ScriptedClient.online("bob", at: cluster.second)
      let alice = try ScriptedClient.online("alice", at: cluster.first, seeing: "bob")
      try bob.expect("NLN NLN alice@example.com Alice")
      let talk = try Conversation(("alice", alice), ("bob", bob))
      let drained = try #require(cluster.node(at: talk.switchboard))
      #expect(try cluster.stop(drained, within: .seconds(10)) == .exited(0))
      // Whoever is closed a moment later may see the other go.
      #expect(try Set(talk.caller.linesUpToEnd()).isSubset(of: ["BYE bob@example.com"]))
      #expect(try Set(talk.callee.linesUpToEnd()).isSubset(of: ["BYE alice@example.com"]))
      for client in [alice, bob] { try client.expectQuiet() }
    }
  }

  @Test func dispatchServersStopAtOnce() async throws {
    try await onCluster(.init(dispatchServers: 2)) { cluster in
      let waiting = try ScriptedClient(to: cluster.address(of: .dispatch(1)))
      try waiting.send("VER 1 MSNP7")
      try waiting.expect("VER 1 MSNP7")
      #expect(try cluster.stop(.dispatch(1), within: .seconds(3)) == .exited(0))
      try waiting.expectClosed()
      #expect(try cluster.nodes().allSatisfy { $0.name != "ds-1" || $0.isDead })
      _ = try ScriptedClient.comingIn("alice", through: cluster.address(of: .dispatch(2)))
    }
  }
}
