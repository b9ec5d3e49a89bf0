/// What a person notices: how long answers take, and how long a server takes to come; and what it holds of those who
/// have gone, and of many who do nothing.
enum CalmSection {
  static func lines(_ measured: Measurements) -> [String] {
    let parts = [latencies(measured), starts(measured), drops(measured), crowds(measured)]
    return Array(parts.filter { !$0.isEmpty }.joined(separator: [""]))
  }

  private static let rows: [(step: String, figure: String, title: String, goal: Double?)] = [
    ("chat-half", "latency", "a message of 200 B, the server half busy", nil),
    ("stalls-rest", "ping", "`PNG` to `QNG`, nothing happens", 5),
    ("stalls-storm", "ping", "the same while people with 50 contacts sign in as fast as they can", 5),
    ("stalls-exodus", "ping", "the same, and 1,000 at a time go at the same moment", nil),
    ("stalls-renames", "ping", "the same while people with 400 watchers change their names", 5),
    ("stalls-changes", "ping", "the same while people with 400 watchers change their status", 5),
  ]

  private static func latencies(_ measured: Measurements) -> [String] {
    var table = [
      "## How long an answer takes", "",
      """
      Milliseconds. Server, load and clients share the processors: the floor's figures, and how late the one who measures \
      is woken for the next message (p99), tell what the machine adds.
      """, "",
      "| what | p50 | p99 | longest | floor's p50 | floor's p99 | late | server / load busy | goal of p99 |",
      "|---|---|---|---|---|---|---|---|---|",
    ]
    let head = table.count
    for row in rows {
      func text(_ server: String, _ part: String) -> String {
        measured[row.step, server, "\(row.figure)-\(part)-ms"]?.text() ?? "-"
      }
      guard let p99 = measured[row.step, "monarch", "\(row.figure)-p99-ms"] else { continue }
      table.append(
        "| \(row.title) | \(text("monarch", "p50")) | \(p99.text()) | \(text("monarch", "max")) | \(text("floor", "p50"))"
          + " | \(text("floor", "p99")) | \(measured[row.step, "monarch", "late-p99-ms"]?.text() ?? "-") | \(busy(row.step, measured)) | \(row.goal.map { verdict(p99, $0, "ms") } ?? "-") |"
      )
    }
    guard table.count > head else { return [] }
    if let rate = measured["chat-half", "monarch", "rate"],
      let saturated = measured["chat-half", "monarch", "saturated-per-second"]
    {
      table += ["", "Half busy is \(rate.text()) messages a second; full was \(saturated.text())."]
    }
    return table
  }

  private static func starts(_ measured: Measurements) -> [String] {
    var table = [
      "## Start", "",
      "From before `monarch dev` is executed, on a small SQLite that is there, to the end of the first client's sign-in.",
      "", "| with | ms, median of ten | longest | until it listens | MiB resident | goals |",
      "|---|---|---|---|---|---|",
    ]
    let head = table.count
    for (step, title) in [("start-web", "HTTP and HTTPS, as it comes"), ("start-bare", "no web server")] {
      guard let whole = measured[step, "monarch", "start-p50-ms"],
        let held = measured[step, "monarch", "resident-MiB"]
      else { continue }
      let longest = measured[step, "monarch", "start-max-ms"]?.text() ?? "-"
      let listening = measured[step, "monarch", "listening-p50-ms"]?.text() ?? "-"
      table.append(
        "| \(title) | \(whole.text()) | \(longest) | \(listening) | \(held.text())"
          + " | \(verdict(whole, 150, "ms")); \(verdict(held, 25, "MiB")) |")
    }
    return table.count > head ? table : []
  }

  private static func drops(_ measured: Measurements) -> [String] {
    func figure(_ name: String) -> Spread? { measured["drops", "monarch", name] }
    func text(_ name: String) -> String { figure(name).map { Spread.number($0.median) } ?? "-" }
    guard let growth = figure("growth-percent") else { return [] }
    return [
      "## Connections that come to nothing", "",
      "\(count(figure("count"))) connections from 200 addresses that were dropped without a byte, after `VER`, in the middle of a"
        + " line, some of them by RST, at \(text("per-second")) a second (one run):", "",
      "- resident memory grew by \(text("growth-percent")) %, from \(text("resident-before-MiB")) to"
        + " \(text("resident-after-MiB")) MiB; goal 5 %\(growth.median <= 5 ? "" : ", **missed**")",
      "- descriptors: \(count(figure("descriptors-before"))) before, \(count(figure("descriptors-after"))) after",
      "- `VER` answered \(count(figure("answered"))), refused \(count(figure("refused"))); connections that did not come about:"
        + " \(count(figure("failed")))", "- server / load busy: \(busy("drops", measured))",
    ]
  }

  private static func crowds(_ measured: Measurements) -> [String] {
    var table = [
      "## Many who do nothing", "", "One run. Signed in at one process, from 50 addresses.", "",
      "| contacts | people | KiB each | goal | sign-ins a processor second | ms a second while all are idle |"
        + " server / load busy |", "|---|---|---|---|---|---|---|",
    ]
    let head = table.count
    for (contacts, goal) in [(1, 6.0), (50, 8.0)] {
      let step = "crowd-\(contacts)"
      func text(_ name: String) -> String { measured[step, "monarch", name].map { Spread.number($0.median) } ?? "-" }
      guard let held = measured[step, "monarch", "KiB-each"] else { continue }
      table.append(
        "| \(contacts) | \(count(measured[step, "monarch", "sessions"])) | \(Spread.number(held.median)) | \(verdict(held, goal, "KiB"))"
          + " | \(text("sign-ins-per-cpu-second")) | \(text("idle-cpu-ms-per-second")) | \(busy(step, measured)) |")
    }
    return table.count > head ? table : []
  }

  private static func busy(_ step: String, _ measured: Measurements) -> String {
    ["server-busy", "load-busy"].map { measured[step, "monarch", $0].map { Spread.percent($0.median) } ?? "-" }
      .joined(separator: " / ")
  }

  private static func verdict(_ figure: Spread, _ goal: Double, _ unit: String) -> String {
    "\(Int(goal)) \(unit)" + (figure.median <= goal ? "" : ", **missed**")
  }

  /// Without decimals.
  private static func count(_ spread: Spread?) -> String {
    spread.map { $0.median < 1_000 ? "\(Int($0.median))" : Spread.number($0.median) } ?? "-"
  }
}
