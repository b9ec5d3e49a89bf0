import Cluster
import MSNP
import PostgreSQLCluster
import Store

/// Where roles and operators' commands meet the database of a cluster.
enum ClusterWiring {
  /// The node's seat, not taken yet.
  static func seat(
    _ ground: NodeGround, admin: HostPort?, load: @escaping @Sendable () -> NodeLoad
  ) throws -> any ClusterSeat {
    let settings = ground.settings
    return try ClusterNode(
      url: settings.database, name: settings.node, role: settings.role, address: settings.advertise,
      adminAddress: admin, keys: ground.clusterKeys, logger: ground.logger("cluster"), load: load)
  }

  /// The role that the settings name.
  static func role(_ ground: NodeGround, link: any ClusterLink) async throws -> any RunningRole {
    switch ground.settings.role {
    case .dispatch: DispatchRole(ground, link: link)
    case .notification: try await NotificationRole.start(ground, link: link)
    case .switchboard: try await SwitchboardRole.start(ground, link: link)
    case .web: try await WebRole.start(ground, link: link)
    }
  }

  /// The cluster as operators see it. Connects, which blocks.
  static func desk(url: String, keys: ClusterKeys?) throws -> any OperatorDesk {
    try OperatorLink(url: url, keys: keys)
  }
}

extension ClusterNode: ClusterSeat {}
extension OperatorLink: OperatorDesk {}
