import MSNP

/// What one node knows of the others: the registry's rows as it read them last, judged. Pure; times are milliseconds of
/// any clock that only goes forward.
///
/// - A node whose lock is free is **dead** at once.
/// - A node that holds its lock but has not been heard of for 3 s is **stalled**: not named to clients, its sessions
///   kept; after 15 s it is dead.
/// - An observer that has not itself been connected for 3 s without a break judges nobody: after a restart of the
///   database everybody's heartbeat is old and every lock is free for a moment.
public struct ClusterView: Sendable {
  public enum Health: Hashable, Sendable {
    case alive, stalled, dead
  }

  public static let stalledAfter = 3_000
  public static let deadAfter = 15_000
  /// How long an observer must have been connected before it judges.
  public static let patience = 3_000

  private var records: [String: NodeRecord] = [:]
  /// Own choices since the rows were read: loads are a second old, and everybody would pick the same idle node.
  private var picks: [NodeRun: Int] = [:]
  private var connectedSince: Int?
  private var dead: Set<NodeRun> = []

  public init() {}

  public var nodes: [NodeRecord] { records.values.sorted { $0.run.name < $1.run.name } }

  /// The connection to the registry came or went.
  public mutating func connected(at now: Int) { connectedSince = connectedSince ?? now }
  public mutating func disconnected() { connectedSince = nil }

  /// Takes in the registry's rows and answers with the runs that have died since the last time, each once.
  public mutating func observe(_ rows: [NodeRecord], at now: Int) -> [NodeRun] {
    let before = records
    records = Dictionary(rows.map { ($0.run.name, $0) }) { $0.run.epoch > $1.run.epoch ? $0 : $1 }
    picks = [:]
    guard mayJudge(now) else { return [] }
    var died: [NodeRun] = []
    for old in before.values where records[old.run.name]?.run != old.run { died.append(old.run) }
    for record in records.values where health(of: record) == .dead { died.append(record.run) }
    let news = died.filter { !dead.contains($0) }
    dead.formUnion(news)
    dead = dead.filter { run in records[run.name]?.run == run || news.contains(run) }
    return news.sorted { $0.name < $1.name }
  }

  public func health(of record: NodeRecord) -> Health {
    if !record.holdsLock || record.heartbeatAge > Self.deadAfter { return .dead }
    return record.heartbeatAge > Self.stalledAfter ? .stalled : .alive
  }

  /// The node to name to a client: of two drawn at random the lighter one, own picks since the last look counted. Nil
  /// when no node of the role is alive and taking clients.
  public mutating func pick(
    _ role: NodeRole, using random: inout some RandomNumberGenerator
  ) -> NodeRecord? {
    let candidates = nodes.filter { $0.role == role && !$0.isDraining && health(of: $0) == .alive }
    guard let first = candidates.randomElement(using: &random) else { return nil }
    let rest = candidates.filter { $0.run != first.run }
    let second = rest.randomElement(using: &random) ?? first
    let chosen = weight(second) < weight(first) ? second : first
    picks[chosen.run, default: 0] += 1
    return chosen
  }

  private func weight(_ record: NodeRecord) -> Int { record.load.weight + 20 * picks[record.run, default: 0] }

  private func mayJudge(_ now: Int) -> Bool {
    connectedSince.map { now - $0 >= Self.patience } ?? false
  }
}
