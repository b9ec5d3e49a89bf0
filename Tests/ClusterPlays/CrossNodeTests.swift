import MSNP
import TestKit
import Testing

/// People on different notification servers, one thing after the other. The rest is in the plays.
@Suite(.needsDatabase) struct CrossNodeTests {
  @Test func twoPeopleMeetThroughTheDispatchServer() async throws {
    try await onCluster { cluster in
      let dispatch = cluster.address(of: .dispatch())
      let bob = try ScriptedClient.comingIn("bob", through: dispatch)
      try bob.goOnline()
      // Sent elsewhere than bob sooner or later; on the way she signs in anew, as clients do.
      var alice = try ScriptedClient.comingIn("alice", through: dispatch)
      for _ in 0..<50 where alice.address == bob.address {
        try alice.signOut()
        alice = try ScriptedClient.comingIn("alice", through: dispatch)
      }
      try #require(alice.address != bob.address)
      try alice.goOnline(seeing: "bob")
      try bob.expect("NLN NLN alice@example.com Alice")

      for round in 1...5 {
        let talk = try Conversation(("alice", alice), ("bob", bob))
        try talk.exchange("round \(round)")
        try talk.callee.send("OUT")
        try talk.caller.expect("BYE bob@example.com")
      }
      try bob.signOut()
      try alice.expect("FLN bob@example.com")
      try alice.expectQuiet()
    }
  }

  @Test func beingAddedIsToldOnAnotherServerWithItsVersion() async throws {
    try await onCluster { cluster in
      let erin = try ScriptedClient.online("erin", at: cluster.second)
      try erin.synchronise()
      let frank = try ScriptedClient.online("frank", at: cluster.first)
      for round in 0..<10 {
        let version = 43 + 3 * round
        try frank.send("ADD 5 FL erin@example.com Erin 0")
        _ = try frank.lines(upTo: "ILN 5 NLN erin@example.com Erin")
        try erin.expect("ADD 0 RL \(version + 1) frank@example.com Frank")
        // Her own change comes behind what she was told.
        try erin.send("GTC 6 \(round % 2 == 0 ? "N" : "A")")
        try erin.expect("GTC 6 \(version + 2) \(round % 2 == 0 ? "N" : "A")")
        try frank.send("REM 7 FL erin@example.com")
        _ = try frank.expect(beginning: "REM", "7", "FL")
        try erin.expect("REM 0 RL \(version + 3) frank@example.com")
        #expect(try cluster.listVersion(of: "erin@example.com") == UInt32(version + 3))
      }
      try erin.send("SYN 8 73")
      try erin.expect("SYN 8 73")
      try erin.expectQuiet()
    }
  }

  @Test func aNewNameReachesWatchersOnAnotherServer() async throws {
    try await onCluster { cluster in
      let bob = try ScriptedClient.online("bob", at: cluster.second)
      let alice = try ScriptedClient.online("alice", at: cluster.first, seeing: "bob")
      try bob.expect("NLN NLN alice@example.com Alice")
      for name in ["Alice%20W", "Al%C3%ADce", "A"] {
        try alice.send("REA 5 alice@example.com \(name)")
        _ = try alice.expect(beginning: "REA", "5")
        try bob.expect("NLN NLN alice@example.com \(name)")
      }
      // Who comes later reads the name in the row, and so does a switchboard.
      let talk = try Conversation(("bob", bob), ("alice", alice))
      try talk.callee.send("OUT")
      try bob.signOut()
      let again = try ScriptedClient.signedIn("bob", at: cluster.second)
      try again.send("CHG 6 NLN")
      try again.expect("CHG 6 NLN")
      try again.expect("ILN 6 NLN alice@example.com A")
    }
  }

  /// Offline, hidden, blocked and unknown: 217 from whichever server, and long before a ring's deadline of 2 s.
  @Test func whoCannotBeRungIsAnswered217AtOnce() async throws {
    try await onCluster { cluster in
      let alice = try ScriptedClient.online("alice", at: cluster.first)
      let dave = try ScriptedClient.online("dave", at: cluster.second)
      let erin = try ScriptedClient.online("erin", at: cluster.second)
      try erin.send("CHG 5 HDN")
      try erin.expect("CHG 5 HDN")
      let transfer = try dave.transfer()
      let talk = try ScriptedClient.opening("dave", transfer.ticket, at: transfer.switchboard)
      talk.limit = .milliseconds(1000)
      for callee in ["alice", "erin", "carol", "nobody"] {
        try talk.send("CAL 3 \(callee)@example.com")
        try talk.expect("217 3")
      }
      try alice.expectQuiet()
      try erin.expectQuiet()
    }
  }
}
