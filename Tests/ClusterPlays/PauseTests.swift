import MSNP
import PostgreSQL
import TestKit
import Testing

/// A server that is stopped for a while and goes on (promises R6, R7 and R10): nobody is doubled, lost or left as a
/// ghost, whether the others have waited for it or not.
@Suite(.needsDatabase) struct PauseTests {
  /// Shorter than the 15 s after which a server is dead: its people stay where they are.
  @Test func aShortPauseLosesNobody() async throws {
    try await onCluster { cluster in
      let stage = try Stage(cluster)
      try cluster.pause(.notification(1))
      try cluster.wait(within: .seconds(10), until: "ns-1 is named no more") {
        try cluster.named() == [.notification(2)]
      }
      try stage.moveErin()
      try cluster.wait(within: .seconds(10), until: "ns-1 has not been heard of for 5 s") {
        try cluster.silence(of: .notification(1)) > 5
      }
      try cluster.resume(.notification(1))

      try stage.expectEverybodyInPlace()
      #expect(stage.heardByBob.filter { $0.contains("alice") } == [])
    }
  }

  /// Longer: the others tell their people that those of the stopped server are gone, and that they are back.
  @Test func aLongPauseIsADeathAndAResurrection() async throws {
    try await onCluster { cluster in
      let stage = try Stage(cluster)
      try cluster.pause(.notification(1))
      try stage.moveErin()
      stage.heardByBob += try stage.bob.lines(upTo: "FLN alice@example.com", within: .seconds(25))
      try cluster.waitForSessions(["bob@example.com ns-2", "erin@example.com ns-2"], within: .seconds(5))
      #expect(try cluster.silence(of: .notification(1)) > 14)
      try cluster.wait(within: .seconds(10), until: "ns-1 has been stopped for 20 s") {
        try cluster.silence(of: .notification(1)) > 20
      }
      try cluster.resume(.notification(1))

      stage.heardByBob += try stage.bob.lines(upTo: "NLN NLN alice@example.com Alice", within: .seconds(10))
      try stage.expectEverybodyInPlace()
      #expect(stage.heardByBob.filter { $0.contains("alice") } == [])
    }
  }
}

/// Alice and erin on the first server, bob, who watches alice, on the second.
private final class Stage {
  let cluster: ClusterServer
  let alice: ScriptedClient
  let erin: ScriptedClient
  let bob: ScriptedClient
  var heardByBob: [String] = []
  private var moved: ScriptedClient?

  init(_ cluster: ClusterServer) throws {
    self.cluster = cluster
    bob = try ScriptedClient.online("bob", at: cluster.second, dialect: 5)
    alice = try ScriptedClient.online("alice", at: cluster.first, seeing: "bob", dialect: 5)
    erin = try ScriptedClient.online("erin", at: cluster.first, dialect: 5)
    try bob.expect("NLN NLN alice@example.com Alice")
    try cluster.waitForSessions(
      ["alice@example.com ns-1", "bob@example.com ns-2", "erin@example.com ns-1"], within: .seconds(5))
  }

  /// Erin signs in on the second server while the first is stopped, without waiting for it.
  func moveErin() throws {
    let start = ContinuousClock.now
    moved = try ScriptedClient.online("erin", at: cluster.second, dialect: 5)
    #expect(.now - start < .seconds(2))
  }

  /// After the first server has gone on.
  func expectEverybodyInPlace() throws {
    try erin.lines(upTo: "OUT OTH", within: .seconds(10))
    try erin.expectClosed()
    try alice.expectQuiet()
    try cluster.waitForSessions(
      ["alice@example.com ns-1", "bob@example.com ns-2", "erin@example.com ns-2"], within: .seconds(10))
    try moved?.expectQuiet()
    try alice.send("CHG 5 BSY")
    try alice.expect("CHG 5 BSY")
    heardByBob += try bob.lines(upTo: "NLN BSY alice@example.com Alice")
    try bob.send("CHG 5 AWY")
    try bob.expect("CHG 5 AWY")
    try alice.expect("NLN AWY bob@example.com Bob")
    try cluster.wait(within: .seconds(10), until: "ns-1 is named again") {
      try cluster.named().contains(.notification(1))
    }
    let talk = try Conversation(("erin", #require(moved)), ("alice", alice))
    try talk.exchange("all there")
    try bob.expectQuiet()
  }
}

extension ClusterServer {
  /// Seconds since a node's heartbeat.
  fileprivate func silence(of node: Node) throws -> Double {
    let rows = try query(
      "SELECT extract(epoch FROM clock_timestamp() - heartbeat)::text FROM node WHERE name = $1", [.text(node.name)])
    return Double(try rows.first?.text(0) ?? "") ?? .infinity
  }
}
