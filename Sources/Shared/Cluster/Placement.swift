import MSNP

/// Where a dispatch server sends a client that wants to sign in.
public protocol NotificationPlacement: Sendable {
  /// The address for `XFR NS`; nil when no notification server can be had (the client gets 601).
  func notificationServer(for handle: UserHandle) -> HostPort?
}

/// Where a notification server sends a client that wants to open a conversation.
public protocol SwitchboardPlacement: Sendable {
  /// The switchboard for `XFR SB`; nil when none can be had (the client gets 713 and stays).
  func switchboard() -> SwitchboardNode?
}

/// A switchboard as others know it.
public struct SwitchboardNode: Hashable, Sendable {
  /// The name of the node, unique in the cluster.
  public var name: String
  /// Which run of the node; tickets for an earlier one are void, since the memory of used ones died with it.
  public var epoch: UInt64
  /// The address clients connect to.
  public var address: HostPort

  public init(name: String, epoch: UInt64, address: HostPort) {
    self.name = name
    self.epoch = epoch
    self.address = address
  }
}

/// The placement of a service that is one process: always the same nodes.
public struct FixedPlacement: NotificationPlacement, SwitchboardPlacement {
  private let notification: HostPort?
  private let switchboardNode: SwitchboardNode?

  public init(notification: HostPort? = nil, switchboard: SwitchboardNode? = nil) {
    self.notification = notification
    switchboardNode = switchboard
  }

  public func notificationServer(for handle: UserHandle) -> HostPort? { notification }
  public func switchboard() -> SwitchboardNode? { switchboardNode }
}
