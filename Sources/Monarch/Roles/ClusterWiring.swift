import Cluster
import MSNP

/// Where the roles of a cluster meet its registry and store.
enum ClusterWiring {
  /// The node's seat, not taken yet.
  static func seat(
    _ ground: NodeGround, admin: HostPort?, load: @escaping @Sendable () -> NodeLoad
  ) throws -> any ClusterSeat {
    throw AdministrationFailure("roles do not run apart yet: use 'monarch dev'")
  }

  /// The role that the settings name.
  static func role(_ ground: NodeGround, link: any ClusterLink) async throws -> any RunningRole {
    switch ground.settings.role {
    case .dispatch: DispatchRole(ground, link: link)
    case .notification, .switchboard: throw AdministrationFailure("this role does not run apart yet: use 'monarch dev'")
    }
  }
}
