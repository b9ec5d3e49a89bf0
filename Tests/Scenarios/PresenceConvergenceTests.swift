import MSNP
import Roster
import TestKit
import Testing

/// A contact who flips his status and vanishes costs nobody else's events.
@Suite struct PresenceConvergenceTests {
  private static let states = ["BSY", "IDL", "BRB", "AWY", "PHN", "LUN"]

  @Test func aContactFlipsAndVanishes() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture) { server in
      let alice = try ScriptedClient.online("alice", on: server)
      let carol = try ScriptedClient.online("carol", on: server)
      try alice.expect("NLN NLN carol@example.com Carol%20C")
      for round in 0..<10 {
        let bob = try ScriptedClient.online("bob", on: server)
        try alice.expect("NLN NLN bob@example.com Bob")
        let flips = (0..<30).map { PresenceConvergenceTests.states[($0 + round) % 6] }
        try bob.send(bytes: flips.enumerated().flatMap { Array("CHG \($0 + 10) \($1)\r\n".utf8) })
        let changes = (0..<10).map { PresenceConvergenceTests.states[($0 * 5 + round) % 6] }
        for (number, state) in changes.enumerated() {
          try carol.send("CHG \(number + 10) \(state)")
          if number == 4 { bob.hangUp() }
          try carol.expect("CHG \(number + 10) \(state)")
        }
        try expect(alice, changesOfCarol: changes, flipsOfBob: flips)
      }
    }
  }

  /// All of carol's changes in order; of bob's as many as the server read before he was gone, in order, and FLN last.
  private func expect(_ alice: ScriptedClient, changesOfCarol: [String], flipsOfBob: [String]) throws {
    var ofCarol: [String] = []
    var ofBob: [String] = []
    var isGone = false
    while !isGone || ofCarol.count < changesOfCarol.count {
      let words = try alice.nextLine(waitingFor: "presence").text.split(separator: " ").map(String.init)
      switch (words[0], words.last) {
      case ("FLN", "bob@example.com"):
        #expect(!isGone)
        isGone = true
      case ("NLN", "Bob"):
        #expect(!isGone, "bob changes after he is gone")
        ofBob.append(words[1])
      case ("NLN", "Carol%20C"): ofCarol.append(words[1])
      default: Issue.record("unexpected: \(words)")
      }
    }
    #expect(ofCarol == changesOfCarol)
    #expect(ofBob == Array(flipsOfBob.prefix(ofBob.count)))
    try alice.expectQuiet()
  }
}
