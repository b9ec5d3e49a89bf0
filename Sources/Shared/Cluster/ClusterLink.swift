/// A node's place in the cluster: who else is there, and the bus.
public protocol ClusterLink: Sendable {
  /// This node's run. Another one after the others took it for dead and it came back.
  var run: NodeRun { get }

  /// Whether registry and bus can be reached.
  var isConnected: Bool { get }

  /// The database's clock, which all nodes share: milliseconds since 1970.
  var now: Int64 { get }

  /// Sends an event to whoever listens; at once when the bus was idle. A channel keeps the order of the calls, and so do
  /// ``BusChannel/notification`` and ``BusChannel/node(_:)`` between them. Events hold neither line feeds nor NUL. False
  /// when the event holds one or is longer than any payload, or this role has no key for the channel. What is sent
  /// while the bus is away is lost: whoever listens notices by its numbers and reads the rows.
  @discardableResult
  func send(_ event: String, to channel: BusChannel) -> Bool

  /// Everybody in the registry as read last, itself too.
  var nodes: [NodeRecord] { get }

  /// A node to name to a client; nil when none of the role is alive and taking clients.
  func pick(_ role: NodeRole) -> NodeRecord?

  /// Whether that run is there; `.stalled` for one of which nobody has heard yet.
  func health(of run: NodeRun) -> ClusterView.Health
}

/// What a node is told of the cluster. All calls come on one thread, which must not be held up.
public protocol ClusterMember: Sendable {
  /// Events of another node, in the order in which it sent them.
  func receive(_ events: [String], over channel: BusChannel, from run: NodeRun)

  /// Something that a run sent never came; nil when that may be so of everybody, after the bus was away. What it sent
  /// is to be read in the rows.
  func missed(_ run: NodeRun?)

  /// A run of a notification server is over: its sessions are gone.
  func died(_ run: NodeRun)

  /// The node is in the registry, from the start or again. `before` is the run it had if the others took that for dead
  /// meanwhile: sessions have to be claimed anew.
  func joined(as run: NodeRun, before: NodeRun?)

  /// The database cannot be reached any more.
  func lost()

  /// The operator wants the node to drain.
  func drain()
}
