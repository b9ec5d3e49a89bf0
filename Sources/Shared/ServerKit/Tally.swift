import NIOCore
import Synchronization

/// Counts what happens: in all, and in the last ten seconds. From any thread.
public final class Tally: Sendable {
  private static let seconds = 10

  private struct State {
    var total: UInt64 = 0
    /// One a second, of the seconds numbered in `second`.
    var counts = InlineArray<10, Int>(repeating: 0)
    var second: UInt64 = 0
  }

  private let state = Mutex(State())

  public init() {}

  public func add(_ now: NIODeadline = .now()) {
    state.withLock { state in
      Self.advance(&state, now)
      state.total += 1
      state.counts[Int(state.second % UInt64(Self.seconds))] += 1
    }
  }

  public var total: UInt64 { state.withLock(\.total) }

  /// How many there were in the last ten seconds.
  public func recent(_ now: NIODeadline = .now()) -> Int {
    state.withLock { state in
      Self.advance(&state, now)
      return state.counts.indices.reduce(0) { $0 + state.counts[$1] }
    }
  }

  private static func advance(_ state: inout State, _ now: NIODeadline) {
    let second = now.uptimeNanoseconds / 1_000_000_000
    guard second > state.second else { return }
    for passed in 1...min(second - state.second, UInt64(seconds)) {
      state.counts[Int((state.second + passed) % UInt64(seconds))] = 0
    }
    state.second = second
  }
}
