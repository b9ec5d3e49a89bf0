import Synchronization

/// What became of changes of status, counted while they are made.
final class PresenceTally: Sendable {
  struct Counts: Sendable {
    var sent = 0
    /// Of those sent, how many newer ones overtook, and how many the server refused.
    var overtaken = 0
    var refused = 0
    /// From the moment before `CHG` is written to the one after `NLN` is read.
    var latencies = Latencies()

    var isComplete: Bool { latencies.count + overtaken + refused >= sent }
  }

  private let counts = Mutex(Counts())

  var now: Counts { counts.withLock { $0 } }

  /// Begins anew; what is still on its way counts in neither.
  func clear() { counts.withLock { $0 = Counts() } }

  func sent() { counts.withLock { $0.sent += 1 } }
  func refused() { counts.withLock { $0.refused += 1 } }

  func arrived(after latency: Duration, overtaken: Int) {
    counts.withLock { counts in
      counts.latencies.add(latency)
      counts.overtaken += overtaken
    }
  }
}
