import MSNP
import TestKit
import Testing

/// What blocks somebody is decided by one server and obeyed on all (promise S11).
@Suite(.needsDatabase) struct PrivacyTests {
  /// Dave has alice on his list, she has blocked him; bob, on dave's server, sees everything she does.
  @Test func nothingAboutTheBlockerReachesABlockedWatcherOnAnotherServer() async throws {
    try await onCluster { cluster in
      let dave = try ScriptedClient.online("dave", at: cluster.second, dialect: 5)
      let bob = try ScriptedClient.online("bob", at: cluster.second, dialect: 5)
      for client in [dave, bob] { try client.synchronise() }
      var heard: [String] = []
      for round in 0..<2 {
        let alice = try ScriptedClient.online("alice", at: cluster.first, seeing: "bob", dialect: 5)
        try bob.expect("NLN NLN alice@example.com Alice")
        for status in ["BSY", "AWY", "NLN"] {
          try alice.send("CHG 5 \(status)")
          try bob.expect("NLN \(status) alice@example.com Alice")
        }
        try alice.send("PRP 6 PHH 1%20555%20\(round)")
        _ = try alice.linesUpToPing()
        _ = try bob.expect(beginning: "BPR")

        // After a break everybody reads the rows.
        try cluster.cutBus()
        try cluster.waitUntilAcquainted()
        for status in ["BSY", "NLN"] {
          try alice.send("CHG 7 \(status)")
          try bob.lines(upTo: "NLN \(status) alice@example.com Alice")
        }
        try cluster.cutBus(of: [.notification(2)])
        heard += try dave.linesUpToPing()
        try alice.signOut()
        try bob.lines(upTo: "FLN alice@example.com")
        heard += try dave.linesUpToPing()
      }

      // Signing in anew he sees her no more than before.
      let alice = try ScriptedClient.online("alice", at: cluster.first, seeing: "bob", dialect: 5)
      try bob.lines(upTo: "NLN NLN alice@example.com Alice")
      let again = try ScriptedClient.signedIn("dave", at: cluster.second, dialect: 5)
      heard += try again.goOnline()
      heard += try again.linesUpToPing()
      #expect(heard.filter { $0.contains("alice") } == [])

      // The same watcher sees her as soon as he may, and not an instant longer.
      try alice.send("REM 9 BL dave@example.com")
      try again.lines(upTo: "NLN NLN alice@example.com Alice")
      try alice.send("ADD 10 BL dave@example.com Dave")
      try again.lines(upTo: "FLN alice@example.com")
      try alice.send("CHG 11 AWY")
      try bob.lines(upTo: "NLN AWY alice@example.com Alice")
      try again.expectQuiet()
    }
  }
}
