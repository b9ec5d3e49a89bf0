import MSNP

/// What one node knows of the others: the registry's rows as it read them last, judged. Pure; times are milliseconds of
/// any clock that only goes forward.
///
/// - A node whose lock is free is **dead** at once, for whoever looks for a node to name to a client.
/// - A node that holds its lock but has not been heard of for 3 s is **stalled**: not named to clients, its sessions
///   kept; after 15 s it is **suspect**. So it is after 2 s if its lock is free; until then it may only have lost its
///   connection.
/// - Only the registry makes it final: one of the suspect's role marks its row, which fails if it has been heard of
///   meanwhile. What everybody reads there, everybody acts upon.
/// - An observer suspects nobody before it has itself been connected for 3 s without a break: after a restart of the
///   database everybody's heartbeat is old and every lock is free for a moment.
public struct ClusterView: Sendable {
  public enum Health: Hashable, Sendable {
    case alive, stalled, dead
  }

  /// A lock that is free may be that of a node which is about to have its connection again.
  public static let missedAfter = 2_000
  public static let stalledAfter = 3_000
  public static let deadAfter = 15_000
  /// How long an observer must have been connected before it judges.
  public static let patience = 3_000
  /// A rolling restart is over when no node of the role has been draining for so long.
  public static let restartEnd: Int64 = 600_000
  /// How long clients of a node that drained may be on their way back.
  public static let comingBack: Int64 = 30_000

  private struct Restart {
    var began: Int64
    var seen: Int64
  }

  private var records: [String: NodeRecord] = [:]
  public private(set) var nodes: [NodeRecord] = []
  /// Own choices since the rows were read: loads are a second old, and everybody would pick the same idle node.
  private var picks: [NodeRun: Int] = [:]
  private var connectedSince: Int?
  private var observedAt: Int?
  /// The database's, at the last look.
  private var clock: Int64?
  private var restarts: [NodeRole: Restart] = [:]
  /// Runs marked as dead that were told of.
  private var told: Set<NodeRun> = []

  public init() {}

  /// The connection to the registry came or went.
  public mutating func connected(at now: Int) { connectedSince = connectedSince ?? now }
  public mutating func disconnected() {
    connectedSince = nil
    observedAt = nil
  }

  /// Takes in the registry's rows and answers with the runs that are over for good since the last time, each once: they
  /// were marked as dead, or their name belongs to another run or to nobody.
  ///
  /// - Parameter clock: the database's, as in ``NodeRecord/startedAt``.
  public mutating func observe(_ rows: [NodeRecord], at now: Int, clock: Int64 = 0) -> [NodeRun] {
    let before = nodes
    records = Dictionary(rows.map { ($0.run.name, $0) }) { $0.run.epoch > $1.run.epoch ? $0 : $1 }
    nodes = records.values.sorted { $0.run.name < $1.run.name }
    picks = [:]
    // Who was stopped itself, or waited for a database that stood still, knows nothing of the time between.
    if let observedAt, now - observedAt > Self.patience, connectedSince != nil { connectedSince = now }
    observedAt = now
    noteRestarts(clock)
    let dead = Set(nodes.filter(\.isDead).map(\.run))
    let gone = before.map(\.run).filter { records[$0.name]?.run != $0 }
    defer { told = dead }
    return dead.union(gone).subtracting(told).sorted { ($0.name, $0.epoch) < ($1.name, $1.epoch) }
  }

  /// Nodes of a role that are to be marked as dead, unless they have been heard of since.
  public func suspects(of role: NodeRole, at now: Int) -> [NodeRecord] {
    guard let connectedSince, now - connectedSince >= Self.patience else { return [] }
    return nodes.filter { node in
      node.role == role && !node.isDead
        && (!node.holdsLock && node.heartbeatAge > Self.missedAfter || node.heartbeatAge > Self.deadAfter)
    }
  }

  public func health(of record: NodeRecord) -> Health {
    if record.isDead || !record.holdsLock || record.heartbeatAge > Self.deadAfter { return .dead }
    return record.heartbeatAge > Self.stalledAfter ? .stalled : .alive
  }

  /// Likewise; dead when the name has a later run. Stalled when nobody knows it: it may have come since the last look.
  public func health(of run: NodeRun) -> Health {
    guard let record = records[run.name], record.run.epoch >= run.epoch else { return .stalled }
    return record.run == run ? health(of: record) : .dead
  }

  /// How many nodes are there and listen to the bus.
  public var listeners: Int { nodes.count { health(of: $0) != .dead } }

  /// The node to name to a client: of two drawn at random the lighter one, own picks since the last look counted. Nil
  /// when no node of the role is alive and taking clients.
  ///
  /// - Parameter except: a node that drains, which the rows may not show yet.
  public mutating func pick(
    _ role: NodeRole, except: NodeRun? = nil, using random: inout some RandomNumberGenerator
  ) -> NodeRecord? {
    let candidates = candidates(role, except)
    guard let first = candidates.randomElement(using: &random) else { return nil }
    let rest = candidates.filter { $0.run != first.run }
    let second = rest.randomElement(using: &random) ?? first
    let chosen = weight(second) < weight(first) ? second : first
    picks[chosen.run, default: 0] += 1
    return chosen
  }

  /// During a rolling restart a replacement starts first and then takes the clients of the node that drains: so it is
  /// the newest node that clients are sent to, and nobody has to move twice. A node that has been there for long is no
  /// replacement; then all share.
  private func candidates(_ role: NodeRole, _ except: NodeRun?) -> [NodeRecord] {
    let all = nodes.filter {
      $0.role == role && !$0.isDraining && $0.run != except && health(of: $0) == .alive
    }
    guard let restart = restarts[role], let clock, clock - restart.seen <= Self.comingBack,
      let newest = all.max(by: { $0.startedAt < $1.startedAt }), newest.startedAt > restart.began - Self.restartEnd
    else { return all }
    return [newest]
  }

  private mutating func noteRestarts(_ clock: Int64) {
    self.clock = clock
    for role in NodeRole.allCases {
      if nodes.contains(where: { isDraining($0, role) }) {
        restarts[role, default: Restart(began: clock, seen: clock)].seen = clock
      } else if let restart = restarts[role], clock - restart.seen > Self.restartEnd {
        restarts[role] = nil
      }
    }
  }

  private func isDraining(_ node: NodeRecord, _ role: NodeRole) -> Bool {
    node.role == role && node.isDraining && health(of: node) != .dead
  }

  private func weight(_ record: NodeRecord) -> Int { record.load.weight + 20 * picks[record.run, default: 0] }
}
