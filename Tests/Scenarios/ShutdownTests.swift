import MSNP
import TestKit
import Testing

/// The service goes down with a word to everybody (login reference, section 9).
@Suite struct ShutdownTests {
  @Test func everybodySignedInIsToldAndTheProgramEndsWell() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture) { server in
      let bob = try ScriptedClient.online("bob", on: server)
      let erin = try ScriptedClient.signedIn("erin", on: server, dialect: 2)
      let alice = try ScriptedClient.online("alice", on: server)
      try bob.expect("NLN NLN alice@example.com Alice")
      let talk = try ScriptedClient.opening("alice", alice, on: server)
      let dispatched = try ScriptedClient(to: server.dispatch)
      try dispatched.send("VER 1 MSNP7")
      try dispatched.expect("VER 1 MSNP7")

      server.askToStop()
      for client in [alice, bob, erin] {
        try client.expect("OUT SSD")
        try client.expectClosed()
      }
      try talk.expectClosed()
      try dispatched.expectClosed()
      #expect(try server.waitForEnding() == .exited(0))

      try server.start()
      _ = try ScriptedClient.online("alice", on: server)
      #expect(try server.stop() == .exited(0))
    }
  }
}
