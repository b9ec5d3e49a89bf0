import Cluster

/// A notification server of a cluster.
enum NotificationRole {
  /// SEAM: opens the store and makes the server, which must conform to ``RunningRole`` (or be wrapped in something that
  /// does). At hand: `PostgreSQLStore(url:)`, `PasswordSeal`, `TicketMint(ground.keys.key(.switchboardTickets))`,
  /// `LinkPlacement(link)` and `link`, whose run is known once `joined` was called. `link.now / 1000` is the clock of
  /// tickets.
  static func start(_ ground: NodeGround, link: any ClusterLink) async throws -> any RunningRole {
    throw AdministrationFailure("notification servers do not run apart yet: use 'monarch dev'")
  }
}
