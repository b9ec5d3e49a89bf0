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

  /// The same on the pages of two web nodes, and a guess on a page is one on a notification server.
  @Test func guessesOnPagesCountTogether() async throws {
    try await onCluster(.init(webNodes: 2), plan: Crowd.plan) { cluster in
      let tooMany = "Too many wrong passwords lately. Wait a while, then try again."
      let isRefused = try (0..<10).contains { number in
        let who = "p\(number)"
        for web in [1, 2, 1, 2] {
          let visitor = try guess(who, "wrong \(number)", at: web, cluster)
          #expect(visitor.path == "/signin" && visitor.page.problems != [tooMany])
        }
        let isRefusedThere = try !isAdmitted(who, at: cluster.first, wrong: false)
        let visitor = try guess(who, "password", at: 1, cluster)
        return isRefusedThere && visitor.page.problems == [tooMany]
      }
      #expect(isRefused)
      #expect(try guess("p100", "password", at: 2, cluster).path == "/account")
    }
  }

  private func guess(
    _ who: String, _ password: String, at web: Int, _ cluster: ClusterServer
  ) throws -> WebVisitor {
    let visitor = WebVisitor(at: cluster.address(of: .web(web)), host: "pages.example.org")
    try visitor.open("/signin")
    try visitor.submit("/signin", ["E-mail address": "\(who)@example.com", "Password": password])
    return visitor
  }

  private func isAdmitted(_ who: String, at address: HostPort, wrong: Bool) throws -> Bool {
    let client = try ScriptedClient(to: address)
    let proof = try client.challengeResponse(who)
    try client.send("USR 3 MD5 S \(wrong ? String(proof.reversed()) : proof)")
    return try client.nextLine(waitingFor: "the verdict").text != "911 3"
  }
}
