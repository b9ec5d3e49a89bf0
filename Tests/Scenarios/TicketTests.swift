import MSNP
import TestKit
import Testing

/// Switchboard tickets that were made for another switchboard, or for another run of this one.
@Suite struct TicketTests {
  @Test func aTicketOfAnotherSwitchboardIsRefused() async throws {
    let fixture = try await ReferenceAccounts.fixture
    // Copies of one fixture have the same keys: only the switchboard's name and run tell the tickets apart.
    try await onDevServer(fixture) { first in
      let second = try DevServer(fixture)
      let alice = try ScriptedClient.online("alice", on: first)
      let ticket = try alice.ticket()
      try expectRefusal(of: ticket, on: second)
      let own = try ScriptedClient(to: first.switchboard)
      try own.send("USR 1 alice@example.com \(ticket)")
      try own.expect("USR 1 OK alice@example.com Alice")
      _ = try second.stop()
    }
  }

  @Test func aTicketOfAnEarlierRunIsRefused() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture) { server in
      let ticket = try ScriptedClient.online("alice", on: server).ticket()
      try server.killAtOnce()
      try server.start()
      try expectRefusal(of: ticket, on: server)
    }
  }

  private func expectRefusal(of ticket: String, on server: DevServer) throws {
    let client = try ScriptedClient(to: server.switchboard)
    try client.send("USR 1 alice@example.com \(ticket)")
    try client.expect("911 1")
    try client.expectClosed()
  }
}
