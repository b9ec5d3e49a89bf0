import Cluster
import ServerKit
import Synchronization

/// What a node tells its operator of itself; asked from any thread.
final class NodeReport: Sendable {
  struct Serving: Sendable {
    var role: any RunningRole
    var seat: any ClusterSeat
    var link: CountedLink
    var member: CountedMember
  }

  private struct State {
    var serving: Serving?
    var isReady = false
    var isDraining = false
  }

  let connections = ConnectionCount()
  private let state = Mutex(State())

  /// There is something to report.
  func begins(_ serving: Serving) { state.withLock { $0.serving = serving } }

  /// Clients are served from now on.
  func isReady() { state.withLock { $0.isReady = true } }

  func drains() { state.withLock { $0.isDraining = true } }

  /// What the registry shows of the node.
  var load: NodeLoad {
    NodeLoad(connections: connections.value, recent: state.withLock { $0.serving }?.role.recent ?? 0)
  }

  var status: NodeStatus {
    let state = state.withLock { $0 }
    guard let serving = state.serving else { return NodeStatus(readiness: .notReady("starting"), metrics: []) }
    let isConnected = serving.seat.isConnected
    let readiness: NodeStatus.Readiness =
      if state.isDraining {
        .notReady("draining: clients are sent to other nodes")
      } else if !state.isReady {
        .notReady("starting")
      } else if !isConnected {
        .notReady("the database cannot be reached")
      } else {
        .ready
      }
    let metrics = [
      Metric("monarch_connections", .gauge, "Open connections of clients.", connections.value),
      Metric("monarch_database_connected", .gauge, "Whether registry and bus can be reached.", isConnected ? 1 : 0),
      Metric("monarch_draining", .gauge, "Whether clients are sent to other nodes.", state.isDraining ? 1 : 0),
      Metric("monarch_bus_events_sent_total", .counter, "Events sent to other nodes.", serving.link.sent),
      Metric("monarch_bus_events_received_total", .counter, "Events of other nodes.", serving.member.received),
      NodeReport.nodes(serving.seat),
    ]
    return NodeStatus(readiness: readiness, metrics: metrics + serving.role.metrics)
  }

  /// Every role and state has its sample, so that one that falls to nothing is seen to.
  private static func nodes(_ seat: any ClusterSeat) -> Metric {
    let census = seat.nodes.map { ($0.role, NodeCondition($0, seat.health(of: $0.run))) }
    let samples = NodeRole.allCases.flatMap { role in
      NodeCondition.allCases.map { condition in
        Metric.Sample(
          census.count { $0 == (role, condition) },
          labels: [.init("role", role.rawValue), .init("state", condition.rawValue)])
      }
    }
    return Metric("monarch_nodes", .gauge, "Nodes of the cluster as this one sees them.", samples: samples)
  }
}
