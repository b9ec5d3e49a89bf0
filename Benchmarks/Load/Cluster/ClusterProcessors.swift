import Foundation

/// Processor seconds so far of a cluster's processes, by name; all of PostgreSQL's are one.
struct ClusterProcessors {
  private let seconds: [(name: String, seconds: Double)]
  /// Those of this program.
  private let load: Double
  private let at = ContinuousClock.now

  init(_ options: ClusterOptions) throws {
    var seconds = try options.nodes.map { ($0.name, try ServerProcess($0.pid).processorSeconds) }
    if let first = options.postgresql {
      // Of its processes those come and go that serve one connection; what an ended one took counts as the first's.
      let all =
        try ServerProcess(first).processorSecondsWithEnded
        + ServerProcess.children(of: first).compactMap { try? ServerProcess($0) }.map(\.processorSeconds).reduce(0, +)
      seconds.append((ClusterProcessors.database, all))
    }
    self.seconds = seconds
    load = try ServerProcess(getpid()).processorSeconds
  }

  /// What PostgreSQL's processes are called.
  static let database = "postgresql"

  /// `ns-1-cpu-UNIT=...` for each, or for those whose names begin so, in the thousandths of a second that one of `count`
  /// took since `before`.
  func words(
    since before: ClusterProcessors, per count: Double, _ unit: String, of prefixes: [String] = [""]
  ) -> [String] {
    zip(seconds, before.seconds).filter { now, _ in prefixes.contains(where: now.name.hasPrefix) }.map { now, before in
      "\(now.name)-cpu-\(unit)=\(((now.seconds - before.seconds) * 1_000 / count).rounded3)"
    }
  }

  /// The processor seconds since `before` of those whose names begin so: `ns-` are all notification servers.
  func spent(by prefix: String, since before: ClusterProcessors) -> Double {
    zip(seconds, before.seconds).reduce(0) { sum, pair in
      pair.0.name.hasPrefix(prefix) ? sum + pair.0.seconds - pair.1.seconds : sum
    }
  }

  /// `per-cpu-second=... us-each=... server-busy=... load-busy=...`: how many of `count` one second of those processes'
  /// time brought, and what part of a processor they and this program took.
  func costWords(of prefix: String, since before: ClusterProcessors, count: Int) -> [String] {
    let spent = spent(by: prefix, since: before)
    return [
      "per-cpu-second=\((Double(count) / spent).rounded1)", "us-each=\((spent * 1e6 / Double(count)).rounded3)",
      "server-busy=\((spent / elapsed(since: before)).rounded3)", loadWord(since: before),
    ]
  }

  /// `load-busy=...`: what part of a processor this program took.
  func loadWord(since before: ClusterProcessors) -> String {
    "load-busy=\(((load - before.load) / elapsed(since: before)).rounded3)"
  }

  /// `postgresql-per-cpu-second=...`, likewise; nothing when there is no database, or it did nothing.
  func databaseWords(since before: ClusterProcessors, count: Int) -> [String] {
    let spent = spent(by: ClusterProcessors.database, since: before)
    return spent > 0 ? ["postgresql-per-cpu-second=\((Double(count) / spent).rounded1)"] : []
  }

  func elapsed(since before: ClusterProcessors) -> Double { (at - before.at).inSeconds }
}
