import MSNP
import TestKit
import Testing

/// An operator bans somebody, and lets them in again.
@Suite struct BanTests {
  private static func monarch(_ arguments: String..., on server: DevServer) throws {
    let run = try CommandRun(try MonarchProgram.path(), ["user"] + arguments + ["--data", server.directory])
    try #require(run.hasSucceeded, "\(run.errors)")
  }

  private static let policy = "lc=1033,id=507,tw=40,fs=1,ru=http%3A%2F%2Fmessenger%2Emsn%2Ecom,ct=1062764229,kpp=1,kv=5"

  /// What the login server says to a password.
  private static func passport(_ who: String, _ password: String, on server: DevServer) throws -> String {
    let lines = PassportSignIn.request("\(who)@example.com", password: password, policy: policy)
    return try WebClient.ask(server.web, (lines + ["", ""]).joined(separator: "\r\n")).description
  }

  @Test func whoIsBannedIsPutOutAtOnce() async throws {
    try await onDevServer(try await ReferenceAccounts.fixture) { server in
      let ringing = try Ringing(on: server)
      let (alice, bob, talk) = (ringing.alice, ringing.bob, ringing.talk)
      let answer = try ScriptedClient.answering("bob", bob, on: server)
      try talk.expect("JOI bob@example.com Bob")
      let unused = try bob.ticket()
      try BanTests.monarch("ban", "bob@example.com", on: server)

      try bob.expect("OUT")
      try bob.expectClosed()
      try answer.expectClosed()
      try talk.expect("BYE bob@example.com")
      try alice.expect("FLN bob@example.com")
      // He stays on her list, with nobody to ring.
      try talk.send("CAL 3 bob@example.com")
      try talk.expect("217 3")
      let late = try ScriptedClient(to: server.switchboard)
      try late.send("USR 1 bob@example.com \(unused)")
      try late.expect("911 1")
      try late.expectClosed()

      try BanTests.monarch("unban", "bob@example.com", on: server)
      _ = try ScriptedClient.online("bob", on: server)
      try alice.expect("NLN NLN bob@example.com Bob")
    }
  }

  /// Whoever is banned learns no more than somebody who guesses: the right password fails as a wrong one does.
  @Test func theRightPasswordFailsAsAWrongOneDoes() async throws {
    try await onDevServer(try await ReferenceAccounts.fixture) { server in
      let ticket = try PassportSignIn.ticket(for: "bob@example.com", policy: BanTests.policy, at: server.web)
      try BanTests.monarch("ban", "bob@example.com", on: server)

      let wrong = try ScriptedClient(to: server.notification)
      let proof = try wrong.challengeResponse("alice")
      try wrong.send("USR 3 MD5 S \(String(proof.reversed()))")
      let right = try ScriptedClient(to: server.notification)
      try right.proveIdentity("bob")
      for client in [wrong, right] {
        try client.expect("911 3")
        try client.expectClosed()
      }
      let refusal = try BanTests.passport("alice", "wrong", on: server)
      #expect(refusal.hasPrefix("HTTP/1.1 401 Unauthorized"))
      #expect(try BanTests.passport("bob", FixtureWriter.password, on: server) == refusal)

      // A ticket from before the ban is no way round it.
      let late = try ScriptedClient(to: server.notification)
      try late.send("VER 1 MSNP8 CVR0")
      try late.expect("VER 1 MSNP8 CVR0")
      try late.send("USR 2 TWN I bob@example.com")
      _ = try late.expect(beginning: "USR", "2", "TWN", "S")
      try late.send("USR 3 TWN S \(ticket)")
      try late.expect("911 3")
      try late.expectClosed()

      try BanTests.monarch("unban", "bob@example.com", on: server)
      _ = try ScriptedClient.signedIn("bob", on: server)
    }
  }
}
