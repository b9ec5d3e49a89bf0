import Foundation
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// The door by which commands reach the server that runs on a data folder: a unix socket there, for its owner only.
final class AdministrationSocket: Sendable {
  private let path: String
  private let listener: any Channel
  private let connections: Connections

  private init(path: String, listener: any Channel, connections: Connections) {
    self.path = path
    self.listener = listener
    self.connections = connections
  }

  /// Listens at the path. A socket left behind by a killed server is replaced; that no living one uses the folder is
  /// for the caller to know, by the folder's lock.
  static func start(
    path: String, administration: LocalAdministration, service: RunningService = RunningService(),
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton, logger: Logger = Logger(label: "administration")
  ) async throws -> AdministrationSocket {
    let connections = Connections()
    let socket = try UnixSocket.bound(to: path)
    let bootstrap = ServerBootstrap(group: group).childChannelInitializer { channel in
      connections.add(channel)
      return channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHandler(AdministrationHandler(administration, service, logger))
      }
    }
    let listener = try await bootstrap.withBoundSocket(socket).get()
    return AdministrationSocket(path: path, listener: listener, connections: connections)
  }

  /// Ends all connections and removes the socket.
  func stop() async {
    try? await listener.close()
    await connections.closeAll()
    unlink(path)
  }

  /// Those that are open.
  private final class Connections: Sendable {
    private struct State {
      var channels: [ObjectIdentifier: any Channel] = [:]
      var isOpen = true
    }

    private let state = Mutex(State())

    /// Notes a connection until it closes; closes it at once when none is wanted any more.
    func add(_ channel: any Channel) {
      let id = ObjectIdentifier(channel)
      let isWelcome = state.withLock { state in
        if state.isOpen { state.channels[id] = channel }
        return state.isOpen
      }
      guard isWelcome else { return channel.close(promise: nil) }
      channel.closeFuture.whenComplete { [self] _ in _ = state.withLock { $0.channels.removeValue(forKey: id) } }
    }

    func closeAll() async {
      let channels = state.withLock { state in
        state.isOpen = false
        return Array(state.channels.values)
      }
      for channel in channels { try? await channel.close() }
    }
  }
}

/// One connection: a request at a time, read no faster than answered.
private final class AdministrationHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let administration: LocalAdministration
  private let service: RunningService
  private let logger: Logger
  private var lines = RequestLines()
  private var isBusy = false

  init(_ administration: LocalAdministration, _ service: RunningService, _ logger: Logger) {
    self.administration = administration
    self.service = service
    self.logger = logger
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    do {
      try lines.append(unwrapInboundIn(data))
    } catch {
      logger.warning("an administration connection was closed", metadata: ["cause": "\(error)"])
      return context.close(promise: nil)
    }
    answerNext(context)
  }

  private func answerNext(_ context: ChannelHandlerContext) {
    guard !isBusy, let line = lines.next() else { return }
    isBusy = true
    try? context.channel.syncOptions?.setOption(.autoRead, value: false)
    let reply = context.eventLoop.makeFutureWithTask { [administration, service] in
      try await AdministrationHandler.reply(to: line, administration, service)
    }
    reply.assumeIsolated().whenComplete { [self] result in
      isBusy = false
      guard case .success(let bytes) = result else { return context.close(promise: nil) }
      context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
      try? context.channel.syncOptions?.setOption(.autoRead, value: true)
      answerNext(context)
    }
  }

  /// Off the event loop: requests may be megabytes of JSON.
  private static func reply(
    to line: ByteBuffer, _ administration: LocalAdministration, _ service: RunningService
  ) async throws -> ByteBuffer {
    let reply: AdministrationReply
    do {
      let request = try JSONDecoder().decode(AdministrationRequest.self, from: Data(line.readableBytesView))
      reply = await request.perform(on: administration, service: service)
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
