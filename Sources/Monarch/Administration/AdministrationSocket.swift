import Foundation
import Logging
import NIOCore
import NIOPosix

/// The door by which commands reach the server that runs on a data folder: a unix socket there, for its owner only.
///
/// No hot path: a task for each connection, one request after the other.
final class AdministrationSocket: Sendable {
  private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

  private let path: String
  private let serving: Task<Void, Never>

  private init(path: String, serving: Task<Void, Never>) {
    self.path = path
    self.serving = serving
  }

  /// Listens at the path. A socket left behind by a killed server is replaced; that no living one uses the folder is
  /// for the caller to know, by the folder's lock.
  static func start(
    path: String, administration: LocalAdministration,
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton, logger: Logger = Logger(label: "administration")
  ) async throws -> AdministrationSocket {
    let socket = try UnixSocket.bound(to: path)
    let listener = try await ServerBootstrap(group: group).bind(socket) { channel in
      channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
    }
    let serving = Task {
      await AdministrationSocket.serve(listener, administration, logger)
    }
    return AdministrationSocket(path: path, serving: serving)
  }

  /// Ends all connections and removes the socket.
  func stop() async {
    serving.cancel()
    await serving.value
    unlink(path)
  }

  private static func serve(
    _ listener: NIOAsyncChannel<Connection, Never>, _ administration: LocalAdministration, _ logger: Logger
  ) async {
    do {
      try await listener.executeThenClose { connections in
        try await withThrowingDiscardingTaskGroup { group in
          for try await connection in connections {
            group.addTask { await serve(connection, administration, logger) }
          }
        }
      }
    } catch is CancellationError {
    } catch {
      logger.error("the administration socket failed", metadata: ["cause": "\(error)"])
    }
  }

  private static func serve(
    _ connection: Connection, _ administration: LocalAdministration, _ logger: Logger
  ) async {
    do {
      try await connection.executeThenClose { inbound, outbound in
        var lines = RequestLines()
        for try await bytes in inbound {
          try lines.append(bytes)
          while let line = lines.next() {
            try await outbound.write(await reply(to: line, administration))
          }
        }
      }
    } catch is CancellationError {
    } catch {
      logger.warning("an administration connection ended", metadata: ["cause": "\(error)"])
    }
  }

  private static func reply(to line: ByteBuffer, _ administration: LocalAdministration) async throws -> ByteBuffer {
    let reply: AdministrationReply
    do {
      let request = try JSONDecoder().decode(AdministrationRequest.self, from: Data(line.readableBytesView))
      reply = await request.perform(on: administration)
    } catch {
      reply = .failed(
        reason: "the running server does not know this request: run the command from the same version of monarch")
    }
    var bytes = ByteBuffer(bytes: try JSONEncoder().encode(reply))
    bytes.writeInteger(UInt8(ascii: "\n"))
    return bytes
  }
}

/// Cuts what arrives into lines of bounded length.
struct RequestLines {
  struct TooLong: Error, CustomStringConvertible {
    var description: String { "a request longer than \(AdministrationRequest.maximumLength) bytes" }
  }

  private var buffer = ByteBuffer()
  /// How many of the readable bytes are known to hold no line feed.
  private var scanned = 0

  mutating func append(_ bytes: ByteBuffer) throws(TooLong) {
    buffer.discardReadBytes()
    buffer.writeImmutableBuffer(bytes)
    let hasLine = buffer.readableBytesView.dropFirst(scanned).contains(UInt8(ascii: "\n"))
    guard hasLine || buffer.readableBytes <= AdministrationRequest.maximumLength else { throw TooLong() }
  }

  /// The next line without its end; nil until more bytes arrive.
  mutating func next() -> ByteBuffer? {
    let view = buffer.readableBytesView
    guard let lineFeed = view.dropFirst(scanned).firstIndex(of: UInt8(ascii: "\n")) else {
      scanned = view.count
      return nil
    }
    scanned = 0
    defer { buffer.moveReaderIndex(forwardBy: 1) }
    return buffer.readSlice(length: lineFeed - view.startIndex)
  }
}
