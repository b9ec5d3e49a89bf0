import NIOCore

/// What a request to a session is answered with.
enum GatewayReply: Hashable, Sendable {
  case bytes(ByteBuffer, closes: Bool)
  /// The session is over, or has a request in flight.
  case refused
}

/// The hands of a ``GatewaySession``: its connection to the server, and the promise of an answer to its client. Bound to
/// the event loop of its channel, and outlives it: what the server said last is still to be fetched.
final class GatewayConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let loop: any EventLoop
  private let ended: @Sendable (GatewaySession.Ending) -> Void
  private var session: GatewaySession
  private var context: ChannelHandlerContext?
  private var asked: EventLoopPromise<GatewayReply>?
  private var timer: Scheduled<Void>?
  /// What came in one go: it is answered together.
  private var heard = ByteBuffer()

  /// - Parameter ended: called once, on the loop, when the session is over.
  init(
    _ limits: GatewaySession.Limits, on loop: any EventLoop, ended: @escaping @Sendable (GatewaySession.Ending) -> Void
  ) {
    session = GatewaySession(limits)
    self.loop = loop
    self.ended = ended
  }

  // MARK: What the gateway does with it, on its loop

  /// Says for whom the connection is, and brings the first request.
  func open(_ preface: String, _ body: ByteBuffer, _ promise: EventLoopPromise<GatewayReply>) {
    if let context { context.write(wrapOutboundOut(ByteBuffer(string: preface)), promise: nil) }
    ask(body, hold: .zero, promise)
    // Without a body nothing was sent yet.
    context?.flush()
  }

  /// Brings a request of the client.
  func ask(_ body: ByteBuffer, hold: TimeAmount, _ promise: EventLoopPromise<GatewayReply>) {
    let actions = session.ask(body, hold: hold)
    guard actions != [.refuse] else { return promise.succeed(.refused) }
    asked = promise
    perform(actions)
  }

  /// The client of that request may have hung up. If it is in flight it is answered with nothing, which can get lost.
  func hurry(_ promise: EventLoopPromise<GatewayReply>) {
    guard let asked, asked.futureResult === promise.futureResult else { return }
    perform(session.hurry())
  }

  func drain() { perform(session.drain()) }

  /// Ends it whatever the client has not fetched.
  func abandon() { perform(session.abandon()) }

  // MARK: Channel events

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }
  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    heard.writeBuffer(&bytes)
  }

  func channelReadComplete(context: ChannelHandlerContext) { passOn() }

  func channelInactive(context: ChannelHandlerContext) {
    passOn()
    self.context = nil
    perform(session.serverEnded())
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func passOn() {
    guard heard.readableBytes > 0 else { return }
    let bytes = heard
    heard = ByteBuffer()
    perform(session.hear(bytes))
  }

  // MARK: Actions

  private func perform(_ actions: [GatewaySession.Action]) {
    for action in actions {
      switch action {
      case .send(let bytes): send(bytes)
      case .answer(let bytes, let closes):
        let promise = asked
        asked = nil
        promise?.succeed(.bytes(bytes, closes: closes))
      case .refuse: break
      case .read(let wanted): try? context?.channel.syncOptions?.setOption(.autoRead, value: wanted)
      case .timer(let time): set(time)
      case .end(let ending):
        timer?.cancel()
        asked?.succeed(.refused)
        asked = nil
        context?.close(promise: nil)
        ended(ending)
      }
    }
  }

  private func send(_ bytes: ByteBuffer) {
    guard let context else { return }
    let written = context.eventLoop.makePromise(of: Void.self)
    let count = bytes.readableBytes
    written.futureResult.assumeIsolated().whenComplete { [self] _ in session.sent(count) }
    context.writeAndFlush(wrapOutboundOut(bytes), promise: written)
  }

  private func set(_ time: TimeAmount) {
    timer?.cancel()
    timer = loop.assumeIsolated().scheduleTask(in: time) { [self] in perform(session.timerFired()) }
  }
}
