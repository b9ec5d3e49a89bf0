import Logging
import MSNP
import NIOCore

/// Serves several roles on one port: the first command tells which one the client wants, `VER` a notification server,
/// `USR` or `ANS` a switchboard.
public final class RoleSelector: ChannelInboundHandler, RemovableChannelHandler {
  public typealias InboundIn = ByteBuffer
  public typealias InboundOut = ByteBuffer

  private static let longestFirstLine = 8192
  private var received = ByteBuffer()
  private var timeout: Scheduled<Void>?
  private var gateway: ThroughGateway?
  private let patience: TimeAmount
  private let logger: Logger
  private let handler: @Sendable (Verb) -> (any ChannelHandler)?

  /// `handler` gives the role's handler for a connection that begins with the verb; nil closes it.
  public init(
    patience: TimeAmount = .seconds(30), logger: Logger, handler: @escaping @Sendable (Verb) -> (any ChannelHandler)?
  ) {
    self.patience = patience
    self.logger = logger
    self.handler = handler
  }

  public func handlerAdded(context: ChannelHandlerContext) {
    timeout = context.eventLoop.assumeIsolated().scheduleTask(in: patience) {
      context.close(promise: nil)
    }
  }

  public func handlerRemoved(context: ChannelHandlerContext) { timeout?.cancel() }

  public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? ThroughGateway { gateway = event }
    context.fireUserInboundEventTriggered(event)
  }

  public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    received.writeBuffer(&bytes)
    skipBlankLines()
    guard received.readableBytes >= 3 else { return }
    guard let verb = firstVerb(), let handler = handler(verb) else {
      logger.notice(
        "ends", metadata: ["why": "the first command is neither VER, USR nor ANS", "from": "\(from(context))"])
      return context.close(promise: nil)
    }
    timeout?.cancel()
    let replay = received
    do {
      try context.pipeline.syncOperations.addHandler(handler, position: .after(context.handler))
      if let gateway { context.fireUserInboundEventTriggered(gateway) }
      context.fireChannelRead(wrapInboundOut(replay))
      context.pipeline.syncOperations.removeHandler(self, promise: nil)
    } catch {
      context.close(promise: nil)
    }
  }

  private func from(_ context: ChannelHandlerContext) -> String {
    gateway?.client.ipAddress ?? context.channel.peer
  }

  private func firstVerb() -> Verb? {
    let view = received.readableBytesView
    return Verb(view[view.startIndex], view[view.startIndex + 1], view[view.startIndex + 2])
  }

  private func skipBlankLines() {
    while let byte = received.getInteger(at: received.readerIndex, as: UInt8.self),
      byte == 0x0a || byte == 0x0d || byte == 0x20 || byte == 0x09
    {
      received.moveReaderIndex(forwardBy: 1)
    }
    received.discardReadBytes()
  }
}
