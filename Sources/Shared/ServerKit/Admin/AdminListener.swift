import Logging
import MSNP
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A node's HTTP for its operator: `/live`, `/ready` and `/metrics`, one request a connection.
///
///     GET /live     200 live
///     GET /ready    200 ready, or 503 with the reason
///     GET /metrics  200 with Prometheus' text
///
/// Nobody is asked who they are: it belongs on an address that only the operator reaches. Whoever connects can neither
/// hold the node up nor fill its memory: a handful of connections, a few seconds and a short request each.
public struct AdminListener: Sendable {
  private static let maximumConnections = 16

  private let channel: any Channel

  /// Where it listens; the port is the one that was found when 0 was asked for.
  public let address: HostPort

  /// Listens. `status` is asked at each request, on an event loop: it must not block.
  ///
  /// Throws ``ListenFailure`` when the address cannot be had.
  ///
  /// - Parameter patience: how long a connection may last.
  public static func bind(
    _ address: HostPort, on group: any EventLoopGroup, patience: TimeAmount = .seconds(10), logger: Logger,
    status: @escaping @Sendable () -> NodeStatus
  ) async throws -> AdminListener {
    let places = Places(maximumConnections)
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard places.take() else {
            logger.notice("refused a connection: too many", metadata: ["from": "\(channel.peer)"])
            throw ChannelError.ioOnClosedChannel
          }
          channel.closeFuture.whenComplete { _ in places.giveBack() }
          let timeout = channel.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
          channel.closeFuture.whenComplete { _ in timeout.cancel() }
          try addHandlers(to: channel, status: status)
        }
      }
    do {
      let channel = try await bootstrap.bind(host: address.host, port: address.port).get()
      return AdminListener(channel: channel, host: address.host)
    } catch let error as IOError {
      throw ListenFailure(address: address, error: error)
    }
  }

  private init(channel: any Channel, host: String) {
    self.channel = channel
    address = HostPort(host: host, port: channel.localAddress?.port ?? 0)
  }

  public func close() async { try? await channel.close() }

  private static func addHandlers(to channel: any Channel, status: @escaping @Sendable () -> NodeStatus) throws {
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(RequestLimit())
    try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false, withErrorHandling: true)
    try pipeline.addHandler(AdminHandler(status: status))
  }
}

/// How many connections there may be at a time.
private final class Places: Sendable {
  private let maximum: Int
  private let taken = Mutex(0)

  init(_ maximum: Int) { self.maximum = maximum }

  func take() -> Bool {
    taken.withLock { taken in
      guard taken < maximum else { return false }
      taken += 1
      return true
    }
  }

  func giveBack() { taken.withLock { $0 -= 1 } }
}

/// Ends a connection that sends more than any request of an operator has.
private final class RequestLimit: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private static let maximum = 8192
  private var received = 0

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    received += unwrapInboundIn(data).readableBytes
    guard received <= RequestLimit.maximum else { return context.close(promise: nil) }
    context.fireChannelRead(data)
  }
}
