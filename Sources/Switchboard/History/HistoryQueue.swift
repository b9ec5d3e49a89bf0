import NIOCore

/// Messages that wait to be written into histories, in the order in which they came, within bounds. Pure.
///
/// One batch is on its way at a time and stays in the queue until it is written, so that a failed one is simply taken
/// again. What does not fit in is lost: the newest, since nobody waits.
struct HistoryQueue: Sendable {
  struct Bounds: Sendable {
    var messages = 10_000
    var bytes = 8 << 20
    /// Messages in one batch.
    var batch = 200
    /// How long to wait after a failure, doubled with each one that follows, and at most; in milliseconds.
    var pause = 100
    var longestPause = 15_000
  }

  private let bounds: Bounds
  private var waiting = CircularBuffer<RelayedPayload>()
  private var bytes = 0
  /// How many of the first are on their way.
  private var underWay = 0
  private var failures = 0
  private var isPausing = false
  private(set) var kept: UInt64 = 0
  private(set) var lost: UInt64 = 0

  init(_ bounds: Bounds = Bounds()) { self.bounds = bounds }

  /// With those on their way.
  var count: Int { waiting.count }
  var isEmpty: Bool { waiting.isEmpty }
  /// Whether the last batch failed.
  var isFailing: Bool { failures > 0 }
  /// Whether a batch may be taken.
  var isReady: Bool { underWay == 0 && !isPausing && !waiting.isEmpty }

  /// False when it is lost.
  mutating func add(_ message: RelayedPayload) -> Bool {
    guard waiting.count < bounds.messages, bytes + message.size <= bounds.bytes else {
      lose()
      return false
    }
    waiting.append(message)
    bytes += message.size
    return true
  }

  /// A message is not to be written any more.
  mutating func lose() { lost += 1 }

  /// The next batch; nil while one is on its way, in the pause after a failure, and when nothing waits.
  mutating func take() -> [RelayedPayload]? {
    guard isReady else { return nil }
    underWay = min(waiting.count, bounds.batch)
    return Array(waiting.prefix(underWay))
  }

  /// The batch is written.
  ///
  /// - Parameter count: the messages of it that had words in them.
  mutating func wrote(_ count: Int) {
    for _ in 0..<underWay { bytes -= waiting.removeFirst().size }
    underWay = 0
    failures = 0
    kept += UInt64(count)
  }

  /// The batch is not written: it is taken again. Answers with the milliseconds to wait before ``goOn()``.
  mutating func failed() -> Int {
    underWay = 0
    isPausing = true
    failures += 1
    // 2 to the 16th times the pause is beyond any longest one.
    return min(bounds.pause << min(failures - 1, 16), bounds.longestPause)
  }

  /// The pause after a failure is over.
  mutating func goOn() { isPausing = false }

  /// Loses everything, what is on its way too; answers with how many that are.
  mutating func giveUp() -> Int {
    let count = waiting.count
    lost += UInt64(count)
    waiting.removeAll()
    (bytes, underWay) = (0, 0)
    return count
  }
}
