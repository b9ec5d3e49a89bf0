import NIOCore
import NIOHTTP1

/// Answers one request of an operator and closes.
final class AdminHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let status: @Sendable () -> NodeStatus
  private var head: HTTPRequestHead?
  /// Requests that follow on the same connection are not looked at.
  private var hasAnswered = false

  init(status: @escaping @Sendable () -> NodeStatus) { self.status = status }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): if !hasAnswered { self.head = head }
    case .body: break
    case .end:
      guard let head, !hasAnswered else { return }
      hasAnswered = true
      send(AdminAnswer(head.method, head.uri, status: status), to: head, context)
    }
  }

  private func send(_ answer: AdminAnswer, to request: HTTPRequestHead, _ context: ChannelHandlerContext) {
    let body = context.channel.allocator.buffer(string: answer.body)
    var headers: HTTPHeaders = [
      "Content-Type": answer.contentType, "Content-Length": String(body.readableBytes), "Connection": "close",
      "Cache-Control": "no-store",
    ]
    if answer.status == .methodNotAllowed { headers.add(name: "Allow", value: "GET, HEAD") }
    let head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if request.method != .HEAD { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// What a request is answered with. Pure but for the status it asks for.
struct AdminAnswer: Hashable {
  let status: HTTPResponseStatus
  var contentType = "text/plain; charset=utf-8"
  let body: String

  init(_ method: HTTPMethod, _ uri: String, status: () -> NodeStatus) {
    let path = uri.split(separator: "?", omittingEmptySubsequences: false).first ?? ""
    guard ["/live", "/ready", "/metrics"].contains(path) else {
      (self.status, body) = (.notFound, "there is /live, /ready and /metrics\n")
      return
    }
    guard method == .GET || method == .HEAD else {
      (self.status, body) = (.methodNotAllowed, "only GET and HEAD\n")
      return
    }
    switch path {
    case "/live": (self.status, body) = (.ok, "live\n")
    case "/ready":
      switch status().readiness {
      case .ready: (self.status, body) = (.ok, "ready\n")
      case .notReady(let reason): (self.status, body) = (.serviceUnavailable, "\(reason)\n")
      }
    default:
      contentType = "text/plain; version=0.0.4; charset=utf-8"
      (self.status, body) = (.ok, prometheusText(status().metrics))
    }
  }
}
