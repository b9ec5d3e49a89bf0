import FuzzKit
import MSNP
import NIOCore

/// The first byte chooses framing and chunk length; the rest is a stream, decoded whole and in chunks. Both must give
/// the same commands and the same refusal, and hold no more than was fed.
@_cdecl("FuzzFraming_main")
func main(_ count: Int32, _ arguments: ProgramArguments) -> Int32 {
  fuzz(count, arguments) { start, size in
    var input = FuzzInput(start, size)
    let choice = input.byte()
    let framing = framings[Int(choice & 3)]
    let stream = input.rest
    let whole = decode(stream, framing, chunk: max(1, stream.readableBytes))
    let chunked = decode(stream, framing, chunk: 1 + Int(choice >> 2))
    hold(whole == chunked, "\(whole) and in chunks \(chunked)")
    return 0
  }
}

private let framings = [
  Framing.dispatch, .notification, .switchboard(), Framing(maximumLine: 32, payloads: [.MSG: 64, .QRY: 32]),
]

private struct Outcome: Equatable {
  var commands: [Command] = []
  var failure: FramingError?

  struct Command: Equatable {
    var verb: Verb
    var arguments: [[UInt8]]
    var payload: ByteBuffer?
  }
}

private func decode(_ stream: ByteBuffer, _ framing: Framing, chunk: Int) -> Outcome {
  var outcome = Outcome()
  var decoder = LineDecoder(framing)
  var rest = stream
  do {
    while var piece = rest.readSlice(length: min(chunk, rest.readableBytes)), piece.readableBytes > 0 {
      decoder.append(&piece)
      while let line = try decoder.next() {
        hold(line.count <= Line.maximumArguments, "\(line.count) arguments")
        let arguments = (0..<line.count).map { line.bytes($0).map(Array.init) ?? [] }
        hold(arguments.allSatisfy { !$0.isEmpty && !$0.contains(0x20) && !$0.contains(0x0a) }, "\(arguments)")
        outcome.commands.append(.init(verb: line.verb, arguments: arguments, payload: line.payload))
      }
      hold(decoder.bufferedBytes <= stream.readableBytes, "\(decoder.bufferedBytes) bytes buffered")
    }
  } catch { outcome.failure = error }
  return outcome
}
