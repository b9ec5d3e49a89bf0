import MSNP
import NIOCore
import Synchronization

/// Somebody who changes the status, and a contact who is told. Both connections are on one event loop, and times are
/// taken there.
final class PresencePair: Sendable {
  private struct State {
    var turn = 0
    /// Statuses that the watcher has not been told of yet, and when each was sent.
    var underWay: [(status: Status, at: ContinuousClock.Instant)] = []
    var arrival: EventLoopPromise<Void>?
  }

  private let subject: any Channel
  private let tally: PresenceTally
  private let state = Mutex(State())

  /// How long a change may be on its way before it counts as lost.
  static let patience = TimeAmount.seconds(5)

  /// The visible statuses in turn, so that each `NLN` tells which change it is of, and each change is one.
  private static let changes: [(status: Status, line: ByteBuffer)] =
    ([.busy, .away, .idle, .beRightBack, .onThePhone, .outToLunch, .online] as [Status]).map {
      ($0, ByteBuffer(string: "CHG 9 \($0.rawValue)\r\n"))
    }

  private init(_ subject: any Channel, _ tally: PresenceTally) {
    self.subject = subject
    self.tally = tally
  }

  /// Takes over the connections of two who are signed in; `tally` counts what they see.
  static func begin(_ subject: LoadClient, _ watcher: LoadClient, _ tally: PresenceTally) async throws -> PresencePair {
    let pair = PresencePair(subject.notification.channel, tally)
    for stream in [subject.notification, watcher.notification] {
      try await stream.channel.pipeline.removeHandler(name: "lines").get()
      try await stream.channel.pipeline.addHandler(PresenceReader(pair)).get()
    }
    return pair
  }

  /// Changes the status; on the event loop.
  func change() {
    let line = state.withLock { state in
      let change = Self.changes[state.turn % Self.changes.count]
      state.turn += 1
      state.underWay.append((change.status, .now))
      return change.line
    }
    tally.sent()
    subject.writeAndFlush(line, promise: nil)
  }

  /// Changes the status and returns when the watcher has been told; throws when that does not happen.
  func changeAndWait() async throws {
    let loop = subject.eventLoop
    let promise = loop.makePromise(of: Void.self)
    state.withLock { $0.arrival = promise }
    let timeout = loop.scheduleTask(in: Self.patience) { promise.fail(LoadFailure("the watcher is told nothing")) }
    loop.execute { self.change() }
    try await promise.futureResult.get()
    timeout.cancel()
  }

  /// A line for the subject or the watcher. A state that was overtaken by a newer one is told to nobody.
  fileprivate func read(_ line: Line, _ now: ContinuousClock.Instant) {
    switch line.verb {
    case .NLN:
      guard let status = line.text(0).flatMap(Status.init) else { return }
      let (sentAt, overtaken, arrival) = state.withLock { state in
        guard let index = state.underWay.firstIndex(where: { $0.status == status }) else {
          return (nil as ContinuousClock.Instant?, 0, nil as EventLoopPromise<Void>?)
        }
        let at = state.underWay[index].at
        state.underWay.removeFirst(index + 1)
        defer { state.arrival = nil }
        return (at, index, state.arrival)
      }
      guard let sentAt else { return }
      tally.arrived(after: now - sentAt, overtaken: overtaken)
      arrival?.succeed()
    case .CHG: break
    default: if UInt16(line.verb.description) != nil { tally.refused() }
    }
  }
}

private final class PresenceReader: ChannelInboundHandler, Sendable {
  typealias InboundIn = ByteBuffer
  private let pair: PresencePair
  private let decoder = Mutex(LineDecoder(.fromServer))

  init(_ pair: PresencePair) { self.pair = pair }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let now = ContinuousClock.now
    var bytes = unwrapInboundIn(data)
    decoder.withLock { decoder in
      decoder.append(&bytes)
      while let line = try? decoder.next() { pair.read(line, now) }
    }
  }
}
