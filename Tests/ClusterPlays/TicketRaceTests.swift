import MSNP
import TestKit
import Testing

/// A ticket is good once in the whole cluster (promise S8).
@Suite(.needsDatabase) struct TicketRaceTests {
  @Test func ofAHundredUsesOnTwoSwitchboardsOnePasses() async throws {
    try await onCluster { cluster in
      let alice = try ScriptedClient.online("alice", at: cluster.first)
      for _ in 0..<5 {
        let (switchboard, ticket) = try alice.transfer()
        let uses = try (0..<100).map { try ScriptedClient(to: cluster.address(of: .switchboard($0 % 2 + 1))) }
        for use in uses { try use.send("USR 1 alice@example.com \(ticket)") }
        var passed: [ScriptedClient] = []
        for use in uses {
          let line = try use.nextLine().text
          if line == "USR 1 OK alice@example.com Alice" {
            passed.append(use)
          } else {
            #expect(line == "911 1")
            try use.expectClosed()
          }
        }
        #expect(passed.map(\.address) == [switchboard])
      }
    }
  }

  @Test func aTicketForARunThatIsOverIsRefused() async throws {
    try await onCluster(.init(switchboards: 1)) { cluster in
      let alice = try ScriptedClient.online("alice", at: cluster.first)
      let (switchboard, ticket) = try alice.transfer()
      try cluster.killAtOnce(.switchboard(1))
      try cluster.start(.switchboard(1))
      let late = try ScriptedClient(to: switchboard)
      try late.send("USR 1 alice@example.com \(ticket)")
      try late.expect("911 1")
      try late.expectClosed()
    }
  }
}
