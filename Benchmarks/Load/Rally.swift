import MSNP
import NIOCore
import Synchronization

/// Two people in a conversation who answer each other's message at once, for ever.
final class Rally: Sendable {
  private let server: LineStream
  private let message: ByteBuffer
  private let hits: Atomic<Int>

  var count: Int { hits.load(ordering: .relaxed) }

  private init(server: LineStream, message: ByteBuffer) {
    self.server = server
    self.message = message
    hits = Atomic(0)
  }

  /// Brings two signed-in people together on a switchboard.
  static func begin(_ first: LoadClient, _ second: LoadClient, size: Int) async throws -> Rally {
    let transfer = try await first.notification.ask("XFR 9 SB", for: "XFR")
    guard let address = transfer.text(2).flatMap({ HostPort($0) }), let ticket = transfer.text(4) else {
      throw LoadFailure("no switchboard in XFR")
    }
    let caller = try await LineStream.connect(to: address)
    _ = try await caller.ask("USR 1 \(first.handle) \(ticket)", for: "USR")
    _ = try await caller.ask("CAL 2 \(second.handle)", for: "CAL")
    let ring = try await second.notification.next("RNG")
    let callee = try await LineStream.connect(to: address)
    _ = try await callee.ask("ANS 1 \(second.handle) \(ring.text(3) ?? "") \(ring.text(0) ?? "")", for: "ANS")
    _ = try await caller.next("JOI")
    let message = ByteBuffer(string: "MSG 3 U \(size)\r\n" + String(repeating: "x", count: size))
    let rally = Rally(server: caller, message: message)
    for stream in [caller, callee] {
      try await stream.channel.pipeline.removeHandler(name: "lines").get()
      try await stream.channel.pipeline.addHandler(Racket(rally, message, size: size)).get()
    }
    return rally
  }

  /// Plays the first ball.
  func serve() { server.channel.writeAndFlush(message, promise: nil) }

  fileprivate func hit() { hits.add(1, ordering: .relaxed) }
}

/// Answers each message that has arrived whole.
private final class Racket: ChannelInboundHandler, Sendable {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer
  private let rally: Rally
  private let message: ByteBuffer
  private let decoder: Mutex<LineDecoder>

  init(_ rally: Rally, _ message: ByteBuffer, size: Int) {
    self.rally = rally
    self.message = message
    decoder = Mutex(LineDecoder(.fromServer))
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    let arrived = decoder.withLock { decoder in
      decoder.append(&bytes)
      var count = 0
      while let line = try? decoder.next() { if line.verb == .MSG { count += 1 } }
      return count
    }
    for _ in 0..<arrived {
      rally.hit()
      context.write(wrapOutboundOut(message), promise: nil)
    }
    context.flush()
  }
}
