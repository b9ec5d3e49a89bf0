import ArgumentParser
import Foundation
import NIOCore
import NIOPosix

/// The floor to compare with: a bare SwiftNIO server that sends and takes the same bytes as Monarch's roles do, and knows
/// nothing of rules, accounts, limits or logs.
@main
struct FloorProgram: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "monarch-floor", abstract: "The bare server that Monarch is compared with.",
    discussion: """
      A connection that begins with VER is played a score: the answers of a real server, one a line, as 'monarch-load \
      record' wrote them down. From its last line on every CHG and REA is echoed and shown to all others, and PNG is \
      answered. A connection that begins with FLR takes part in a conversation: what it sends as MSG the others in it \
      are sent.

      It never stops by itself.
      """)

  @Option(help: "The port on 127.0.0.1.")
  var port = 18639

  @Option(help: "How many event loops.")
  var loops = 1

  @Option(help: "The score.")
  var score: String?

  @Option(help: "To how many others who came before the end of a score is shown, as NLN.")
  var told = 0

  func run() async throws {
    let score = try score.map { try Score(path: $0) } ?? Score()
    let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
    let (hall, told) = (Hall(), told)
    let server = try await ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(FloorConnection(score, hall, told: told))
        }
      }
      .bind(host: "127.0.0.1", port: port).get()
    print("The floor is ready.")
    fflush(nil)
    try await server.closeFuture.get()
  }
}
