/// How busy the load was, beside the server: whether it was the bottleneck.
enum LoadSection {
  static func lines(_ measured: Measurements) -> [String] {
    let rows = measured.steps(with: "load-busy").flatMap { step, server -> [String] in
      guard let load = measured[step, server, "load-busy"] else { return [] }
      let own = measured[step, server, "server-busy"]?.text(Spread.percent) ?? "-"
      return ["| \(step) | \(server) | \(own) | \(load.text(Spread.percent)) |"]
    }
    guard !rows.isEmpty else { return [] }
    return [
      "## What the load took", "",
      """
      Of one processor, while each step was measured. A figure for a second of the server's processor time would be wrong \
      only if a tired load let the server's work come in other portions than clients do; where the load took less than its \
      one event loop can (100 %), it waited for the server and not the other way round.
      """, "", "| step | server | the server | the load |", "|---|---|---|---|",
    ] + rows + [""]
  }
}
