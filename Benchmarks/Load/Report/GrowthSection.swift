/// What costs rise by with contacts, with people online, and with watchers.
enum GrowthSection {
  static func lines(_ measured: Measurements) -> [String] {
    contacts(measured) + others(measured) + watchers(measured)
  }

  /// By how much a figure may rise that should stay as it is.
  private static let tolerance = 1.25

  // MARK: Contacts

  private static func contacts(_ measured: Measurements) -> [String] {
    let rows = ["md5", "twn"].flatMap { rosters(measured, $0) }
    guard !rows.isEmpty else { return [] }
    return [
      "## Sign-ins and contacts", "",
      """
      Whole sign-ins on SQLite, from the connection to the answered challenge behind the first `CHG`, a fifth of the \
      contacts online and told. MD5 is MSNP7, with the cost of MD5; TWN is MSNP12, with a ticket that was fetched before. \
      Each contact is on the forward, the allow and the reverse list; 1,000 of them come from an import, which no limit of \
      lists binds. Goal: beyond 200 a contact more is no dearer than below, within a quarter.
      """, "",
      "| contacts | µs of the server's processor | a second of it | the floor's | Monarch / floor | µs for each further contact |",
      "|---|---|---|---|---|---|",
    ] + rows + [""]
  }

  private static func rosters(_ measured: Measurements, _ way: String) -> [String] {
    var rows: [String] = []
    let series = measured.series("sign-in-\(way)-", "monarch", "us-each")
    /// What each contact more costs from one row to another.
    func slope(_ from: Int, _ to: Int) -> Double {
      (series[to].y.median - series[from].y.median) / (series[to].x - series[from].x)
    }
    for (row, (contacts, cost)) in series.enumerated() {
      let step = "sign-in-\(way)-\(Int(contacts))"
      var words = row > 0 ? Spread.number(slope(row - 1, row)) : "-"
      // Between the first ones, which differ by little, the difference is mostly noise.
      let isLast = row > 1 && row == series.count - 1
      if isLast, slope(row - 1, row) > slope(0, row - 1) * tolerance { words += ", **missed**" }
      let rates = ["monarch", "floor"].map { measured[step, $0, "per-cpu-second"]?.text() ?? "-" }
      let ratio = measured.ratio(step, "per-cpu-second")?.text(Spread.percent) ?? "-"
      rows.append(
        "| \(count(contacts)), \(way.uppercased()) | \(cost.text()) | \(rates[0]) | \(rates[1]) | \(ratio) | \(words) |"
      )
    }
    return rows
  }

  // MARK: Others online

  private static func others(_ measured: Measurements) -> [String] {
    let entries = measured.series("among-", "monarch", "sign-in-us")
    let deliveries = measured.series("among-", "monarch", "delivery-us")
    guard !entries.isEmpty else { return [] }
    let rows = zip(entries, deliveries).map { entry, delivery in
      "| \(count(entry.x)) | \(entry.y.text()) | \(rise(entry.y, entries[0].y)) | \(delivery.y.text())"
        + " | \(rise(delivery.y, deliveries[0].y)) |"
    }
    return [
      "## Among others who are online", "",
      """
      People with 50 contacts sign in (MSNP7, MD5) and change status while others whom they do not know are online and do \
      nothing, on one server. Microseconds of its processor, for each sign-in and for each contact told of a change. Goal: \
      the same as without the others, within a quarter; then the server's whole cost is in proportion to its people.
      """, "",
      "| others online | a sign-in | beside none | a delivery | beside none |", "|---|---|---|---|---|",
    ] + rows + [""]
  }

  private static func rise(_ spread: Spread, _ first: Spread) -> String {
    let factor = spread.median / first.median
    return "\(Spread.number(factor)) times" + (factor > tolerance ? ", **missed**" : "")
  }

  // MARK: Watchers

  private static func watchers(_ measured: Measurements) -> [String] {
    let rows = measured.series("changes-", "monarch", "us-each").map { watchers, cost in
      let step = "changes-\(Int(watchers))"
      let ratio = measured.ratio(step, "per-cpu-second")
      let missed = watchers >= 50 && (ratio?.median ?? 1) < 0.5 ? ", **missed**" : ""
      let latency = measured[step, "monarch", "latency-p99-ms"]
      let late = watchers == 400 && (latency?.median ?? 0) > 10 ? ", **missed**" : ""
      return "| \(count(watchers)) | \(cost.text()) | \(measured[step, "floor", "us-each"]?.text() ?? "-")"
        + " | \(ratio?.text(Spread.percent) ?? "-")\(missed) | \(latency?.text() ?? "-")\(late) |"
    }
    guard !rows.isEmpty else { return [] }
    return [
      "## A change of status and those who watch", "",
      """
      One person changes the status as soon as all have seen the change before, on one server (MSNP7). Microseconds of its \
      processor for each who is told; from `CHG` sent to `NLN` read, the 99th of a hundred. Goals: half of what the floor \
      tells, from 50 watchers on; 10 ms with 400. How many may watch somebody is not limited.
      """, "",
      "| watchers | a delivery | the floor's | Monarch / floor | ms, p99 |", "|---|---|---|---|---|",
    ] + rows + [""]
  }

  private static func count(_ number: Double) -> String { number < 1_000 ? "\(Int(number))" : Spread.number(number) }
}
