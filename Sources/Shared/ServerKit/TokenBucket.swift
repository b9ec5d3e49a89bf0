import NIOCore

/// A budget that refills with time: `capacity` at once, then one every `interval`.
public struct TokenBucket: Sendable {
  private let capacity: Int
  private let interval: TimeAmount
  private var tokens: Int
  private var refilled: NIODeadline

  public init(capacity: Int, every interval: TimeAmount, now: NIODeadline) {
    self.capacity = capacity
    self.interval = interval
    tokens = capacity
    refilled = now
  }

  /// Takes one; false when there is none.
  public mutating func take(_ now: NIODeadline) -> Bool {
    let due = Int((now - refilled).nanoseconds / interval.nanoseconds)
    if due > 0 {
      tokens = min(capacity, tokens + due)
      refilled = tokens == capacity ? now : refilled + interval * due
    }
    guard tokens > 0 else { return false }
    tokens -= 1
    return true
  }
}
