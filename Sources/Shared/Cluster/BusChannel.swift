/// A road of the bus: who listens, and which key seals what travels there.
public enum BusChannel: Hashable, Sendable {
  /// To every notification server: presence, what changed on lists, failed sign-ins.
  case notification
  /// To one notification server: sessions that are over because another node has claimed the account.
  case node(String)
  /// To one node: rings to a notification server, their answers to a switchboard.
  case rings(String)
  /// To every switchboard: accounts that are no more.
  case switchboards
  /// To every node: somebody has come, or drains, and the registry is worth a look at once.
  case registry
  /// To one node of any role: what its operator wants of it.
  case control(String)

  /// The channel's name in the database, at most 63 bytes.
  public var name: String {
    switch self {
    case .notification: "monarch.ns"
    case .node(let node): "monarch.ns.\(node)"
    case .rings(let node): "monarch.ring.\(node)"
    case .switchboards: "monarch.sb"
    case .registry: "monarch.registry"
    case .control(let node): "monarch.control.\(node)"
    }
  }

  /// Whether something that is lost there has to be made up for from the rows. What is not is only worth its moment: the
  /// registry is read each second anyway, and operators see whether a node does what they want.
  var isMadeUpFor: Bool {
    switch self {
    case .notification, .node, .rings, .switchboards: true
    case .registry, .control: false
    }
  }

  /// The channels a node of a role listens to.
  public static func heard(by role: NodeRole, named name: String) -> [BusChannel] {
    switch role {
    case .dispatch: [.registry, .control(name)]
    case .notification: [.registry, .notification, .node(name), .rings(name), .control(name)]
    case .switchboard: [.registry, .switchboards, .rings(name), .control(name)]
    // For the counts of guesses, which notification servers keep too.
    case .web: [.registry, .notification, .control(name)]
    }
  }
}
