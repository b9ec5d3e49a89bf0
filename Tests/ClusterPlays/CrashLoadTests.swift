import Cluster
import Foundation
import MSNP
import TestKit
import Testing

/// People change their lists without pause while nodes of all roles are killed: nothing acknowledged is lost, and ten
/// seconds after each death sessions are those that have a socket (promises R1 and R7).
/// `MONARCH_CLUSTER_KILLS` asks for more kills than 12.
@Suite(.needsDatabase, .serialized) struct CrashLoadTests {
  private static let kills = ProcessInfo.processInfo.environment["MONARCH_CLUSTER_KILLS"].flatMap(Int.init) ?? 12

  @Test func whatWasAcknowledgedIsThereAndNothingElse() async throws {
    try await onCluster(.init(dispatchServers: 2), plan: Crowd.plan) { cluster in
      let load = ListLoad(40, on: cluster)
      try load.waitForProgress(within: .seconds(60), cluster)
      for kill in 0..<CrashLoadTests.kills {
        let victim = try #require(CrashLoadTests.victims(cluster.running, kill).randomElement())
        try cluster.killAtOnce(victim)
        let death = ContinuousClock.now
        try cluster.start(victim)
        try cluster.waitUntilSessionsAreSockets(within: .seconds(10) - (.now - death))
        try load.waitForProgress(within: .seconds(30), cluster)
      }
      let differences = try load.finish(cluster)
      #expect(differences == [])
      print("\(CrashLoadTests.kills) kills, \(load.acknowledged.reduce(0, +)) changes acknowledged")
    }
  }

  /// Each role has its turn; which of its nodes is left to chance.
  private static func victims(_ nodes: [ClusterServer.Node], _ kill: Int) -> [ClusterServer.Node] {
    nodes.filter { $0.role == [.notification, .notification, .dispatch, .switchboard][kill % 4] }
  }
}
