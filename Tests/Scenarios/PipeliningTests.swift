import MSNP
import TestKit
import Testing

/// Clients that do not wait for answers: order is kept, and nobody is spoken of before being introduced.
@Suite struct PipeliningTests {
  @Test func aNewMemberIsIntroducedBeforeHisFirstMessage() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture) { server in
      let ringing = try Ringing(on: server)
      let (talk, session) = (ringing.talk, ringing.session)
      let ring = try ringing.bob.expect(beginning: "RNG", session)

      let answer = try ScriptedClient(to: server.switchboard)
      try answer.send(bytes: Array("ANS 1 bob@example.com \(ring[4]) \(session)\r\nMSG 2 A 3\r\nhi!".utf8))
      try answer.expect("IRO 1 1 1 alice@example.com Alice")
      try answer.expect("ANS 1 OK")
      try answer.expect("ACK 2")
      try talk.expect("JOI bob@example.com Bob")
      try talk.expect("MSG bob@example.com Bob 3", payload: Array("hi!".utf8))
    }
  }

  @Test func hundredsOfPingsAtOnceAreAnsweredInOrder() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture) { server in
      let bob = try ScriptedClient.online("bob", on: server)
      let alice = try ScriptedClient.online("alice", on: server)
      try bob.expect("NLN NLN alice@example.com Alice")
      // As many as the budget allows at once; the command behind them is answered last.
      try alice.send(bytes: Array((String(repeating: "PNG\r\n", count: 300) + "CHG 9 BSY\r\n").utf8))
      for _ in 0..<300 { try alice.expect("QNG") }
      try alice.expect("CHG 9 BSY")
      try bob.expect("NLN BSY alice@example.com Alice")
    }
  }
}
