import Dispatch
import Logging
import Roster
import Store
import Synchronization

/// Writes what is said into the histories of those who keep one, apart from the event loop: messages wait in a bounded
/// queue for a store that is slow or away, and nobody waits for them.
public final class HistoryRecorder: Sendable {
  private struct State {
    var queue: HistoryQueue
    /// Whether ``write()`` is about to run.
    var isDue = false
    /// Messages that were lost and not told of in the log.
    var untold = 0
    var isTelling = false
    /// Set once the time to write what waits is over.
    var hasEnded = false
    var ending: CheckedContinuation<Void, Never>?
  }

  /// Milliseconds since 1970.
  let clock: @Sendable () -> Int64
  private let sink: any HistorySink
  private let logger: Logger
  /// The time between two lines of the log about losses.
  private let tellingPause: DispatchTimeInterval
  /// Where the sink is called. It may block here; time is taken elsewhere.
  private let thread = DispatchQueue(label: "monarch.history")
  private let timers = DispatchQueue(label: "monarch.history.timers")
  private let state: Mutex<State>

  /// - Parameter clock: milliseconds since 1970, by which messages are dated.
  public convenience init(_ sink: any HistorySink, clock: @escaping @Sendable () -> Int64, logger: Logger) {
    self.init(sink, bounds: HistoryQueue.Bounds(), clock: clock, logger: logger)
  }

  init(
    _ sink: any HistorySink, bounds: HistoryQueue.Bounds, tellingPause: DispatchTimeInterval = .seconds(10),
    clock: @escaping @Sendable () -> Int64, logger: Logger
  ) {
    self.tellingPause = tellingPause
    self.sink = sink
    self.clock = clock
    self.logger = logger
    state = Mutex(State(queue: HistoryQueue(bounds)))
  }

  /// Messages that wait.
  public var waiting: Int { state.withLock(\.queue.count) }
  /// Messages that were handed to the store.
  public var kept: UInt64 { state.withLock(\.queue.kept) }
  /// Messages that are in no history though they should be.
  public var lost: UInt64 { state.withLock(\.queue.lost) }

  /// Takes a message, or loses it. Returns at once.
  func record(_ message: RelayedPayload) {
    let (writes, tells) = state.withLock { state in
      if state.hasEnded {
        state.queue.lose()
      } else if state.queue.add(message) {
        let writes = state.queue.isReady && !state.isDue
        state.isDue = state.isDue || writes
        return (writes, false)
      }
      state.untold += 1
      defer { state.isTelling = true }
      return (false, !state.isTelling)
    }
    if writes { thread.async { self.write() } }
    if tells { timers.async { self.tell() } }
  }

  /// Asks the sink who keeps a history. Returns at once; `then` is called on any thread.
  func keepers(among accounts: [AccountID], then: @escaping StoreAnswer<Set<AccountID>, StoreFailure>) {
    thread.async { [sink] in sink.keepers(among: accounts, then: then) }
  }

  /// Writes what waits and returns when that is done or the time is over; what is left then is lost.
  public func finish(within time: Duration) async {
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        guard !state.queue.isEmpty, state.ending == nil else { return true }
        state.ending = continuation
        // A pause after a failure is not waited for.
        state.queue.goOn()
        return false
      }
      guard !isOver else { return continuation.resume() }
      timers.asyncAfter(deadline: .now() + (time / .seconds(1))) { self.giveUp() }
      thread.async { self.write() }
    }
    state.withLock { $0.hasEnded = true }
    tellNow()
  }
}

extension HistoryRecorder {
  /// Sends the next batch off, unless one is on its way.
  private func write() {
    let next = state.withLock { state in
      state.isDue = false
      return state.hasEnded ? nil : state.queue.take()
    }
    guard let batch = next else { return }
    let messages = batch.compactMap(\.message)
    guard !messages.isEmpty else { return wrote(0) }
    sink.keep(messages) { result in
      self.thread.async {
        switch result {
        case .success: self.wrote(messages.count)
        case .failure(let failure): self.failed(failure)
        }
      }
    }
  }

  private func wrote(_ count: Int) {
    let (wasFailing, ending) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
      guard !state.hasEnded else { return (false, nil) }
      let wasFailing = state.queue.isFailing
      state.queue.wrote(count)
      guard state.queue.isEmpty else { return (wasFailing, nil) }
      defer { state.ending = nil }
      return (wasFailing, state.ending)
    }
    if wasFailing { logger.notice("histories are written again") }
    ending?.resume()
    write()
  }

  private func failed(_ failure: StoreFailure) {
    let (wasFailing, count, pause) = state.withLock { state in
      let wasFailing = state.queue.isFailing
      guard !state.hasEnded else { return (true, 0, 0) }
      let pause = state.queue.failed()
      return (wasFailing, state.queue.count, state.ending == nil ? pause : min(pause, 200))
    }
    if !wasFailing {
      logger.warning(
        "histories cannot be written: messages wait", metadata: ["waiting": "\(count)", "cause": "\(failure)"])
    }
    timers.asyncAfter(deadline: .now() + .milliseconds(pause)) {
      self.state.withLock { $0.queue.goOn() }
      self.thread.async { self.write() }
    }
  }

  /// The time for writing what waits is over.
  private func giveUp() {
    let ending = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard let ending = state.ending else { return nil }
      state.ending = nil
      state.hasEnded = true
      state.untold += state.queue.giveUp()
      return ending
    }
    ending?.resume()
  }

  /// Tells of losses, and of those that follow when the pause is over.
  private func tell() {
    guard tellNow() else { return }
    timers.asyncAfter(deadline: .now() + tellingPause) { self.tell() }
  }

  /// False when there is nothing to tell: the next loss is told of at once.
  @discardableResult
  private func tellNow() -> Bool {
    let count = state.withLock { state in
      defer { state.untold = 0 }
      if state.untold == 0 { state.isTelling = false }
      return state.untold
    }
    guard count > 0 else { return false }
    logger.warning("messages are missing in histories: the store did not take them", metadata: ["lost": "\(count)"])
    return true
  }
}
