import ArgumentParser
import Foundation
import MSNP
import NIOCore
import NIOPosix

/// Writes down what a server answers to a sign-in, for the floor to play.
struct Record: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Sign in once, and write the answers to a file for monarch-floor.")

  @Option(help: "The notification server's address.")
  var server = "127.0.0.2:1863"

  @Option(help: "Which user signs in, by number.")
  var user = 0

  @Argument(help: "The file.")
  var file: String

  func run() async throws {
    guard let address = HostPort(server) else { throw LoadFailure("no address: \(server)") }
    try await Record.score(of: Load.Users.handle(user), at: address).write(to: URL(fileURLWithPath: file))
  }

  /// What the server answers to each line of somebody's sign-in, as monarch-floor reads it.
  static func score(of handle: String, at address: HostPort) async throws -> Data {
    let stream = try await LineStream.connect(to: address)
    let transcript = try await Transcript.attached(to: try await stream.taken())
    var score = Data()
    for step in SignInSteps.all {
      let answer = try await transcript.answer(to: step.line(handle, transcript.last))
      score.append(Data("\(answer.readableBytes)\n".utf8))
      score.append(contentsOf: answer.readableBytesView)
    }
    stream.close()
    return score
  }
}

/// What a client says to sign in with MSNP5, each line after the whole answer to the one before.
enum SignInSteps: CaseIterable {
  case version, identity, response, lists, status

  static var all: [SignInSteps] { allCases }

  /// - Parameter last: the answer to the line before.
  func line(_ handle: String, _ last: ByteBuffer) -> String {
    switch self {
    case .version: return "VER 1 MSNP5 CVR0\r\n"
    case .identity: return "USR 2 MD5 I \(handle)\r\n"
    case .response:
      let challenge = String(buffer: last).split(separator: " ").last?.filter { !$0.isNewline } ?? ""
      return "USR 3 MD5 S \(LoadClient.digest(challenge))\r\n"
    case .lists: return "SYN 4 0\r\n"
    case .status: return "CHG 5 NLN\r\n"
    }
  }
}

/// Everything that comes on a connection, as bytes.
private actor Transcript {
  private let channel: any Channel
  private let pieces: AsyncStream<ByteBuffer>
  private(set) var last = ByteBuffer()

  private init(_ channel: any Channel, _ pieces: AsyncStream<ByteBuffer>) {
    self.channel = channel
    self.pieces = pieces
  }

  static func attached(to channel: any Channel) async throws -> Transcript {
    let (pieces, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
    try await channel.eventLoop.submit {
      try channel.pipeline.syncOperations.addHandler(Recorder(continuation))
    }.get()
    return Transcript(channel, pieces)
  }

  /// Sends a line and answers with what comes until nothing has come for a while.
  func answer(to line: String) async throws -> ByteBuffer {
    try await channel.writeAndFlush(ByteBuffer(string: line))
    var all = ByteBuffer()
    let (channel, quiet) = (channel, Duration.milliseconds(300))
    var iterator = pieces.makeAsyncIterator()
    var alarm = Transcript.alarm(channel, after: quiet)
    while var piece = await iterator.next(isolation: self) {
      guard piece.readableBytes > 0 else { break }
      alarm.cancel()
      all.writeBuffer(&piece)
      alarm = Transcript.alarm(channel, after: quiet)
    }
    last = all
    return all
  }

  /// After the time nothing counts as the end of the answer: an empty piece says so.
  private static func alarm(_ channel: any Channel, after time: Duration) -> Task<Void, Never> {
    Task {
      guard (try? await Task.sleep(for: time)) != nil else { return }
      channel.pipeline.fireUserInboundEventTriggered(Recorder.Silence())
    }
  }
}

private final class Recorder: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  struct Silence: Sendable {}
  private let pieces: AsyncStream<ByteBuffer>.Continuation

  init(_ pieces: AsyncStream<ByteBuffer>.Continuation) { self.pieces = pieces }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) { pieces.yield(unwrapInboundIn(data)) }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is Silence { pieces.yield(ByteBuffer()) }
  }

  func channelInactive(context: ChannelHandlerContext) { pieces.finish() }
}
