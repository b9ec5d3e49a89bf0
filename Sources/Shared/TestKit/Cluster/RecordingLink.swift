import Cluster
import MSNP
import Synchronization

/// A place in a cluster that a test makes up: keeps what is sent, and knows of others what it is told.
public final class RecordingLink: ClusterLink {
  /// An event on its road.
  public struct Sent: Hashable, Sendable {
    public let event: String
    public let channel: BusChannel

    public init(_ event: String, _ channel: BusChannel) {
      self.event = event
      self.channel = channel
    }
  }

  private struct State {
    var run: NodeRun
    var isConnected = true
    var now: Int64 = 1_790_000_000_000
    var sent: [Sent] = []
    var healths: [NodeRun: ClusterView.Health] = [:]
    var nodes: [NodeRecord] = []
    var longest = BusPayload.maximumBytes
  }

  private let state: Mutex<State>

  public init(_ run: NodeRun) { state = Mutex(State(run: run)) }

  public var run: NodeRun { state.withLock(\.run) }
  public var isConnected: Bool { state.withLock(\.isConnected) }
  public var now: Int64 { state.withLock(\.now) }

  public func send(_ event: String, to channel: BusChannel) -> Bool {
    state.withLock { state in
      guard event.utf8.count <= state.longest else { return false }
      state.sent.append(Sent(event, channel))
      return true
    }
  }

  public var nodes: [NodeRecord] { state.withLock(\.nodes) }
  public func pick(_ role: NodeRole) -> NodeRecord? {
    state.withLock { $0.nodes.first { $0.role == role && !$0.isDraining } }
  }
  public func health(of run: NodeRun) -> ClusterView.Health { state.withLock { $0.healths[run] ?? .dead } }

  // MARK: What the test makes up

  /// What was sent since the last call, in order.
  public func takeSent() -> [Sent] {
    state.withLock { state in
      defer { state.sent = [] }
      return state.sent
    }
  }

  /// Another run is said to be so from now on.
  public func set(_ run: NodeRun, _ health: ClusterView.Health) { state.withLock { $0.healths[run] = health } }

  /// These are said to be in the registry from now on.
  public func set(_ nodes: [NodeRecord]) { state.withLock { $0.nodes = nodes } }

  /// Events above this length are refused.
  public func set(longest: Int) { state.withLock { $0.longest = longest } }

  public func set(isConnected: Bool) { state.withLock { $0.isConnected = isConnected } }

  /// The run under which the node is known from now on.
  public func set(run: NodeRun) { state.withLock { $0.run = run } }
}
