import MSNP

/// What a node of the cluster does.
public enum NodeRole: String, CaseIterable, Sendable, Codable {
  case dispatch, notification, switchboard
}

/// One run of one node: a node that starts again under its name has a higher epoch, and nothing that was said to or by
/// an earlier run counts any more.
public struct NodeRun: Hashable, Sendable, CustomStringConvertible {
  public var name: String
  public var epoch: UInt64

  public init(name: String, epoch: UInt64) {
    self.name = name
    self.epoch = epoch
  }

  public var description: String { "\(name)#\(epoch)" }
}

/// A node as its row in the registry shows it.
public struct NodeRecord: Hashable, Sendable {
  public var run: NodeRun
  public var role: NodeRole
  /// The address for clients.
  public var address: HostPort
  public var load: NodeLoad
  /// Named to clients no more; those it has may stay.
  public var isDraining: Bool
  /// Whether the node still holds its lock in the database; one that does not is dead.
  public var holdsLock: Bool
  /// Milliseconds since its last heartbeat, by the database's clock.
  public var heartbeatAge: Int

  public init(
    run: NodeRun, role: NodeRole, address: HostPort, load: NodeLoad = NodeLoad(), isDraining: Bool = false,
    holdsLock: Bool = true, heartbeatAge: Int = 0
  ) {
    self.run = run
    self.role = role
    self.address = address
    self.load = load
    self.isDraining = isDraining
    self.holdsLock = holdsLock
    self.heartbeatAge = heartbeatAge
  }
}

/// How busy a node is, a second ago.
public struct NodeLoad: Hashable, Sendable {
  public var connections: Int
  /// Sign-ins, or conversations opened, in the last ten seconds.
  public var recent: Int

  public init(connections: Int = 0, recent: Int = 0) {
    self.connections = connections
    self.recent = recent
  }

  /// What placement compares. Somebody who just came costs more than somebody who sits there: lists to read, presence
  /// to tell, a client that still sets itself up.
  public var weight: Int { connections + 20 * recent }
}
