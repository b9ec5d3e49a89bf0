import PostgreSQL

/// What a cluster has counted so far.
struct ClusterCounts {
  /// `monarch_bus_events_sent_total` of all nodes.
  let events: Int
  /// `monarch_store_round_trips_total` of all nodes.
  let roundTrips: Int
  /// Payloads that nodes have sent by `NOTIFY`: what their rows of the registry say that they sent last.
  let notifies: Int
  /// Transactions of the database.
  let commits: Int

  /// Waits first until nodes have written a heartbeat and PostgreSQL's processes have told what they counted, which
  /// both do each second.
  static func read(_ options: ClusterOptions) async throws -> ClusterCounts {
    try await Task.sleep(for: .milliseconds(1_500))
    var (events, roundTrips) = (0, 0)
    for node in options.nodes {
      let page = try await AdminPage.read(at: node.admin)
      events += page.count("monarch_bus_events_sent_total")
      roundTrips += page.count("monarch_store_round_trips_total")
    }
    let session = try DatabaseSession(options.database())
    let sent = try session.run("SELECT sent FROM node").map { try $0.text(0) }
    let notifies = sent.flatMap { $0.split(separator: " ") }.compactMap { $0.split(separator: ":").last }
    let commits = try session.run("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")
    return ClusterCounts(
      events: events, roundTrips: roundTrips, notifies: notifies.compactMap { Int($0) }.reduce(0, +),
      commits: try commits.first?.integer(0) ?? 0)
  }

  /// `round-trips=... notifies=... commits=...` from here to `later`, of one of `count`.
  func words(until later: ClusterCounts, per count: Int) -> [String] {
    let count = Double(count)
    return [
      "round-trips=\((Double(later.roundTrips - roundTrips) / count).rounded3)",
      "notifies=\((Double(later.notifies - notifies) / count).rounded3)",
      "commits=\((Double(later.commits - commits) / count).rounded3)",
    ]
  }
}
