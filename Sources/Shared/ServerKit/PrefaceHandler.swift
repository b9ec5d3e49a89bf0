import Logging
import NIOCore

/// Judges what a web node says at the beginning of a connection of whom it speaks for.
public typealias PrefaceJudge = @Sendable (_ text: String) -> PrefaceVerdict

/// What a preface is worth.
public enum PrefaceVerdict: Sendable {
  /// It is good, and this is the client's address.
  case client(SocketAddress)
  /// It is not, for the reason given.
  case refused(String)
}

/// What the handlers behind ``PrefaceHandler`` are told, before any byte: the connection is a web node's, for the client
/// at this address.
struct ThroughGateway: Sendable {
  let client: SocketAddress
}

/// Takes the preface off a connection that begins with one, and goes; a client that sends none loses nothing.
///
///     >>> GWY <text>           whoever sends it comes from a web node, and the text must be good
///
/// No command of a client is called so. The line must be the first and end in CR LF.
final class PrefaceHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private static let beginning = Array("GWY ".utf8)
  private static let longestLine = 160
  /// The time in which a connection on trial has to say for whom it comes.
  private static let trialTime = TimeAmount.seconds(5)

  private let place: AddressLimit.Place
  private let judge: PrefaceJudge
  private let logger: Logger
  private var received = ByteBuffer()
  private var trial: Scheduled<Void>?
  private var isOver = false

  init(_ place: AddressLimit.Place, logger: Logger, judge: @escaping PrefaceJudge) {
    self.place = place
    self.logger = logger
    self.judge = judge
  }

  func handlerAdded(context: ChannelHandlerContext) {
    guard place.isOnTrial else { return }
    trial = context.eventLoop.assumeIsolated().scheduleTask(in: Self.trialTime) { [self] in
      refuse("its address has too many connections", context)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) { trial?.cancel() }

  func channelInactive(context: ChannelHandlerContext) {
    isOver = true
    trial?.cancel()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isOver else { return }
    var bytes = unwrapInboundIn(data)
    if received.readableBytes == 0 { received = bytes } else { received.writeBuffer(&bytes) }
    let view = received.readableBytesView
    guard view.starts(with: Self.beginning) else {
      // Too short to tell: whatever comes next does.
      if Self.beginning.starts(with: view) { return }
      return place.isOnTrial ? refuse("its address has too many connections", context) : pass(nil, context)
    }
    guard let lineFeed = view.prefix(Self.longestLine).firstIndex(of: 0x0a) else {
      if view.count >= Self.longestLine { refuse("sent a preface that has no end", context) }
      return
    }
    let line = view[view.index(view.startIndex, offsetBy: Self.beginning.count)..<lineFeed]
    guard line.last == 0x0d else { return refuse("sent a preface that does not end in CR LF", context) }
    let text = String(decoding: line.dropLast(), as: UTF8.self)
    received.moveReaderIndex(forwardBy: view.distance(from: view.startIndex, to: lineFeed) + 1)
    take(judge(text), context)
  }

  private func take(_ verdict: PrefaceVerdict, _ context: ChannelHandlerContext) {
    switch verdict {
    case .refused(let reason): refuse("sent \(reason)", context)
    case .client(let address):
      guard place.move(to: address) else {
        return refuse("its client \(address.ipAddress ?? "?") has too many connections", context)
      }
      pass(address, context)
    }
  }

  private func pass(_ client: SocketAddress?, _ context: ChannelHandlerContext) {
    isOver = true
    trial?.cancel()
    if let client { context.fireUserInboundEventTriggered(ThroughGateway(client: client)) }
    if received.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(received)) }
    received = ByteBuffer()
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }

  private func refuse(_ reason: String, _ context: ChannelHandlerContext) {
    guard !isOver else { return }
    isOver = true
    logger.notice("ends", metadata: ["why": "\(reason)", "from": "\(context.channel.peer)"])
    context.close(promise: nil)
  }
}
