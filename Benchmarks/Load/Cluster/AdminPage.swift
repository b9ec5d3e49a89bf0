import MSNP
import NIOCore
import NIOPosix
import Synchronization

/// A node's `/metrics`.
struct AdminPage {
  private let text: String

  /// Asks the node; throws when nobody listens there.
  static func read(at address: HostPort) async throws -> AdminPage {
    let page = PageReader()
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in channel.pipeline.addHandler(page) }
      .connect(host: address.host, port: address.port).get()
    let request = "GET /metrics HTTP/1.1\r\nHost: \(address)\r\nConnection: close\r\n\r\n"
    try await channel.writeAndFlush(ByteBuffer(string: request))
    try await channel.closeFuture.get()
    return AdminPage(text: page.text)
  }

  /// A metric without labels; 0 when the node has none of the name.
  func count(_ name: String) -> Int {
    let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(name + " ") }
    return line.flatMap { Int($0.dropFirst(name.count + 1)) } ?? 0
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
