import Logging
import MSNP
import NIOCore

/// The hands of a ``LineMachine``: cuts bytes into lines, gives them to the machine one at a time, writes what it
/// answers and has its effects carried out. Bound to the event loop of its channel.
///
/// One command is in flight at a time, and none while the client leaves earlier answers unread: reading pauses, which
/// gives order and back-pressure without a queue.
public final class LineConnection<Machine: LineMachine>: ChannelDuplexHandler {
  public typealias InboundIn = ByteBuffer
  public typealias OutboundIn = ByteBuffer
  public typealias OutboundOut = ByteBuffer
  /// Carries out one effect, on the connection's event loop.
  public typealias Performer = @Sendable (Machine.Effect, LineConnection<Machine>) -> Void

  private static var linesInOneGo: Int { 64 }

  private var machine: Machine
  private var decoder: LineDecoder
  private var output = OutputQueue()
  private let number: UInt64?
  private let logger: Logger
  private let perform: Performer
  private var context: ChannelHandlerContext?
  /// The other end's address for log lines; the channel forgets it when it closes.
  private var peer = "?"
  /// The client's address as a web node told it.
  private var gatewayClient: SocketAddress?
  /// What wakes the connection, and when. It stays where it is when the time is put off: to take one back, a loop looks
  /// through those of all its connections.
  private var alarm: (callback: NIOScheduledCallback, time: NIODeadline)?
  /// When the machine wants to be woken, or the connection be closed.
  private var due: NIODeadline?
  private var isWaiting = false
  private var isPumping = false
  private var isProcessing = false
  private var isYielding = false
  private var readIsHeld = false
  private var flushIsScheduled = false
  private var ending: Ending?
  private var isClosed = false
  private var isRetired = false

  /// - Parameters:
  ///   - number: what log lines call the connection.
  ///   - logger: the role's.
  public init(_ machine: Machine, number: UInt64? = nil, logger: Logger, perform: @escaping Performer) {
    self.machine = machine
    self.number = number
    self.decoder = LineDecoder(machine.framing)
    self.logger = logger
    self.perform = perform
  }

  // MARK: What the role does with a connection

  /// Answers the effect the machine waits for; the next command may come after it.
  public func answer(_ event: Machine.Event) {
    guard !isClosed else { return }
    isWaiting = false
    step(.own) { $0.receive(event, &$1) }
    processLines()
    releaseRead()
  }

  /// Brings news that others caused.
  public func deliver(_ event: Machine.Event) {
    guard !isClosed else { return }
    step(.others) { $0.receive(event, &$1) }
  }

  /// Writes bytes that another person caused. `written` succeeds once the kernel has taken them all, and fails when
  /// the connection ends first.
  public func relay(_ bytes: ByteBuffer, written: EventLoopPromise<Void>? = nil) {
    guard let context, ending == nil, !isClosed else {
      written?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    write(bytes, .others, written, context)
  }

  /// Ends the connection after what is queued is out.
  public func end(_ ending: Ending) {
    guard self.ending == nil, !isClosed else { return }
    finish(ending)
  }

  /// Whether the connection is ended or about to be.
  public var isEnded: Bool { isClosed || ending != nil }

  /// The address of the client: of the other end of the connection, or, when a web node carries it, of the client that
  /// it speaks for, with port 0.
  public var clientAddress: SocketAddress? { gatewayClient ?? context?.remoteAddress }

  /// Whether a web node carries the connection for its client.
  public var isThroughGateway: Bool { gatewayClient != nil }

  /// The dialect its client reads.
  public var dialect: Dialect { machine.dialect }

  /// The role's logger with what is known of this connection. Made for each line: kept, it would be half a kilobyte of
  /// every connection, most of which never log one.
  public var log: Logger {
    var logger = logger
    logger[metadataKey: "from"] = "\(gatewayClient.map { $0.ipAddress ?? "?" } ?? peer)"
    if gatewayClient != nil { logger[metadataKey: "through"] = "\(peer)" }
    if let number { logger[metadataKey: "connection"] = "\(number)" }
    if ending != nil, let person = machine.person { logger[metadataKey: "person"] = "\(person)" }
    return logger
  }

  /// The connection as other threads may hold it. On the connection's own event loop only.
  public var reference: ConnectionReference<Machine>? {
    context.map { ConnectionReference(loop: $0.eventLoop, connection: NIOLoopBound(self, eventLoop: $0.eventLoop)) }
  }

  // MARK: Channel events

  public func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    peer = context.channel.peer
    if context.channel.isActive { open() }
  }

