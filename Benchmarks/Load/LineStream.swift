import MSNP
import NIOCore
import NIOPosix

/// A line, and when it was read from its socket.
struct Arrival: Sendable {
  let line: Line
  let at: ContinuousClock.Instant
}

/// A connection of lines, read one after the other.
final class LineStream: Sendable {
  let channel: any Channel
  private let gate: LineGate
  private let lines: Inbox

  private init(channel: any Channel, gate: LineGate, lines: AsyncThrowingStream<Arrival, any Error>) {
    self.channel = channel
    self.gate = gate
    self.lines = Inbox(lines)
  }

  static func connect(
    to address: HostPort, _ loops: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  ) async throws -> LineStream {
    let (lines, continuation) = AsyncThrowingStream.makeStream(of: Arrival.self)
    let gate = LineGate()
    let channel = try await ClientBootstrap(group: loops)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(LineReader(gate, continuation), name: "lines")
        }
      }
      .connect(host: address.host, port: address.port).get()
    return LineStream(channel: channel, gate: gate, lines: lines)
  }

  func send(_ text: String) { channel.writeAndFlush(ByteBuffer(string: text), promise: nil) }

  /// Sends a line and waits for one with the verb; an error number instead of it throws.
  func ask(_ text: String, for verb: String) async throws -> Line {
    send(text + "\r\n")
    return try await next(verb)
  }

  func next(_ verb: String) async throws -> Line { try await arrival(of: verb).line }

  /// The next line with the verb, and when it came.
  func arrival(of verb: String) async throws -> Arrival {
    while let arrival = try await lines.next() {
      let line = arrival.line
      if line.verb.description == verb { return arrival }
      if line.isError { throw LoadFailure("\(line.text) instead of \(verb)") }
    }
    throw LoadFailure("closed instead of \(verb)")
  }

  /// Takes a step of a sign-in: the line that ends the answer, or `XFR` in its place. Nobody gets to see the others, nor
  /// what comes between steps, until ``open(_:)``.
  func take(_ step: SignInStep, _ scene: SignInScene) async throws -> Line {
    gate.close(until: step.end)
    let text = step.line(scene)
    send(text)
    guard let line = try await lines.next()?.line else { throw LoadFailure("closed instead of an answer to \(text)") }
    guard !line.isError else { throw LoadFailure("\(line.text) in answer to \(text)") }
    return line
  }

  /// The sign-in is over: lines are there for ``next(_:)``, and challenges are answered.
  func open(_ dialect: LoadDialect) { gate.open(dialect) }

  func close() { channel.close(promise: nil) }
}

/// Hands on the lines that arrive.
private final class LineReader: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer
  private var decoder = LineDecoder(.fromServer)
  private let gate: LineGate
  private let lines: AsyncThrowingStream<Arrival, any Error>.Continuation

  init(_ gate: LineGate, _ lines: AsyncThrowingStream<Arrival, any Error>.Continuation) {
    self.gate = gate
    self.lines = lines
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let now = ContinuousClock.now
    var bytes = unwrapInboundIn(data)
    decoder.append(&bytes)
    do {
      while let line = try decoder.next() {
        switch gate.passage(of: line) {
        case .through: lines.yield(Arrival(line: line, at: now))
        case .answered(let text):
          context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        case .dropped: break
        }
      }
    } catch {
      lines.finish(throwing: error)
    }
  }

  func channelInactive(context: ChannelHandlerContext) { lines.finish() }
}

/// The lines of one connection, taken by one task at a time.
private actor Inbox {
  private let lines: AsyncThrowingStream<Arrival, any Error>

  init(_ lines: AsyncThrowingStream<Arrival, any Error>) { self.lines = lines }

  func next() async throws -> Arrival? {
    var iterator = lines.makeAsyncIterator()
    return try await iterator.next()
  }
}

extension Line {
  /// Whether it begins with a number: an error.
  var isError: Bool { UInt16(verb.description) != nil }
}
