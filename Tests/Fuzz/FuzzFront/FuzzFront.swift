import FuzzKit
import NIOCore
import NIOEmbedded
import NIOHTTP1

@testable import WebServices

/// The first byte chooses the chunk length; the rest is what a client sends, taken in whole and in chunks. Both must give
/// the same requests, as far as either understands them.
@_cdecl("FuzzFront_main")
func main(_ count: Int32, _ arguments: ProgramArguments) -> Int32 {
  fuzz(count, arguments) { start, size in
    var input = FuzzInput(start, size)
    let chunk = 1 + Int(input.byte())
    let stream = input.rest
    let whole = requests(stream, chunk: max(1, stream.readableBytes))
    let chunked = requests(stream, chunk: chunk)
    hold(whole.isLike(chunked), "\(whole.text) and in chunks \(chunked.text)")
    return 0
  }
}

/// What the decoder behind the front's first handler gives on.
private final class Found: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart

  var heads: [HTTPRequestHead] = []
  var body: [UInt8] = []
  var ends = 0
  var hasFailed = false

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      let draft = RequestDraft(head, traits: .ordinary)
      _ = draft.request
      heads.append(head)
    case .body(let bytes): body += bytes.readableBytesView
    case .end: ends += 1
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { hasFailed = true }

  func isLike(_ other: Found) -> Bool {
    heads == other.heads && body == other.body && ends == other.ends && hasFailed == other.hasFailed
  }

  var text: String { "\(heads) \(body.count) \(ends) \(hasFailed)" }
}

private func requests(_ stream: ByteBuffer, chunk: Int) -> Found {
  let channel = EmbeddedChannel()
  let found = Found()
  do {
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(FirstLine())
    try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: WebServer.decoderLimits)))
    try pipeline.addHandler(found)
    var rest = stream
    while let piece = rest.readSlice(length: min(chunk, rest.readableBytes)), piece.readableBytes > 0 {
      try channel.writeInbound(piece)
    }
  } catch {
    found.hasFailed = true
  }
  _ = try? channel.finish(acceptAlreadyClosed: true)
  return found
}