  public func handlerRemoved(context: ChannelHandlerContext) {
    close()
    self.context = nil
  }

  public func channelActive(context: ChannelHandlerContext) {
    open()
    context.fireChannelActive()
  }

  public func channelInactive(context: ChannelHandlerContext) {
    close()
    context.fireChannelInactive()
  }

  public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard ending == nil else { return }
    var bytes = unwrapInboundIn(data)
    decoder.append(&bytes)
    processLines()
  }

  public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard let event = event as? ThroughGateway else { return context.fireUserInboundEventTriggered(event) }
    gatewayClient = event.client
  }

  public func channelReadComplete(context: ChannelHandlerContext) {
    context.flush()
    context.fireChannelReadComplete()
  }

  public func channelWritabilityChanged(context: ChannelHandlerContext) {
    pump(context)
    context.flush()
    if let ending, output.isEmpty { finish(ending) }
    processLines()
    releaseRead()
    context.fireChannelWritabilityChanged()
  }

  public func read(context: ChannelHandlerContext) {
    // While a command waits for its answer one read more may come: mostly nothing does, and to stop and go on are two
    // system calls.
    let mayWait = isWaiting && decoder.bufferedBytes == 0
    if mayRead || mayWait && !isYielding && canWrite { context.read() } else { readIsHeld = true }
  }

  public func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // A peer that vanishes is no event for the log; its machine hears of it in channelInactive.
    context.close(promise: nil)
  }

  // MARK: Steps

  private func open() {
    debug("connected")
    step(.own) { $0.opened(&$1) }
  }

  private func close() {
    guard !isClosed else { return }
    isClosed = true
    alarm?.callback.cancel()
    for written in output.abandon() { written.fail(ChannelError.ioOnClosedChannel) }
    debug("closed", why: ending?.description ?? "the client is gone")
    retire()
  }

  /// Tells the machine, once, that nobody is there any more: at the decision to end, not when the last byte is out and
  /// the client has hung up, for others wait to hear of it.
  private func retire() {
    guard !isRetired else { return }
    isRetired = true
    var turn = Self.turn(of: &machine)
    machine.closed(&turn)
    for effect in turn.effects { perform(effect, self) }
  }

  /// Gives the machine its lines, a few dozen in one go: a client that floods must not keep the loop from others. An
  /// effect that is answered at once comes back here; the loop that runs already goes on then.
  private func processLines() {
    guard !isProcessing else { return }
    isProcessing = true
    defer { isProcessing = false }
    for _ in 0..<Self.linesInOneGo {
      guard mayRead, ending == nil, !isClosed else { return }
      do {
        guard let line = try decoder.next() else { return }
        step(.own) { $0.receive(line, &$1) }
      } catch {
        finish(.violation("sent \(error)"))
      }
    }
    guard !isYielding, decoder.bufferedBytes > 0 else { return }
    isYielding = true
    context?.eventLoop.assumeIsolated().execute { [self] in
      isYielding = false
      processLines()
      releaseRead()
    }
  }

  /// Asks the machine where it stands: a property of a class is copied to be asked, with all that it refers to.
  private static func turn(of machine: inout Machine) -> Turn<Machine.Effect> {
    Turn(now: .now(), dialect: machine.dialect)
  }

  private func step(_ origin: OutputQueue.Origin, _ body: (inout Machine, inout Turn<Machine.Effect>) -> Void) {
    guard let context else { return }
    var turn = Self.turn(of: &machine)
    body(&machine, &turn)
    if turn.waits { isWaiting = true }
    if let timer = turn.timer { set(timer, context) }
    if turn.reply.buffer.readableBytes > 0, ending == nil { write(turn.reply.buffer, origin, nil, context) }
    for effect in turn.effects { perform(effect, self) }
    if let ending = turn.ending { end(ending) }
  }

  private func set(_ timer: Turn<Machine.Effect>.Timer, _ context: ChannelHandlerContext) {
    guard ending == nil else { return }
    due = nil
    if case .after(let amount) = timer { wake(at: context.eventLoop.now + amount, context) }
  }

  private func wake(at time: NIODeadline, _ context: ChannelHandlerContext) {
    due = time
    if let alarm, alarm.time <= time { return }
    alarm?.callback.cancel()
    // It fails on a loop that is shut down, and there nothing is to be done any more.
    alarm = (try? context.eventLoop.assumeIsolated().scheduleCallback(at: time, handler: self)).map { ($0, time) }
  }

  fileprivate func wakeUp() {
    alarm = nil
    guard !isClosed, let due, let context else { return }
    guard due <= context.eventLoop.now else { return wake(at: due, context) }
    self.due = nil
    if ending == nil { step(.own) { $0.timerFired(&$1) } } else { context.close(promise: nil) }
  }

  // MARK: Reading and writing

  private var mayRead: Bool {
    !isWaiting && !isYielding && canWrite
  }

  private var canWrite: Bool { output.isEmpty && (context?.channel.isWritable ?? false) }

  private func releaseRead() {
    guard readIsHeld, mayRead || ending != nil else { return }
    readIsHeld = false
    context?.read()
  }

  private func write(
    _ bytes: ByteBuffer, _ origin: OutputQueue.Origin, _ written: EventLoopPromise<Void>?,
    _ context: ChannelHandlerContext
  ) {
    if output.isEmpty, !isPumping, bytes.readableBytes <= OutputQueue.chunk, context.channel.isWritable {
      isPumping = true
      context.write(wrapOutboundOut(bytes), promise: written)
      isPumping = false
    } else {
      output.append(bytes, origin: origin, written: written)
    }
    pump(context)
    scheduleFlush(context)
    if output.isOverflowing {
      finish(.server("does not read: more than \(OutputQueue.maximumOthers) bytes from others wait for it"))
    }
  }

  /// Hands the channel as much as it takes. A write can make the channel call back at once that it is full.
  private func pump(_ context: ChannelHandlerContext) {
    guard !isPumping else { return }
    isPumping = true
    defer { isPumping = false }
    while context.channel.isWritable, let piece = output.next() {
      context.write(wrapOutboundOut(piece.bytes), promise: piece.written)
    }
  }

  /// All lines of one loop tick leave in one system call.
  private func scheduleFlush(_ context: ChannelHandlerContext) {
    guard !flushIsScheduled else { return }
    flushIsScheduled = true
    context.eventLoop.assumeIsolated().execute { [self] in
      flushIsScheduled = false
      self.context?.flush()
    }
  }

  /// Closes once the last lines are out. Input still under way is read and dropped for a moment: closing a socket with
  /// unread input resets it, and the client would lose the error line that tells it why.
  private func finish(_ ending: Ending) {
    let isFirst = self.ending == nil
    self.ending = self.ending ?? ending
    guard let context, !isClosed else { return }
    if isFirst {
      report(ending)
      retire()
      if output.isOverflowing { return context.close(promise: nil) }
      wake(at: context.eventLoop.now + .seconds(5), context)
    }
    context.flush()
    guard output.isEmpty else { return }
    readIsHeld = false
    context.channel.close(mode: .output, promise: nil)
    context.read()
    wake(at: context.eventLoop.now + .seconds(1), context)
  }

  private func report(_ ending: Ending) {
    switch ending {
    case .finished: debug("ends", why: "\(ending)")
    case .violation, .server, .refused: log.notice("ends", metadata: ["why": "\(ending)"])
    }
  }

  /// Makes no logger where nobody reads it.
  private func debug(_ message: Logger.Message, why: @autoclosure () -> String? = nil) {
    guard logger.logLevel <= .debug else { return }
    log.debug(message, metadata: why().map { ["why": "\($0)"] })
  }
}

extension LineConnection: NIOScheduledCallbackHandler {
  public func handleScheduledCallback(eventLoop: some EventLoop) { wakeUp() }
}

/// A connection as code on other threads holds it: what is asked of it happens on its own event loop, in order.
public struct ConnectionReference<Machine: LineMachine>: Sendable {
  public let loop: any EventLoop
  private let connection: NIOLoopBound<LineConnection<Machine>>

  init(loop: any EventLoop, connection: NIOLoopBound<LineConnection<Machine>>) {
    self.loop = loop
    self.connection = connection
  }

  public func answer(_ event: Machine.Event) { loop.execute { connection.value.answer(event) } }
  public func deliver(_ event: Machine.Event) { loop.execute { connection.value.deliver(event) } }

  /// The connection itself; on its own event loop only.
  public func onLoop() -> LineConnection<Machine> { connection.value }
}
