import MSNP
import NIOCore
import Synchronization

/// When watchers saw what is under way.
final class WatchBoard: Sendable {
  private let watchers: Int
  private let state = Mutex(State())

  private struct State {
    var expected = 0
    var seen: [ContinuousClock.Instant] = []
    var waiting: CheckedContinuation<[ContinuousClock.Instant], Never>?

    /// Who waits, when everything has been seen.
    mutating func finished() -> CheckedContinuation<[ContinuousClock.Instant], Never>? {
      guard seen.count >= expected else { return nil }
      defer { waiting = nil }
      return waiting
    }
  }

  /// - Parameter watchers: how many see a change of status.
  init(watchers: Int) { self.watchers = watchers }

  /// Has the board see what comes for somebody who is signed in, in place of whoever reads it.
  func watch(_ client: LoadClient) async throws {
    let channel = try await client.notification.taken()
    try await channel.eventLoop.submit { [self] in
      try channel.pipeline.syncOperations.addHandler(WatchEye(self, client.dialect))
    }.get()
  }

  /// One change of status; the times after which the watchers saw it.
  func change(_ number: Int, by subject: LoadClient) async -> [Duration] {
    let sent = ContinuousClock.now
    let seen = expect(watchers)
    subject.change(number + 10, to: number % 2 == 0 ? "BSY" : "NLN")
    return await seen.value.map { $0 - sent }
  }

  /// Comes to an end when `count` changes of status have been seen from now on, by all watchers together.
  func expect(_ count: Int) -> Task<[ContinuousClock.Instant], Never> {
    state.withLock { state in
      state.expected = count
      state.seen = []
    }
    return Task {
      await withCheckedContinuation { continuation in
        resume { $0.waiting = continuation }
      }
    }
  }

  fileprivate func saw(_ count: Int, at instant: ContinuousClock.Instant) {
    resume { state in for _ in 0..<count { state.seen.append(instant) } }
  }

  /// Changes the state, and lets go on who waits if that was all.
  private func resume(_ change: (inout State) -> Void) {
    let (waiting, seen) = state.withLock { state in
      change(&state)
      return (state.finished(), state.seen)
    }
    waiting?.resume(returning: seen)
  }
}

/// Counts the changes of status that come on one connection.
final class WatchEye: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer
  private let board: WatchBoard
  private let dialect: LoadDialect
  private var decoder = LineDecoder(.fromServer)

  init(_ board: WatchBoard, _ dialect: LoadDialect = .msnp7) {
    self.board = board
    self.dialect = dialect
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let now = ContinuousClock.now
    var bytes = unwrapInboundIn(data)
    decoder.append(&bytes)
    var count = 0
    while let line = try? decoder.next() {
      switch line.verb {
      case .NLN: count += 1
      case .CHL:
        let answer = dialect.answer(99, toChallenge: line.text(1) ?? "")
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
      default: break
      }
    }
    if count > 0 { board.saw(count, at: now) }
  }
}
