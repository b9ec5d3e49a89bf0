import MSNP
import NIOCore
import Synchronization

/// How many lines of a kind have come on some connections.
final class LineCount: Sendable {
  private let verb: Verb
  private let count = Mutex(0)

  var value: Int { count.withLock(\.self) }

  init(_ verb: Verb) { self.verb = verb }

  /// Counts on one more connection, of which nobody reads any more.
  func listen(on channel: any Channel) async throws {
    try await channel.eventLoop.submit { [self] in
      try channel.pipeline.syncOperations.addHandler(LineEar(verb, self))
    }.get()
  }

  fileprivate func add(_ lines: Int) { count.withLock { $0 += lines } }
}

private final class LineEar: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  private let verb: Verb
  private let count: LineCount
  private var decoder = LineDecoder(.fromServer)

  init(_ verb: Verb, _ count: LineCount) {
    self.verb = verb
    self.count = count
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    decoder.append(&bytes)
    var lines = 0
    while let line = try? decoder.next() { if line.verb == verb { lines += 1 } }
    if lines > 0 { count.add(lines) }
  }
}
