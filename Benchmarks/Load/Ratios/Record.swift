import ArgumentParser
import Foundation
import MSNP
import NIOCore
import NIOPosix
import Synchronization

/// Writes down what a server answers to a sign-in, for the floor to play.
struct Record: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Sign in once, and write the answers to a file for monarch-floor.")

  @Option(help: "The notification server's address.")
  var server = "127.0.0.2:1863"

  @Option(help: "Which user signs in, by number.")
  var user = 0

  @OptionGroup var dialect: DialectOptions

  @OptionGroup var company: CompanyOptions

  @Argument(help: "The file.")
  var file: String

  /// For so long nothing has come when an answer is whole: behind the line that ends it there may be more.
  private static let quiet = Duration.milliseconds(60)

  func run() async throws {
    guard let address = HostPort(server) else { throw LoadFailure("no address: \(server)") }
    let handle = Load.Users.handle(user)
    let company = try await company.signIn(on: address, dialect)
    let entrance = try await dialect.entrance(for: [handle])
    try await Record.score(of: handle, at: address, by: entrance).write(to: URL(fileURLWithPath: file))
    for client in company { client.close() }
  }

  /// What the server answers to each line of somebody's sign-in, as monarch-floor reads it.
  static func score(
    of handle: String, at address: HostPort, by entrance: Entrance = Entrance()
  ) async throws -> Data {
    var scene = entrance.scene(of: handle)
    let stream = try await LineStream.connect(to: address)
    let tap = Tap()
    try await stream.channel.pipeline.addHandler(tap, position: .first).get()
    var score = Data()
    for step in entrance.dialect.script {
      scene.last = try await stream.take(step, scene)
      repeat { try await Task.sleep(for: quiet) } while tap.hasNews
      let answer = tap.take()
      score.append(Data("\(answer.readableBytes)\n".utf8))
      score.append(contentsOf: answer.readableBytesView)
    }
    stream.close()
    return score
  }
}

/// Keeps a copy of what comes on a connection.
private final class Tap: ChannelInboundHandler, Sendable {
  typealias InboundIn = ByteBuffer
  private let state = Mutex((bytes: ByteBuffer(), hasNews: false))

  /// Whether anything has come since the last time this was asked.
  var hasNews: Bool {
    state.withLock { state in
      defer { state.hasNews = false }
      return state.hasNews
    }
  }

  /// What has come since the last time.
  func take() -> ByteBuffer {
    state.withLock { state in
      defer { state.bytes = ByteBuffer() }
      return state.bytes
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var piece = unwrapInboundIn(data)
    state.withLock { state in
      state.bytes.writeBuffer(&piece)
      state.hasNews = true
    }
    context.fireChannelRead(data)
  }
}
