import NIOCore
import Synchronization

/// Has pairs change the status at a fixed rate, whether the server keeps up or not.
final class PresencePace: Sendable {
  private struct Progress {
    var sent = 0
    var lateness = Latencies()
  }

  private let pairs: [PresencePair]
  private let loop: any EventLoop
  private let rate: Int
  private let total: Int
  private let progress = Mutex(Progress())

  /// - Parameter rate: changes a second, of all pairs together.
  init(_ pairs: [PresencePair], on loop: any EventLoop, rate: Int, seconds: Int) {
    self.pairs = pairs
    self.loop = loop
    self.rate = rate
    total = rate * seconds
  }

  /// Returns when all are sent, with how late each was: a generator that has no processor left is late.
  func run() async throws -> Latencies {
    let began = ContinuousClock.now
    let done = loop.makePromise(of: Void.self)
    loop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(1)) { task in
      guard self.sendDue(after: .now - began) else { return }
      task.cancel()
      done.succeed()
    }
    try await done.futureResult.get()
    return progress.withLock { $0.lateness }
  }

  /// Sends those that are due; true when they were the last.
  private func sendDue(after elapsed: Duration) -> Bool {
    progress.withLock { progress in
      let due = min(total, Int(elapsed.inSeconds * Double(rate)))
      while progress.sent < due {
        progress.lateness.add(elapsed - .seconds(Double(progress.sent) / Double(rate)))
        pairs[progress.sent % pairs.count].change()
        progress.sent += 1
      }
      return progress.sent == total
    }
  }
}
