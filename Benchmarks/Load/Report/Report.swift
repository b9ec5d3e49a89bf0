import ArgumentParser
import Foundation

/// Makes a table of what the runs printed.
struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the results of Benchmarks/run.sh as Markdown, with its plots beside it.")

  @Argument(help: "The file with the lines of all runs.")
  var lines: String

  @Option(help: "The folder for plots; their names begin with 'results-'.")
  var plots: String

  @Option(help: "What machine this is, for the first line.")
  var machine: String

  func run() throws {
    let measured = try Measurements(path: lines)
    var text = ["# Results", "", machine, ""]
    text += ratios(measured) + [""] + memory(measured) + [""]
    text += GrowthSection.lines(measured)
    text += ClusterSection.lines(measured)
    text += CalmSection.lines(measured) + [""]
    text += LoadSection.lines(measured)
    for plot in Report.curves {
      let series = measured.series(plot.prefix, "monarch", plot.figure)
      guard series.count > 1 else { continue }
      let file = "results-\(plot.prefix)\(plot.figure).svg"
      let curve = Plot(title: plot.title, x: plot.x, y: plot.y, points: series)
      try curve.svg.write(toFile: plots + "/" + file, atomically: true, encoding: .utf8)
      text += ["![\(plot.title)](\(file))", ""]
    }
    print(text.joined(separator: "\n"))
  }

  private func ratios(_ measured: Measurements) -> [String] {
    var table = [
      "## Beside a bare server", "",
      "For each second of the server's processor time: the median of the runs (the lowest to the highest).", "",
      "| what | Monarch | floor | Monarch / floor | goal |", "|---|---|---|---|---|",
    ]
    for row in ReportRow.ratios {
      guard let own = measured[row.step, "monarch", row.figure] else { continue }
      let floor = measured[row.step, "floor", row.figure]
      let ratio = measured.ratio(row.step, row.figure)
      let verdict = row.goal.map { goal in
        Spread.percent(goal) + ((ratio?.median ?? 0) >= goal ? "" : ", **missed**")
      }
      table.append(
        "| \(row.title) | \(own.text()) | \(floor?.text() ?? "-") | \(ratio?.text(Spread.percent) ?? "-") | \(verdict ?? "-") |"
      )
    }
    return table
  }

  private func memory(_ measured: Measurements) -> [String] {
    var table = [
      "## Memory of an idle session", "",
      "By how much the process grows for each of 1,500 people who sign in, 4,500 with one contact.", "",
      "| contacts | KiB resident | goal |", "|---|---|---|",
    ]
    for (contacts, limit) in ReportRow.memory {
      guard let held = measured["idle-\(contacts)", "monarch", "memory-per-session-KiB"] else { continue }
      table.append(
        "| \(contacts) | \(held.text()) | \(Spread.number(limit))\(held.median <= limit ? "" : ", **missed**") |")
    }
    return table
  }

  private static let curves: [(prefix: String, figure: String, title: String, x: String, y: String)] = [
    ("sign-in-md5-", "us-each", "A sign-in's cost and its contacts, MD5", "contacts", "µs of the server's processor"),
    ("sign-in-twn-", "us-each", "A sign-in's cost and its contacts, TWN", "contacts", "µs of the server's processor"),
    ("among-", "sign-in-us", "A sign-in's cost and who is online", "others online", "µs of the server's processor"),
    ("among-", "delivery-us", "A delivery's cost and who is online", "others online", "µs of the server's processor"),
    ("changes-", "us-each", "A delivery's cost and how many watch", "watchers", "µs of the server's processor"),
    ("idle-", "memory-per-session-KiB", "An idle session's memory and its contacts", "contacts", "KiB"),
  ]
}
