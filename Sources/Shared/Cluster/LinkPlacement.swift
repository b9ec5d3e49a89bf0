import MSNP

/// Placement by the registry: among the nodes that are alive and taking clients.
public struct LinkPlacement: NotificationPlacement, SwitchboardPlacement {
  private let link: any ClusterLink

  public init(_ link: any ClusterLink) { self.link = link }

  public func notificationServer(for handle: UserHandle) -> HostPort? { link.pick(.notification)?.address }

  public func switchboard() -> SwitchboardNode? {
    link.pick(.switchboard).map { SwitchboardNode(name: $0.run.name, epoch: $0.run.epoch, address: $0.address) }
  }
}
