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
    hold(whole == chunked, "\(whole) and in chunks \(chunked)")
    return 0
  }
}

private struct Found: Equatable {
  var heads: [HTTPRequestHead] = []
  var bodies: [UInt8] = []
  var ends = 0
  var hasFailed = false
}

private func requests(_ stream: ByteBuffer, chunk: Int) -> Found {
  let channel = EmbeddedChannel()
  var found = Found()
  do {
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(FirstLine())
    try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: WebServer.decoderLimits)))
    var rest = stream
    while let piece = rest.readSlice(length: min(chunk, rest.readableBytes)), piece.readableBytes > 0 {
      try channel.writeInbound(piece)
    }
  } catch {
    found.hasFailed = true
  }
  while let part = try? channel.readInbound(as: HTTPServerRequestPart.self) {
    switch part {
    case .head(let head):
      let draft = RequestDraft(head, traits: .ordinary)
      _ = draft.request
      hold(
        draft.claimsTooMuch || (head.headers.first(name: "Content-Length").map { Int($0) != nil } ?? true), "\(head)")
      found.heads.append(head)
    case .body(let bytes): found.bodies += bytes.readableBytesView
    case .end: found.ends += 1
    }
  }
  _ = try? channel.finish(acceptAlreadyClosed: true)
  return found
}
