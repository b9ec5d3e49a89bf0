import Cluster

/// A switchboard of a cluster.
enum SwitchboardRole {
  /// SEAM: makes the switchboard, which must conform to ``RunningRole`` (or be wrapped in something that does). At hand:
  /// `PostgreSQLDirectory(url:)`, `ConversationNumbers(over:)`, `TicketMint(ground.keys.key(.switchboardTickets))` and
  /// `link`, whose run is known once `joined` was called. `link.now / 1000` is the clock of tickets.
  static func start(_ ground: NodeGround, link: any ClusterLink) async throws -> any RunningRole {
    throw AdministrationFailure("switchboards do not run apart yet: use 'monarch dev'")
  }
}
