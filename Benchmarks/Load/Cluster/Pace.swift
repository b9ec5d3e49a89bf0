import NIOCore
import Synchronization

/// Does something at a fixed rate, whether the server keeps up or not.
final class Pace: Sendable {
  private struct Progress {
    var done = 0
    var lateness = Latencies()
  }

  private let loop: any EventLoop
  private let rate: Int
  private let total: Int
  private let act: @Sendable (Int) -> Void
  private let progress = Mutex(Progress())

  /// - Parameters:
  ///   - rate: how often a second.
  ///   - act: called on the loop, with 0, 1, 2 and so on.
  init(on loop: any EventLoop, rate: Int, seconds: Int, act: @escaping @Sendable (Int) -> Void) {
    self.loop = loop
    self.rate = rate
    self.act = act
    total = rate * seconds
  }

  /// Returns when all is done, with how late each was: a generator that has no processor left is late.
  func run() async throws -> Latencies {
    let began = ContinuousClock.now
    let done = loop.makePromise(of: Void.self)
    loop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(1)) { task in
      guard self.doDue(after: .now - began) else { return }
      task.cancel()
      done.succeed()
    }
    try await done.futureResult.get()
    return progress.withLock { $0.lateness }
  }

  /// Does what is due; true when that was the last.
  private func doDue(after elapsed: Duration) -> Bool {
    let (first, due) = progress.withLock { progress in
      let due = max(progress.done, min(total, Int(elapsed.inSeconds * Double(rate))))
      for number in progress.done..<due {
        progress.lateness.add(elapsed - .seconds(Double(number) / Double(rate)))
      }
      defer { progress.done = due }
      return (progress.done, due)
    }
    for number in first..<due { act(number) }
    return due == total
  }
}
