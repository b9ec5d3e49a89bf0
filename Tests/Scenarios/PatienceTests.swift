import MSNP
import TestKit
import Testing

/// How long the service waits for people. Its limits are shortened by test settings; nothing here measures time.
@Suite struct PatienceTests {
  @Test func eachStepOfSigningInHasALimit() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture, .init(environment: ["MONARCH_TEST_STEP_SECONDS": "1"])) { server in
      let alice = try ScriptedClient.signedIn("alice", on: server)
      let silent = try [server.dispatch, server.notification, server.switchboard].map { try ScriptedClient(to: $0) }
      let greeted = try [server.dispatch, server.notification].map { address in
        let client = try ScriptedClient(to: address)
        try client.send("VER 1 MSNP7")
        try client.expect("VER 1 MSNP7")
        return client
      }
      let challenged = try ScriptedClient(to: server.notification)
      try challenged.send("VER 1 MSNP7")
      try challenged.expect("VER 1 MSNP7")
      try challenged.send("USR 2 MD5 I bob@example.com")
      _ = try challenged.expect(beginning: "USR", "2", "MD5", "S")
      for client in silent + greeted + [challenged] { try client.expectClosed() }
      // Somebody signed in may be silent as long as he likes; half a line is no step.
      let dripping = try ScriptedClient(to: server.notification)
      try dripping.send(bytes: Array("VER 1".utf8))
      try dripping.expectClosed()
      try alice.expectQuiet()
    }
  }

  /// The limit of the silent connection, twice the ticket's lifetime, is the clock.
  @Test func aTicketExpires() async throws {
    let fixture = try await ReferenceAccounts.fixture
    let environment = ["MONARCH_TEST_STEP_SECONDS": "3", "MONARCH_TEST_TICKET_SECONDS": "1"]
    try await onDevServer(fixture, .init(environment: environment)) { server in
      let ringing = try Ringing(on: server)
      let (alice, bob, session) = (ringing.alice, ringing.bob, ringing.session)
      let ring = try bob.expect(beginning: "RNG", session)
      let ticket = try alice.ticket()

      try ScriptedClient(to: server.notification).expectClosed()
      let late = try ScriptedClient(to: server.switchboard)
      try late.send("USR 1 alice@example.com \(ticket)")
      try late.expect("911 1")
      try late.expectClosed()
      let later = try ScriptedClient(to: server.switchboard)
      try later.send("ANS 1 bob@example.com \(ring[4]) \(session)")
      try later.expect("911 1")
      try later.expectClosed()
    }
  }
}
