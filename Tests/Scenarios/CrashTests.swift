import MSNP
import TestKit
import Testing

/// What was acknowledged stays, whatever happens to the program the moment after (promise R1).
@Suite struct CrashTests {
  private struct Change: Sendable {
    var sent: String
    var acknowledged: String
  }

  private static let changes = [
    Change(
      sent: "ADD 10 FL erin@example.com Erin 1", acknowledged: "ADD 10 FL 256 erin@example.com Erin 1"),
    Change(sent: "ADD 11 AL erin@example.com Erin", acknowledged: "ADD 11 AL 257 erin@example.com Erin"),
    Change(sent: "REM 12 BL dave@example.com", acknowledged: "REM 12 BL 258 dave@example.com"),
    Change(sent: "BLP 13 BL", acknowledged: "BLP 13 259 BL"),
    Change(sent: "GTC 14 N", acknowledged: "GTC 14 260 N"),
    Change(sent: "ADG 15 Work 0", acknowledged: "ADG 15 261 Work 2 0"),
    Change(sent: "REA 16 alice@example.com Alice%20W", acknowledged: "REA 16 262 alice@example.com Alice%20W"),
    Change(sent: "PRP 17 PHW 1%20555", acknowledged: "PRP 17 263 PHW 1%20555"),
    Change(sent: "REM 18 FL carol@example.com", acknowledged: "REM 18 FL 264 carol@example.com"),
  ]

  @Test func acknowledgedChangesSurviveAKill() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture) { server in
      for change in CrashTests.changes {
        let alice = try ScriptedClient.signedIn("alice", on: server)
        try alice.send(change.sent)
        try alice.expect(change.acknowledged)
        try server.killAtOnce()
        try server.start()
      }
      let alice = try ScriptedClient.signedIn("alice", on: server)
      try alice.send("SYN 20 264")
      try alice.expect("SYN 20 264")
      try alice.send("SYN 21 0")
      for line in CrashTests.listsAfterwards { try alice.expect(line) }
      try alice.expectQuiet()
      let erin = try ScriptedClient.signedIn("erin", on: server)
      try erin.send("LST 22 RL")
      try erin.expect("LST 22 RL 44 1 1 alice@example.com Alice%20W")
    }
  }

  private static let listsAfterwards = [
    "SYN 21 264", "GTC 21 264 N", "BLP 21 264 BL", "PRP 21 264 PHH 1%20555%20555-0100", "PRP 21 264 PHW 1%20555",
    "PRP 21 264 PHM", "PRP 21 264 MOB N", "PRP 21 264 MBE N", "LSG 21 264 1 3 0 Other%20Contacts 0",
    "LSG 21 264 2 3 1 Friends 0", "LSG 21 264 3 3 2 Work 0", "LST 21 FL 264 1 2 bob@example.com Bob 1",
    "BPR 264 bob@example.com PHH 1%20555%20555-0101", "BPR 264 bob@example.com PHW", "BPR 264 bob@example.com PHM",
    "BPR 264 bob@example.com MOB N", "LST 21 FL 264 2 2 erin@example.com Erin 1", "BPR 264 erin@example.com PHH",
    "BPR 264 erin@example.com PHW", "BPR 264 erin@example.com PHM", "BPR 264 erin@example.com MOB N",
    "LST 21 AL 264 1 3 bob@example.com Bob", "LST 21 AL 264 2 3 carol@example.com Carol%20C",
    "LST 21 AL 264 3 3 erin@example.com Erin", "LST 21 BL 264 0 0", "LST 21 RL 264 1 2 bob@example.com Bob",
    "LST 21 RL 264 2 2 dave@example.com Dave",
  ]

  /// A sign-in, a presence and a conversation leave nothing behind that stands in the way after a crash.
  @Test func everybodyComesBackAfterAKill() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture) { server in
      for _ in 0..<2 {
        let bob = try ScriptedClient.online("bob", on: server)
        let alice = try ScriptedClient.signedIn("alice", on: server)
        try alice.send("CHG 4 NLN")
        try alice.expect("CHG 4 NLN")
        try alice.expect("ILN 4 NLN bob@example.com Bob")
        try bob.expect("NLN NLN alice@example.com Alice")
        _ = try alice.expect(beginning: "CHL", "0")
        let talk = try ScriptedClient.opening("alice", alice, on: server)
        try talk.send("CAL 2 bob@example.com")
        _ = try talk.expect(beginning: "CAL", "2", "RINGING")
        let other = try ScriptedClient.answering("bob", bob, on: server)
        try talk.expect("JOI bob@example.com Bob")
        try server.killAtOnce()
        for client in [bob, alice, talk, other] { try client.expectClosed() }
        try server.start()
      }
    }
  }
}
