import Cluster
import NIOCore
import ServerKit

/// One role of a node, as far as its program has to know it. It is its node's member of the cluster.
protocol RunningRole: ClusterMember {
  /// The loops that serve its connections.
  var loops: any EventLoopGroup { get }

  /// How many sign-ins, or conversations opened, there were in the last ten seconds.
  var recent: Int { get }

  /// Judges what web nodes say of the clients they speak for; nil for a role to which none connects.
  var prefaces: PrefaceJudge? { get }

  /// The role's own figures for `/metrics`; asked on any thread.
  var metrics: [Metric] { get }

  /// Serves one connection; on its event loop.
  func attach(to channel: any Channel) throws

  /// Listens wherever the settings say.
  ///
  /// - Parameter opened: hears of each connection, on its event loop.
  func listen(_ ground: NodeGround, opened: @escaping @Sendable (any Channel) -> Void) async throws -> [Listener]

  /// Sends its clients elsewhere over so many seconds; back when they are gone, or the time is over.
  func drain(over seconds: Int) async

  /// Ends what is left.
  func stop() async
}

extension RunningRole {
  var prefaces: PrefaceJudge? { nil }

  /// One address, as every role but the web role has.
  func listen(_ ground: NodeGround, opened: @escaping @Sendable (any Channel) -> Void) async throws -> [Listener] {
    [
      try await Listener.bind(
        ground.settings.listen, acceptingOn: ground.group, serving: loops, limit: AddressLimit(),
        prefaces: prefaces, logger: ground.logger("listener")
      ) { channel in
        opened(channel)
        try attach(to: channel)
      }
    ]
  }

  /// Nothing by itself: an operator's wish stops the program, which drains the role on its way out (`CountedMember`).
  func drain() {}
}

/// A node's place in the registry and on the bus, as far as its program has to know it.
protocol ClusterSeat: ClusterLink {
  /// Takes the name; the member has been told that it joined when it returns.
  func start(member: any ClusterMember) async throws

  /// Tells the cluster that the node wants no more clients.
  func setDraining(_ isDraining: Bool)

  /// Takes the node off the registry.
  func stop() async
}
