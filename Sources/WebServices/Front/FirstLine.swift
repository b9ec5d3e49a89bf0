import NIOCore

/// Makes a request of HTTP 0.9 one of HTTP 1.0, which the decoder behind it understands.
///
///     >>> GET /rdr/pprdr.asp
///     >>>
///
/// libpurple before 2.3 asks the nexus so, without version and without Host, and wants an answer with headers. Such a
/// request has no header, so it is whole with its line; it is the only one of its connection, and what follows it is
/// dropped. Every other first line passes as it came.
final class FirstLine: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  /// A line beyond this is for the decoder to refuse.
  private static let longest = 8192

  private var received = ByteBuffer()
  private var isVersionless = false

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isVersionless else { return }
    var bytes = unwrapInboundIn(data)
    received.writeBuffer(&bytes)
    skipBlankLines()
    let view = received.readableBytesView
    guard let end = view.firstIndex(of: UInt8(ascii: "\n")) else {
      if view.count > FirstLine.longest { passOn(context) }
      return
    }
    guard let line = FirstLine.mended(view[..<end]) else { return passOn(context) }
    isVersionless = true
    received.clear()
    context.fireChannelRead(wrapInboundOut(context.channel.allocator.buffer(bytes: line)))
  }

  /// From now on nothing is looked at.
  private func passOn(_ context: ChannelHandlerContext) {
    let bytes = received
    received = ByteBuffer()
    context.fireChannelRead(wrapInboundOut(bytes))
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }

  private func skipBlankLines() {
    while let byte = received.getInteger(at: received.readerIndex, as: UInt8.self), byte == 0x0a || byte == 0x0d {
      received.moveReaderIndex(forwardBy: 1)
    }
    received.discardReadBytes()
  }

  /// A whole header for `GET target`; nil when the line is anything else.
  static func mended(_ line: some Collection<UInt8>) -> [UInt8]? {
    var line = Array(line)
    while let last = line.last, last == 0x0d || last == 0x20 { line.removeLast() }
    let get = Array("GET ".utf8)
    guard line.starts(with: get) else { return nil }
    let target = line.dropFirst(get.count)
    guard target.first == UInt8(ascii: "/"), target.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
    return line + Array(" HTTP/1.0\r\n\r\n".utf8)
  }
}
