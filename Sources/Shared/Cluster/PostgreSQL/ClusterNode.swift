public import Cluster
import Foundation
public import Logging
public import MSNP
import PostgreSQL
public import Store

/// A node's place in a cluster whose registry and bus are a PostgreSQL database.
///
/// One thread with one connection of its own holds the node's advisory lock, writes its heartbeat each second, reads the
/// others', listens and sends. The node's member is called on that thread and must not hold it up.
///
/// After any failure of the database it finds its way back by itself, under the same run if nobody took it for dead
/// meanwhile.
public final class ClusterNode: ClusterLink {
  private let identity: NodeIdentity
  private let state: NodeState

  /// A node that does nothing before ``start(member:)``. Throws a ``StoreFailure`` that names cause and cure if the URL
  /// cannot be read, no node can be called so, or a key is missing that the role needs.
  ///
  /// - Parameters:
  ///   - url: `postgresql://`, as libpq reads it; without a connection pooler in between.
  ///   - address: where clients reach the node.
  ///   - load: how busy it is; asked each second, on the node's thread.
  public init(
    url: String, name: String, role: NodeRole, address: HostPort, adminAddress: HostPort? = nil, keys: ClusterKeys,
    logger: Logger, load: @escaping @Sendable () -> NodeLoad
  ) throws(StoreFailure) {
    identity = try NodeIdentity(
      url: DatabaseURL(url), name: name, role: role, address: address, keys: keys, load: load, logger: logger)
    state = try NodeState(name: name, adminAddress: adminAddress)
  }

  deinit { state.change(waking: true) { $0.ending = $0.ending ?? .abandon } }

  /// Connects, takes the name and reads who is there; `member.joined` has been called when it returns. Throws a
  /// ``StoreFailure`` that names cause and cure when the database is away or of another schema, or the name is in use;
  /// to try again takes another node.
  public func start(member: any ClusterMember) async throws(StoreFailure) {
    guard state.change({ $0.start() }) else { throw StoreFailure("the node has been started already") }
    let (identity, state) = (identity, state)
    let result = await withCheckedContinuation {
      (continuation: CheckedContinuation<Result<Void, StoreFailure>, Never>) in
      let thread = Thread {
        NodeLoop(identity, state, member).run { continuation.resume(returning: $0) }
        let waiting = state.change { $0.end() }
        for whenEnded in waiting { whenEnded() }
      }
      thread.name = "cluster"
      thread.start()
    }
    try result.get()
  }

  /// Sends what waits, takes the node off the registry and closes the connection. Sessions of it that are still in the
  /// database go with it.
  public func stop() async { await end(.leave) }

  /// Goes as a process does that is killed: for tests.
  func abandon() async { await end(.abandon) }

  private func end(_ ending: NodeState.Ending) async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let isRunning = state.change(waking: true) { fields in
        fields.ending = fields.ending ?? ending
        if fields.isRunning { fields.whenEnded.append { continuation.resume() } }
        return fields.isRunning
      }
      if !isRunning { continuation.resume() }
    }
  }

  /// Tells the cluster that the node wants no more clients, or wants them again.
  public func setDraining(_ isDraining: Bool) {
    state.change(waking: true) { fields in
      fields.isDraining = isDraining
      fields.wantsHeartbeat = true
    }
  }

  /// Tells the cluster where operators ask how the node is.
  public func setAdminAddress(_ address: HostPort?) {
    state.change(waking: true) { fields in
      fields.adminAddress = address
      fields.wantsHeartbeat = true
    }
  }

  public var run: NodeRun { state.get(\.run) }
  public var isConnected: Bool { state.get(\.isOpen) }
  public var now: Int64 { state.clock }

  /// Everybody in the registry as read last, itself too.
  public var nodes: [NodeRecord] { state.get(\.view.nodes) }

  @discardableResult
  public func send(_ event: String, to channel: BusChannel) -> Bool {
    guard identity.keys.key(of: channel) != nil else { return false }
    return state.send(event, to: channel)
  }

  public func pick(_ role: NodeRole) -> NodeRecord? {
    state.change { fields in
      var random = SystemRandomNumberGenerator()
      return fields.view.pick(role, except: fields.isDraining ? fields.run : nil, using: &random)
    }
  }

  public func health(of run: NodeRun) -> ClusterView.Health { state.get { $0.view.health(of: run) } }
}

extension NodeState.Fields {
  /// False if it has been started before.
  fileprivate mutating func start() -> Bool {
    guard !isRunning, ending == nil else { return false }
    isRunning = true
    return true
  }

  /// Nothing can be asked any more; answers with whom to tell.
  fileprivate mutating func end() -> [@Sendable () -> Void] {
    isRunning = false
    isOpen = false
    ending = ending ?? .abandon
    defer { whenEnded = [] }
    return whenEnded
  }
}

/// What does not change of a node.
struct NodeIdentity: Sendable {
  let url: DatabaseURL
  let name: String
  let role: NodeRole
  let address: HostPort
  let keys: ClusterKeys
  let load: @Sendable () -> NodeLoad
  let logger: Logger

  /// The channels it listens to, by their names.
  let heard: [String: BusChannel]

  init(
    url: DatabaseURL, name: String, role: NodeRole, address: HostPort, keys: ClusterKeys,
    load: @escaping @Sendable () -> NodeLoad, logger: Logger
  ) throws(StoreFailure) {
    guard NodeRun.isName(name) else {
      throw StoreFailure(
        "no node can be called '\(name)': choose up to 30 lower-case letters, digits and hyphens that do not begin with "
          + "a hyphen or operator-")
    }
    let channels = BusChannel.heard(by: role, named: name)
    for channel in channels where keys.key(of: channel) == nil {
      throw StoreFailure(
        "a \(role.rawValue) node needs the key \(channel.keyName): give it the file \(role.rawValue).keys that "
          + "`monarch keys new` wrote")
    }
    self.url = url
    self.name = name
    self.role = role
    self.address = address
    self.keys = keys
    self.load = load
    self.logger = logger
    heard = Dictionary(uniqueKeysWithValues: channels.map { ($0.name, $0) })
  }

  var listen: String { heard.keys.sorted().map { "LISTEN \"\($0)\"" }.joined(separator: "; ") }
}

extension BusChannel {
  /// What the key that seals it is called in key files.
  fileprivate var keyName: String {
    switch self {
    case .notification, .node: "notification-bus"
    case .rings, .switchboards: "ring-bus"
    case .registry, .control: "registry"
    }
  }
}
