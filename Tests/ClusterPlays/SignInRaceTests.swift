import MSNP
import TestKit
import Testing

/// One account signs in on two servers at the same moment (promise R10).
@Suite(.needsDatabase) struct SignInRaceTests {
  private static let races = 100

  @Test func oneSessionIsLeftAndTheLoserIsTold() async throws {
    try await onCluster { cluster in
      let bob = try ScriptedClient.online("bob", at: cluster.second, dialect: 5)
      for race in 1...SignInRaceTests.races {
        do {
          try SignInRaceTests.race(on: cluster, watchedBy: bob)
        } catch {
          throw PlayFailure(description: "race \(race): \(error)")
        }
      }
      try cluster.waitForSessions(["bob@example.com ns-2"], within: .seconds(5))
    }
  }

  private static func race(on cluster: ClusterServer, watchedBy bob: ScriptedClient) throws {
    let rivals = try [cluster.first, cluster.second].map { try Rival(at: $0) }
    for rival in rivals { try rival.begin() }
    for rival in rivals { try rival.hearAnswer() }
    // Both have claimed the account by now: whose row it is stays.
    let row = try #require(try cluster.sessions().first { $0.handle == "alice@example.com" })
    for rival in rivals where cluster.node(at: rival.client.address)?.name != row.node { try rival.expectLost() }
    for rival in rivals where cluster.node(at: rival.client.address)?.name == row.node {
      try rival.expectLeft()
      // The one that is left is whole: others see it, and see it go.
      try rival.client.goOnline()
      try bob.expect("NLN NLN alice@example.com Alice")
      #expect(try cluster.sessions().first { $0.handle == "alice@example.com" }?.node == row.node)
      try rival.client.signOut()
      try bob.expect("FLN alice@example.com")
    }
  }

  private final class Rival {
    let client: ScriptedClient
    private let proof: String
    private var hasLost = false

    init(at address: HostPort) throws {
      client = try ScriptedClient(to: address)
      proof = try client.challengeResponse("alice", dialect: 5)
    }

    func begin() throws { try client.send("USR 3 MD5 S \(proof)") }

    /// Let in, or told at once that it has lost.
    func hearAnswer() throws {
      let line = try client.nextLine(waitingFor: "USR 3 OK or OUT OTH").text
      hasLost = line == "OUT OTH"
      guard !hasLost else { return try client.expectClosed() }
      guard line == "USR 3 OK alice@example.com Alice" else {
        throw ClientFailure.mismatch(expected: "USR 3 OK or OUT OTH", got: line)
      }
    }

    func expectLost() throws {
      guard !hasLost else { return }
      _ = try client.expect(beginning: "MSG", "Hotmail", "Hotmail")
      try client.expect("OUT OTH")
      try client.expectClosed()
    }

    func expectLeft() throws {
      guard !hasLost else { throw PlayFailure(description: "both have lost, or the row is the loser's") }
      _ = try client.expect(beginning: "MSG", "Hotmail", "Hotmail")
      try client.expectQuiet()
    }
  }
}
