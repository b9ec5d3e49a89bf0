import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import ServerKit

/// One HTTP connection: takes in a request under its limits, has it answered and sends the answer; then the next.
///
/// While a request is being answered nothing is read. Who takes too long for its part is told 408, or just closed.
final class RequestConnection: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private enum State {
    /// Between requests.
    case idle
    case receiving(RequestDraft)
    case answering
    /// The last answer is out; what still comes is dropped, so that no reset overtakes the answer.
    case lingering
  }

  private enum Wait { case head, body, write, linger }

  private static let lingering = TimeAmount.seconds(2)

  private let server: WebServer
  private let isSecure: Bool
  private var state = State.idle
  private var context: ChannelHandlerContext?
  private var timer: Scheduled<Void>?
  /// What the client sent before the answer to an earlier request was out.
  private var waiting = CircularBuffer<HTTPServerRequestPart>()
  private var isReadWanted = false
  /// Whether nothing can follow the present request.
  private var isEnding = false
  private var exchange = Exchange()
  /// The answer to a request that may be held back. Cancelled when its client may be gone: then it is held no longer.
  private var patientAnswer: Task<Void, Never>?

  init(_ server: WebServer, isSecure: Bool) {
    self.server = server
    self.isSecure = isSecure
  }

  // MARK: The channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    arm(.head, server.settings.times.head)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
    patientAnswer?.cancel()
    self.context = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let part = unwrapInboundIn(data)
    switch state {
    case .idle, .receiving: take(part)
    case .answering: waiting.append(part)
    case .lingering: break
    }
  }

  func read(context: ChannelHandlerContext) {
    if case .answering = state {
      isReadWanted = true
    } else {
      context.read()
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch (event, state) {
    case (ChannelEvent.inputClosed, .answering):
      isEnding = true
      patientAnswer?.cancel()
    case (ChannelEvent.inputClosed, _), (is ServerDrains, .idle): context.close(promise: nil)
    case (is ServerDrains, _): isEnding = true
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? HTTPParserError else {
      if !(error is IOError) { server.logger.debug("a connection failed", metadata: facts("\(error)")) }
      return context.close(promise: nil)
    }
    switch state {
    // What came after a whole request was no HTTP: the request has its answer first.
    case .answering: isEnding = true
    case .lingering: break
    case .idle, .receiving: refuse(error == .headerOverflow ? .requestHeaderFieldsTooLarge : .badRequest, "\(error)")
    }
  }

  // MARK: Requests

  private func take(_ part: HTTPServerRequestPart) {
    switch (part, state) {
    case (.head(let head), .idle): begin(head)
    case (.body(let bytes), .receiving(var draft)):
      state = .idle
      guard draft.add(bytes) else { return refuse(.payloadTooLarge, "a body that is too large") }
      state = .receiving(draft)
    case (.end, .receiving(let draft)): answer(draft)
    default: break
    }
  }

  private func begin(_ head: HTTPRequestHead) {
    exchange = Exchange(head)
    let draft = RequestDraft(head, traits: server.responder.traits(of: exchange.path))
    guard !draft.claimsTooMuch else { return refuse(.payloadTooLarge, "a body that says it is too large") }
    state = .receiving(draft)
    arm(.body, server.settings.times.body)
    if draft.expectsContinue {
      let head = HTTPResponseHead(version: .http1_1, status: .continue)
      context?.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }
  }

  private func answer(_ draft: RequestDraft) {
    state = .answering
    timer?.cancel()
    isEnding = isEnding || draft.isLast || server.isDraining
    exchange.saysKeepAlive = draft.wantsKeepAliveSaid
    guard draft.traits.isPatient || server.places.take() else {
      isEnding = true
      return send(Answer(.serviceUnavailable, "too many requests at once", headers: [("Retry-After", "2")]))
    }
    guard let loop = context?.eventLoop else { return }
    let (request, source) = (draft.request, source(of: draft))
    let (bound, server, isPatient) = (NIOLoopBound(self, eventLoop: loop), server, draft.traits.isPatient)
    let task = Task {
      let answer = await server.responder.answer(request, WebContext(source: source))
      if !isPatient { server.places.giveBack() }
      loop.execute { bound.value.send(answer) }
    }
    patientAnswer = isPatient ? task : nil
  }

  private func source(of draft: RequestDraft) -> WebContext.Source {
    let (peer, trusted) = (context?.remoteAddress, server.settings.trustedProxies)
    let isProxied = trusted.contains(peer?.ipAddress ?? "")
    let client = ClientAddress(
      peer: peer, forwarded: draft.head.headers[canonicalForm: "X-Forwarded-For"].map(String.init), trusted: trusted)
    let saysSecure = draft.head.headers.first(name: "X-Forwarded-Proto")?.lowercased() == "https"
    exchange.client = client.text
    return WebContext.Source(
      logger: server.logger, body: draft.body, client: client, isSecure: isSecure || (isProxied && saysSecure))
  }

  // MARK: Answers

  /// Answers a request that is not whole, or none at all; nothing can follow it.
  private func refuse(_ status: HTTPResponseStatus, _ why: String) {
    exchange.why = why
    exchange.client = context?.remoteAddress?.ipAddress ?? "?"
    isEnding = true
    state = .answering
    timer?.cancel()
    send(Answer(status, status.reasonPhrase))
  }

  private func send(_ answer: Answer) {
    guard let context else { return }
    isEnding = isEnding || server.isDraining
    var headers = HTTPHeaders(answer.headers.map { ($0.name, $0.value) })
    headers.remove(name: "Transfer-Encoding")
    headers.replaceOrAdd(name: "Content-Length", value: "\(answer.body.readableBytes)")
    if isEnding {
      headers.replaceOrAdd(name: "Connection", value: "close")
    } else if exchange.saysKeepAlive {
      headers.replaceOrAdd(name: "Connection", value: "Keep-Alive")
    }
    exchange.log(answer.status, to: server.logger)
    arm(.write, server.settings.times.write)
    let head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if exchange.method != .HEAD, answer.body.readableBytes > 0 {
      context.write(wrapOutboundOut(.body(.byteBuffer(answer.body))), promise: nil)
    }
    context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { [self] in sent($0) }
  }

  private func sent(_ result: Result<Void, any Error>) {
    guard let context else { return }
    guard case .success = result else { return context.close(promise: nil) }
    guard !isEnding else { return linger(context) }
    state = .idle
    arm(.head, server.settings.times.idle)
    while let part = waiting.popFirst() {
      take(part)
      if case .answering = state { return }
    }
    readIfWanted(context)
  }

  private func linger(_ context: ChannelHandlerContext) {
    state = .lingering
    waiting.removeAll()
    arm(.linger, RequestConnection.lingering)
    context.close(mode: .output).assumeIsolated().whenFailure { [self] _ in self.context?.close(promise: nil) }
    readIfWanted(context)
  }

  private func readIfWanted(_ context: ChannelHandlerContext) {
    guard isReadWanted else { return }
    isReadWanted = false
    context.read()
  }

  // MARK: Time

  private func arm(_ wait: Wait, _ time: TimeAmount) {
    timer?.cancel()
    timer = context?.eventLoop.assumeIsolated().scheduleTask(in: time) { [self] in expired(wait) }
  }

  private func expired(_ wait: Wait) {
    switch wait {
    case .body: refuse(.requestTimeout, "a body that took too long")
    case .head, .write, .linger: context?.close(promise: nil)
    }
  }

  private func facts(_ why: String) -> Logger.Metadata {
    ["from": "\(context?.remoteAddress?.ipAddress ?? "?")", "why": "\(why)"]
  }
}

/// What is told to every connection when the server is about to end.
struct ServerDrains: Sendable {}

/// A request and its answer, for the log: neither query nor header nor body, which hold tickets and passwords.
private struct Exchange {
  var method = HTTPMethod.GET
  var path = "-"
  var client = "?"
  var why: String?
  var saysKeepAlive = false

  init() {}

  init(_ head: HTTPRequestHead) {
    method = head.method
    path = RequestDraft.path(of: head.uri)
  }

  func log(_ status: HTTPResponseStatus, to logger: Logger) {
    var facts: Logger.Metadata = [
      "method": "\(method.rawValue)", "path": "\(path.prefix(200))", "status": "\(status.code)", "from": "\(client)",
    ]
    if let why { facts["why"] = "\(why)" }
    logger.log(level: Exchange.level(status), "request", metadata: facts)
  }

  /// Refusals are worth a line; a path that is not there is everyday, and a wrong password is told by ``SignInDoor``.
  private static func level(_ status: HTTPResponseStatus) -> Logger.Level {
    switch status.code {
    case 401, 404: .debug
    case 400...: .notice
    default: .debug
    }
  }
}
