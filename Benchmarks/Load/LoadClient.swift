import Crypto
import MSNP
import NIOCore
import NIOPosix

/// A client that signs in and stays, or opens a conversation.
final class LoadClient: Sendable {
  let handle: String
  let notification: LineStream

  private init(handle: String, notification: LineStream) {
    self.handle = handle
    self.notification = notification
  }

  /// Signs people in, fifty at a time, through the dispatch server up to their first `CHG`.
  static func signIn(_ users: Range<Int>, at server: String) async throws -> [LoadClient] {
    guard let address = HostPort(server) else { throw LoadFailure("no address: \(server)") }
    var clients: [LoadClient] = []
    for start in stride(from: users.lowerBound, to: users.upperBound, by: 50) {
      let batch = start..<min(start + 50, users.upperBound)
      clients += try await withThrowingTaskGroup(of: (Int, LoadClient).self) { group in
        for user in batch { group.addTask { (user, try await signIn(Load.Users.handle(user), at: address)) } }
        return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
      }
    }
    return clients
  }

  private static func signIn(_ handle: String, at dispatch: HostPort) async throws -> LoadClient {
    let first = try await LineStream.connect(to: dispatch)
    _ = try await first.ask("VER 1 MSNP5 CVR0", for: "VER")
    let transfer = try await first.ask("USR 2 MD5 I \(handle)", for: "XFR")
    first.close()
    guard let address = transfer.text(2).flatMap({ HostPort($0) }) else { throw LoadFailure("no address in XFR") }
    let stream = try await LineStream.connect(to: address)
    _ = try await stream.ask("VER 1 MSNP5 CVR0", for: "VER")
    let challenge = try await stream.ask("USR 2 MD5 I \(handle)", for: "USR").text(3) ?? ""
    let digest = Insecure.MD5.hash(data: Array((challenge + "load").utf8))
    let response = digest.map { String(format: $0) }.joined()
    _ = try await stream.ask("USR 3 MD5 S \(response)", for: "USR")
    stream.send("SYN 4 0\r\n")
    repeat {
      let line = try await stream.next("LST")
      if line.isWord(1, "RL"), line.text(3) == line.text(4) { break }
    } while true
    _ = try await stream.ask("CHG 5 NLN", for: "CHG")
    return LoadClient(handle: handle, notification: stream)
  }

  func close() { notification.close() }
}

extension String {
  fileprivate init(format byte: UInt8) { self = (byte < 16 ? "0" : "") + String(byte, radix: 16) }
}

struct LoadFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// A connection of lines, read one after the other.
final class LineStream: Sendable {
  let channel: any Channel
  private let lines: Inbox

  private init(channel: any Channel, lines: AsyncThrowingStream<Line, any Error>) {
    self.channel = channel
    self.lines = Inbox(lines)
  }

  static func connect(to address: HostPort) async throws -> LineStream {
    let (lines, continuation) = AsyncThrowingStream.makeStream(of: Line.self)
    let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(LineReader(continuation), name: "lines")
        }
      }
      .connect(host: address.host, port: address.port).get()
    return LineStream(channel: channel, lines: lines)
  }

  func send(_ text: String) { channel.writeAndFlush(ByteBuffer(string: text), promise: nil) }

  /// Sends a line and waits for one with the verb; an error number instead of it throws.
  func ask(_ text: String, for verb: String) async throws -> Line {
    send(text + "\r\n")
    return try await next(verb)
  }

  func next(_ verb: String) async throws -> Line {
    while let line = try await lines.next() {
      if line.verb.description == verb { return line }
      if UInt16(line.verb.description) != nil { throw LoadFailure("\(line.text) instead of \(verb)") }
    }
    throw LoadFailure("closed instead of \(verb)")
  }

  func close() { channel.close(promise: nil) }
}

/// Hands on the lines that arrive.
private final class LineReader: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  private var decoder = LineDecoder(.fromServer)
  private let lines: AsyncThrowingStream<Line, any Error>.Continuation

  init(_ lines: AsyncThrowingStream<Line, any Error>.Continuation) { self.lines = lines }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    decoder.append(&bytes)
    do {
      while let line = try decoder.next() { lines.yield(line) }
    } catch {
      lines.finish(throwing: error)
    }
  }

  func channelInactive(context: ChannelHandlerContext) { lines.finish() }
}

/// The lines of one connection, taken by one task at a time.
private actor Inbox {
  private let lines: AsyncThrowingStream<Line, any Error>

  init(_ lines: AsyncThrowingStream<Line, any Error>) { self.lines = lines }

  func next() async throws -> Line? {
    var iterator = lines.makeAsyncIterator()
    return try await iterator.next()
  }
}
