import MSNP
import NIOCore
import NIOHTTP1
import NIOPosix

/// Asks the web role for a ticket, over one HTTP connection.
struct TicketFetcher: Sendable {
  let web: HostPort
  let group: any EventLoopGroup

  private static let limit = TimeAmount.seconds(20)

  /// - Parameter done: called once, on an event loop.
  func fetch(_ request: TicketRequest, _ done: @escaping @Sendable (TicketAnswer) -> Void) {
    let web = web
    ClientBootstrap(group: group).connectTimeout(.seconds(10))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHTTPClientHandlers()
          try channel.pipeline.syncOperations.addHandler(TicketHandler(done))
        }
      }
      .connect(host: web.host, port: web.port)
      .whenComplete { result in
        switch result {
        case .success(let channel): TicketFetcher.send(request, to: web, on: channel)
        case .failure:
          done(.trouble("Nobody answers at http://\(web). Is the web role running there? --web names another address."))
        }
      }
  }

  private static func send(_ request: TicketRequest, to web: HostPort, on channel: any Channel) {
    let headers: HTTPHeaders = [
      "Authorization": request.authorization, "User-Agent": "MSMSGS", "Host": "\(web)", "Connection": "close",
      "Cache-Control": "no-cache",
    ]
    let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: TicketRequest.path, headers: headers)
    channel.write(HTTPClientRequestPart.head(head), promise: nil)
    channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    channel.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
  }
}

/// Reads the head of one answer and ends the connection.
private final class TicketHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart

  private var done: (@Sendable (TicketAnswer) -> Void)?

  init(_ done: @escaping @Sendable (TicketAnswer) -> Void) { self.done = done }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(let head) = unwrapInboundIn(data), head.status.code >= 200 else { return }
    finish(
      TicketAnswer(status: Int(head.status.code), authentication: head.headers.first(name: "Authentication-Info")))
    context.close(promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  func channelInactive(context: ChannelHandlerContext) {
    finish(.trouble("The web server ended the connection without an answer."))
  }

  private func finish(_ answer: TicketAnswer) {
    done?(answer)
    done = nil
  }
}
