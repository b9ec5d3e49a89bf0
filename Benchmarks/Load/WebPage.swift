import MSNP
import NIOCore
import NIOPosix
import Synchronization

/// A page of a web server on this machine.
enum WebPage {
  /// The answer to `GET`, its head included; throws when nobody listens there.
  static func get(_ path: String, from address: HostPort, headers: [String] = []) async throws -> String {
    let page = PageReader()
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in channel.pipeline.addHandler(page) }
      .connect(host: address.host, port: address.port).get()
    let lines = ["GET \(path) HTTP/1.1", "Host: \(address)", "Connection: close"] + headers + ["", ""]
    try await channel.writeAndFlush(ByteBuffer(string: lines.joined(separator: "\r\n")))
    try await channel.closeFuture.get()
    return page.text
  }
}

/// Gathers what comes until the other side closes.
private final class PageReader: ChannelInboundHandler, Sendable {
  typealias InboundIn = ByteBuffer
  private let bytes = Mutex(ByteBuffer())

  var text: String { bytes.withLock { String(buffer: $0) } }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var part = unwrapInboundIn(data)
    bytes.withLock { _ = $0.writeBuffer(&part) }
  }
}
