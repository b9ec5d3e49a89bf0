import Foundation

/// What the runs of a benchmark printed: lines of a step, a server, and figures.
///
///     relay-200 monarch messages count=120000 per-cpu-second=52000.1 us-each=19.231
struct Measurements: Sendable {
  /// A figure of a step at a server.
  struct Key: Hashable, Sendable {
    var step: String
    var server: String
    var figure: String
  }

  /// One value a run, in the order of the runs.
  private var values: [Key: [Double]] = [:]

  init(path: String) throws {
    for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count > 2 else { continue }
      for word in words.dropFirst(2) {
        let halves = word.split(separator: "=", maxSplits: 1)
        guard halves.count == 2, let value = Double(halves[1]) else { continue }
        let key = Key(step: String(words[0]), server: String(words[1]), figure: String(halves[0]))
        values[key, default: []].append(value)
      }
    }
  }

  subscript(step: String, server: String, figure: String) -> Spread? {
    Spread(values[Key(step: step, server: server, figure: figure)] ?? [])
  }

  /// How a figure at Monarch compares with the floor's, or at any server with another's, run by run.
  func ratio(_ step: String, _ figure: String, of server: String = "monarch", to other: String = "floor") -> Spread? {
    let own = values[Key(step: step, server: server, figure: figure)] ?? []
    let others = values[Key(step: step, server: other, figure: figure)] ?? []
    return Spread(zip(own, others).map { $1 == 0 ? 0 : $0 / $1 })
  }

  /// Where that figure was measured, by name.
  func steps(with figure: String) -> [(step: String, server: String)] {
    values.keys.filter { $0.figure == figure }.map { ($0.step, $0.server) }.sorted { $0 < $1 }
  }

  /// The steps whose names begin so, with what follows as a number, in ascending order.
  func series(_ prefix: String, _ server: String, _ figure: String) -> [(x: Double, y: Spread)] {
    values.keys.compactMap { key -> (x: Double, y: Spread)? in
      guard key.server == server, key.figure == figure, key.step.hasPrefix(prefix),
        let x = Double(key.step.dropFirst(prefix.count)), let y = Spread(values[key] ?? [])
      else { return nil }
      return (x, y)
    }.sorted { $0.x < $1.x }
  }
}

/// The median of some values, with the lowest and the highest.
struct Spread: Hashable, Sendable {
  let median: Double
  let lowest: Double
  let highest: Double

  /// Nil for no values.
  init?(_ values: [Double]) {
    let sorted = values.sorted()
    guard let lowest = sorted.first, let highest = sorted.last else { return nil }
    let middle = sorted.count / 2
    median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    (self.lowest, self.highest) = (lowest, highest)
  }

  /// As in `52,000 (49,800 to 53,100)`.
  func text(_ write: (Double) -> String = Spread.number) -> String {
    "\(write(median)) (\(write(lowest)) to \(write(highest)))"
  }

  /// With a comma for thousands and as many decimals as there is to see.
  static func number(_ value: Double) -> String {
    if abs(value) >= 1_000 {
      var digits = String(Int(value.rounded()))
      var text = ""
      while digits.count > 3 {
        text = "," + digits.suffix(3) + text
        digits.removeLast(3)
      }
      return digits + text
    }
    return String(format: value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value)
  }

  /// As in `71 %`.
  static func percent(_ value: Double) -> String { String(format: "%.0f %%", value * 100) }
}
