/// The name of a gateway session, which is all that its client shows: 128 random bits, as two decimal numbers.
///
///     10219417532297433218.883425112365781244
///
/// Clients want a dot in it, and neither blank nor `;` nor `=`.
struct GatewaySessionID: Hashable, Sendable, CustomStringConvertible {
  private let high: UInt64
  private let low: UInt64

  /// A fresh one from the system's cryptographic generator.
  init() {
    var generator = SystemRandomNumberGenerator()
    high = generator.next()
    low = generator.next()
  }

  /// Nil for what ``description`` does not write.
  init?(_ text: String) {
    let halves = text.split(separator: ".", omittingEmptySubsequences: false)
    guard text.utf8.count <= 41, halves.count == 2, let high = UInt64(halves[0]), let low = UInt64(halves[1]) else {
      return nil
    }
    self.high = high
    self.low = low
    guard description == text else { return nil }
  }

  var description: String { "\(high).\(low)" }
}
