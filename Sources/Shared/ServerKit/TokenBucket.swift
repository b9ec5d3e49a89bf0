import NIOCore

/// A budget that refills with time: `capacity` at once, then one every `interval`.
public struct TokenBucket: Sendable {
  private let capacity: Int
  private let interval: TimeAmount
  private var level: Level

  /// What changes of a bucket; for who has many of them and knows their sizes.
  public struct Level: Sendable {
    private var tokens: Int32
    private var refilled: NIODeadline

    /// A full one.
    public init(capacity: Int, now: NIODeadline) {
      tokens = Int32(clamping: capacity)
      refilled = now
    }

    /// Takes one; false when there is none.
    public mutating func take(_ now: NIODeadline, capacity: Int, every interval: TimeAmount) -> Bool {
      let due = Int((now - refilled).nanoseconds / interval.nanoseconds)
      if due > 0 {
        tokens = Int32(clamping: min(capacity, Int(tokens) + due))
        refilled = tokens == capacity ? now : refilled + interval * due
      }
      guard tokens > 0 else { return false }
      tokens -= 1
      return true
    }
  }

  public init(capacity: Int, every interval: TimeAmount, now: NIODeadline) {
    self.capacity = capacity
    self.interval = interval
    level = Level(capacity: capacity, now: now)
  }

  /// Takes one; false when there is none.
  public mutating func take(_ now: NIODeadline) -> Bool { level.take(now, capacity: capacity, every: interval) }
}
