import MSNP
import TestKit
import Testing

/// Whoever guesses on one server has guessed on all (promise S6).
@Suite(.needsDatabase) struct GuessTests {
  /// Two failures on each of two servers are four: the next try is refused for two seconds without a look at it. On a
  /// machine that is busy for longer the next account gets its turn.
  @Test func failuresCountTogether() async throws {
    try await onCluster(plan: Crowd.plan) { cluster in
      let isRefused = try (0..<10).contains { number in
        let who = "p\(number)"
        for address in [cluster.first, cluster.second, cluster.first, cluster.second] {
          #expect(try !isAdmitted(who, at: address, wrong: true))
        }
        return try !isAdmitted(who, at: cluster.first, wrong: false)
      }
      #expect(isRefused)
      // Nobody else pays for it.
      #expect(try isAdmitted("p100", at: cluster.second, wrong: false))
    }
  }

  private func isAdmitted(_ who: String, at address: HostPort, wrong: Bool) throws -> Bool {
    let client = try ScriptedClient(to: address)
    let proof = try client.challengeResponse(who)
    try client.send("USR 3 MD5 S \(wrong ? String(proof.reversed()) : proof)")
    return try client.nextLine(waitingFor: "the verdict").text != "911 3"
  }
}
