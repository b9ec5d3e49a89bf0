/// Times that something took.
struct Latencies: Sendable {
  private var nanoseconds: [Int64] = []

  var count: Int { nanoseconds.count }

  mutating func add(_ duration: Duration) {
    let parts = duration.components
    nanoseconds.append(parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000)
  }

  mutating func add(contentsOf other: Latencies) { nanoseconds += other.nanoseconds }

  /// `NAME-p50-ms=... NAME-p99-ms=... NAME-max-ms=...`; nothing when there are none.
  func words(_ name: String) -> [String] {
    let sorted = nanoseconds.sorted()
    guard let last = sorted.last else { return [] }
    return [
      "\(name)-p50-ms=\(Latencies.milliseconds(sorted[sorted.count / 2]))",
      "\(name)-p99-ms=\(Latencies.milliseconds(sorted[sorted.count * 99 / 100]))",
      "\(name)-max-ms=\(Latencies.milliseconds(last))",
    ]
  }

  /// The 99th of a hundred, in milliseconds; 0 when there are none.
  var p99: Double {
    nanoseconds.isEmpty ? 0 : Latencies.milliseconds(nanoseconds.sorted()[nanoseconds.count * 99 / 100])
  }

  private static func milliseconds(_ nanoseconds: Int64) -> Double { (Double(nanoseconds) / 1e6).rounded3 }
}

extension Double {
  var rounded3: Double { (self * 1_000).rounded() / 1_000 }
}
