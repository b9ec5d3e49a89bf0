import Cluster
import MSNP

/// A server to which the gateway may connect.
public struct GatewayTarget: Hashable, Sendable {
  /// What the server tells clients of where it is, and is known by.
  public var address: HostPort
  /// Where it is reached from here.
  public var dial: HostPort
  /// Whether it sends its clients elsewhere.
  public var isDraining: Bool

  /// - Parameter dial: the address for clients if nil.
  public init(_ address: HostPort, dial: HostPort? = nil, isDraining: Bool = false) {
    self.address = address
    self.dial = dial ?? address
    self.isDraining = isDraining
  }
}

/// What the gateway knows of the service's servers. It connects to nothing else.
public protocol GatewayRegistry: Sendable {
  /// The one for a client that wants to sign in; nil when none can be had.
  func notificationServer() -> GatewayTarget?
  /// All that may be there, those that drain too.
  var notificationServers: [GatewayTarget] { get }
  /// Likewise.
  var switchboards: [GatewayTarget] { get }
  /// Dispatch servers, which clients take for the service itself.
  var dispatchServers: [HostPort] { get }
  /// Whether there are other gateways: a session is at one of them.
  var hasOtherGateways: Bool { get }
}

/// The registry of a cluster.
public struct LinkRegistry: GatewayRegistry {
  private let link: any ClusterLink

  public init(_ link: any ClusterLink) { self.link = link }

  public func notificationServer() -> GatewayTarget? { link.pick(.notification).map { GatewayTarget($0.address) } }
  public var notificationServers: [GatewayTarget] { targets(.notification) }
  public var switchboards: [GatewayTarget] { targets(.switchboard) }
  public var dispatchServers: [HostPort] { records(.dispatch).map(\.address) }
  public var hasOtherGateways: Bool { records(.web).contains { $0.run != link.run } }

  private func targets(_ role: NodeRole) -> [GatewayTarget] {
    records(role).map { GatewayTarget($0.address, isDraining: $0.isDraining) }
  }

  private func records(_ role: NodeRole) -> [NodeRecord] {
    link.nodes.filter { $0.role == role && link.health(of: $0.run) != .dead }
  }
}

/// The registry of a service that is one process.
public struct FixedRegistry: GatewayRegistry {
  private let notification: GatewayTarget
  private let switchboard: GatewayTarget
  private let dispatch: HostPort

  public init(notification: GatewayTarget, switchboard: GatewayTarget, dispatch: HostPort) {
    self.notification = notification
    self.switchboard = switchboard
    self.dispatch = dispatch
  }

  public func notificationServer() -> GatewayTarget? { notification }
  public var notificationServers: [GatewayTarget] { [notification] }
  public var switchboards: [GatewayTarget] { [switchboard] }
  public var dispatchServers: [HostPort] { [dispatch] }
  public var hasOtherGateways: Bool { false }
}
