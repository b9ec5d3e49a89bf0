import MSNP
import TestKit
import Testing

/// An operator bans somebody who is signed in to a cluster.
@Suite(.needsDatabase) struct BanTests {
  private static func monarch(_ arguments: String..., on cluster: ClusterServer) throws {
    let run = try CommandRun(
      try MonarchProgram.path(),
      ["user"] + arguments
        + ["--database", cluster.databaseURL, "--keys", cluster.fixture.keys + "/operator.keys"])
    try #require(run.hasSucceeded, "\(run.errors)")
  }

  private static func passport(_ who: String, _ password: String, on cluster: ClusterServer) throws -> String {
    let policy = "lc=1033,id=507,tw=40,fs=1,ru=http%3A%2F%2Fmessenger%2Emsn%2Ecom,ct=1062764229,kpp=1,kv=5"
    let lines = PassportSignIn.request("\(who)@example.com", password: password, policy: policy)
    return try WebClient.ask(cluster.address(of: .web(1)), (lines + ["", ""]).joined(separator: "\r\n")).description
  }

  @Test func whoIsBannedIsPutOutAndFailsToSignInAsWithAWrongPassword() async throws {
    try await onCluster(.init(webNodes: 1)) { cluster in
      let alice = try ScriptedClient.online("alice", at: cluster.first)
      let bob = try ScriptedClient.online("bob", at: cluster.second)
      try alice.expect("NLN NLN bob@example.com Bob")
      try BanTests.monarch("ban", "bob@example.com", on: cluster)
      try bob.expect("OUT")
      try bob.expectClosed()
      try alice.expect("FLN bob@example.com")
      try cluster.wait(within: .seconds(10), until: "bob's session is gone") {
        try cluster.places() == ["alice@example.com ns-1"]
      }

      let wrong = try ScriptedClient(to: cluster.first)
      let proof = try wrong.challengeResponse("erin")
      try wrong.send("USR 3 MD5 S \(String(proof.reversed()))")
      let right = try ScriptedClient(to: cluster.second)
      try right.proveIdentity("bob")
      for client in [wrong, right] {
        try client.expect("911 3")
        try client.expectClosed()
      }
      let refusal = try BanTests.passport("erin", "wrong", on: cluster)
      #expect(refusal.hasPrefix("HTTP/1.1 401 Unauthorized"))
      #expect(try BanTests.passport("bob", FixtureWriter.password, on: cluster) == refusal)

      try BanTests.monarch("unban", "bob@example.com", on: cluster)
      _ = try ScriptedClient.online("bob", at: cluster.first)
      try alice.expect("NLN NLN bob@example.com Bob")
    }
  }
}
