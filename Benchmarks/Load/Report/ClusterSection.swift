/// What a cluster of real processes on PostgreSQL does and costs.
enum ClusterSection {
  static func lines(_ measured: Measurements) -> [String] {
    let tables = [arrivals, hashing, fanOut, calls, capacity].map { $0(measured) }.filter { !$0.isEmpty }
    guard !tables.isEmpty else { return [] }
    return [
      "## A cluster on PostgreSQL", "",
      "Processes of `deploy/cluster.sh`, with the load on the same processors: figures are for a second of the processor "
        + "time of a role's processes, times an upper bound.", "",
    ] + tables.flatMap { $0 + [""] }
  }

  private static func arrivals(_ measured: Measurements) -> [String] {
    let rows = ["cluster-arrivals-7", "cluster-arrivals-12"].flatMap { step -> [String] in
      guard let own = measured[step, "monarch", "per-cpu-second"] else { return [] }
      let ratio = measured.ratio(step, "per-cpu-second")
      func figure(_ name: String) -> String { measured[step, "monarch", name]?.text() ?? "-" }
      let title = step.hasSuffix("-12") ? "a ticket, MSNP12" : "MD5, MSNP7"
      let cells = [
        title, own.text(), verdict("at least 2,000", own.median >= 2_000),
        measured[step, "floor", "per-cpu-second"]?.text() ?? "-", ratio?.text(Spread.percent) ?? "-",
        verdict("at least 50 %", (ratio?.median ?? 0) >= 0.5), figure("postgresql-per-cpu-second"),
        figure("round-trips"),
      ]
      return [row(cells)]
    }
    return table(
      "### Whole sign-ins with 50 contacts, ten of them online",
      [
        "by", "per second of NS", "goal", "floor", "NS / floor", "goal", "per second of PostgreSQL", "round trips each",
      ],
      rows)
  }

  private static func hashing(_ measured: Measurements) -> [String] {
    let names = ["full": "scrypt as dear as it is", "lowest": "scrypt that costs next to nothing"]
    let rows = ["full", "lowest"].flatMap { server -> [String] in
      guard let rate = measured["cluster-tickets", server, "per-cpu-second"],
        let each = measured["cluster-tickets", server, "us-each"]
      else { return [] }
      return [row([names[server] ?? server, rate.text(), each.text { Spread.number($0 / 1_000) }])]
    }
    return table(
      "### Tickets, each with a password check at the web role (a sign-in by MD5 has none)",
      ["with", "per second of the web role", "ms of it"], rows)
  }

  private static func fanOut(_ measured: Measurements) -> [String] {
    let rows = [50, 400, 5_000].flatMap { watchers -> [String] in
      let step = "cluster-fan-\(watchers)"
      guard let near = measured[step, "near", "us-each"], let nearTime = measured[step, "near", "latency-p99-ms"],
        let farTime = measured[step, "far", "latency-p99-ms"]
      else { return [] }
      func figure(_ server: String, _ name: String) -> String { measured[step, server, name]?.text() ?? "-" }
      let goals =
        watchers == 400
        ? verdict("near p99 within 10 ms", nearTime.median <= 10) + "; "
          + verdict("far 2 ms more at most", farTime.median <= nearTime.median + 2) : "-"
      let cells = [
        "\(watchers)", figure("far", "ns-1-cpu-us-each"), figure("far", "ns-2-cpu-us-each"), near.text(),
        figure("floor", "us-each"), figure("near", "latency-p50-ms") + " / " + nearTime.text(),
        figure("far", "latency-p50-ms") + " / " + farTime.text(), goals,
      ]
      return [row(cells)]
    }
    return table(
      "### One change of status, all watchers on one node: µs for each delivery, and ms until it is read",
      [
        "watchers", "changer's node", "watchers' node", "one node for both", "floor", "one node: p50 / p99",
        "two nodes: p50 / p99", "goal",
      ], rows)
  }

  private static func calls(_ measured: Measurements) -> [String] {
    func figure(_ name: String) -> String { measured["cluster-calls", "monarch", name]?.text() ?? "-" }
    guard measured["cluster-calls", "monarch", "per-second"] != nil else { return [] }
    return table(
      "### Conversations set up, from `XFR SB` to `JOI`",
      [
        "a second, everything on one machine", "per second of NS and SB", "of NS", "of SB", "of PostgreSQL",
        "alone: p50 / p99 in ms",
      ],
      [
        row([
          figure("per-second"), figure("per-cpu-second"), figure("ns-per-cpu-second"), figure("sb-per-cpu-second"),
          figure("postgresql-per-cpu-second"), figure("latency-p50-ms") + " / " + figure("latency-p99-ms"),
        ])
      ])
  }

  private static func capacity(_ measured: Measurements) -> [String] {
    let steps = [
      ("cluster-presence", "notification: a sign-in with its end and 4 changes, each told to 10, half on each node"),
      ("cluster-relay", "switchboard: messages of 200 B between two"),
    ]
    let rows = steps.flatMap { step, title -> [String] in
      guard let one = measured[step, "one", "per-cpu-second"], let two = measured[step, "two", "per-cpu-second"],
        let ratio = measured.ratio(step, "per-cpu-second", of: "two", to: "one")
      else { return [] }
      // With r times the work in each second, two do 2r of what one does: so the second one adds 2r - 1.
      let added = { (ratio: Double) in Spread.percent(2 * ratio - 1) }
      let database = ["one", "two"].map { measured[step, $0, "postgresql-per-cpu-second"]?.text() ?? "-" }
      let cells = [
        title, one.text(), two.text(), ratio.text(Spread.percent), ratio.text(added),
        verdict("at least 85 %", 2 * ratio.median - 1 >= 0.85), database.joined(separator: "; "),
      ]
      return [row(cells)]
    }
    return table(
      "### One node and two, each with the same to do: work for a second of the nodes' processor time",
      ["role", "one", "two", "two / one", "the second adds", "goal", "per second of PostgreSQL: one; two"], rows)
  }

  private static func verdict(_ goal: String, _ isMet: Bool) -> String { goal + (isMet ? "" : ", **missed**") }

  /// Nothing without rows.
  private static func table(_ title: String, _ columns: [String], _ rows: [String]) -> [String] {
    guard !rows.isEmpty else { return [] }
    return [title, "", row(columns), "|" + String(repeating: "---|", count: columns.count)] + rows
  }

  private static func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
}
