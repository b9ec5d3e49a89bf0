/// Processor seconds so far of a cluster's processes, by name; all of PostgreSQL's are one.
struct ClusterProcessors {
  private let seconds: [(name: String, seconds: Double)]
  private let at = ContinuousClock.now

  init(_ options: ClusterOptions) throws {
    var seconds = try options.nodes.map { ($0.name, try ServerProcess($0.pid).processorSeconds) }
    if let first = options.postgresql {
      // Of its processes those come and go that serve one connection; what an ended one took counts as the first's.
      let all =
        try ServerProcess(first).processorSecondsWithEnded
        + ServerProcess.children(of: first).compactMap { try? ServerProcess($0) }.map(\.processorSeconds).reduce(0, +)
      seconds.append(("postgresql", all))
    }
    self.seconds = seconds
  }

  /// `ns-1-cpu-UNIT=...` for each, in the thousandths of a second that one of `count` took since `before`.
  func words(since before: ClusterProcessors, per count: Double, _ unit: String) -> [String] {
    zip(seconds, before.seconds).map { now, before in
      "\(now.name)-cpu-\(unit)=\(((now.seconds - before.seconds) * 1_000 / count).rounded3)"
    }
  }

  func elapsed(since before: ClusterProcessors) -> Double { (at - before.at).inSeconds }
}
