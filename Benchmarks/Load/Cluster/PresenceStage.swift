import NIOCore

/// The steps of a measurement of presence; each prints a line.
struct PresenceStage {
  let cluster: ClusterOptions
  let loop: any EventLoop
  let tally: PresenceTally
  let seconds: Int

  /// What a cluster costs in which people are signed in and do nothing.
  func rest() async throws {
    let before = try ClusterProcessors(cluster)
    try await Task.sleep(for: .seconds(2 * seconds))
    let after = try ClusterProcessors(cluster)
    let words = after.words(since: before, per: after.elapsed(since: before), "ms-per-second")
    print((["idle"] + words + [after.loadWord(since: before)]).joined(separator: " "))
  }

  /// Changes on an idle bus, of the groups in turn.
  func oneAtATime(_ groups: [(name: String, pairs: [PresencePair])], count: Int) async throws {
    var latencies = groups.map { _ in Latencies() }
    for number in 0..<count {
      for (index, group) in groups.enumerated() {
        tally.clear()
        try await group.pairs[number % group.pairs.count].changeAndWait()
        latencies[index].add(contentsOf: tally.now.latencies)
        // Not in step with anything that the servers do every few milliseconds.
        try await Task.sleep(for: .microseconds(Int64.random(in: 5_000...15_000)))
      }
    }
    for (group, latencies) in zip(groups, latencies) {
      print((["presence", group.name, "single"] + latencies.words("latency")).joined(separator: " "))
    }
  }

  /// Changes at a rate; the latency and the lateness of 99 of 100, in milliseconds.
  func step(_ name: String, _ pairs: [PresencePair], rate: Int) async throws -> (latency: Double, lateness: Double) {
    let countsBefore = try await ClusterCounts.read(cluster)
    tally.clear()
    let before = try ClusterProcessors(cluster)
    let pace = Pace(on: loop, rate: rate, seconds: seconds) { pairs[$0 % pairs.count].change() }
    let lateness = try await pace.run()
    let inTime = tally.now.latencies.count
    let sending = try ClusterProcessors(cluster).elapsed(since: before)
    try await arrive()
    let after = try ClusterProcessors(cluster)
    let outcome = tally.now
    let counts = try await ClusterCounts.read(cluster)
    let sent = Double(outcome.sent)
    let words =
      [
        "sent=\(outcome.sent)", "delivered=\(outcome.latencies.count)", "overtaken=\(outcome.overtaken)",
        "refused=\(outcome.refused)", "delivered-per-second=\((Double(inTime) / sending).rounded1)",
      ] + outcome.latencies.words("latency") + ["late-p99-ms=\(lateness.p99)"]
      + after.words(since: before, per: sent / 1_000, "ms-per-1000")
      + [
        "events-per-change=\((Double(counts.events - countsBefore.events) / sent).rounded3)",
        "notifies-per-1000=\((Double(counts.notifies - countsBefore.notifies) * 1_000 / sent).rounded1)",
        "notifies-per-second=\((Double(counts.notifies - countsBefore.notifies) / sending).rounded1)",
        "commits-per-1000=\((Double(counts.commits - countsBefore.commits) * 1_000 / sent).rounded1)",
        after.loadWord(since: before),
      ]
    print((["presence", name, "\(rate)"] + words).joined(separator: " "))
    return (outcome.latencies.p99, lateness.p99)
  }

  /// Waits for what is still on its way, for five seconds at most.
  private func arrive() async throws {
    for _ in 0..<250 where !tally.now.isComplete { try await Task.sleep(for: .milliseconds(20)) }
  }
}
