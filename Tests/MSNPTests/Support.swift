import MSNP
import NIOCore
import Testing

/// The dialects in which the service is tested.
let spokenDialects = Dialect.allCases.filter(Dialect.spoken.contains)

/// Everything a writer of that dialect wrote, byte for byte.
func written(_ dialect: Dialect, _ body: (inout LineWriter) -> Void) -> String {
  var writer = LineWriter(dialect: dialect)
  body(&writer)
  return String(buffer: writer.buffer)
}

/// The lines as one text, each with its line end.
func wire(_ lines: String...) -> String { lines.map { $0 + "\r\n" }.joined() }

/// What came out of a decoder, with everything a handler can see of it.
struct Decoded: Equatable {
  var commands: [String] = []
  var failure: FramingError?

  /// Feeds the pieces one after the other, taking every command as soon as it is complete.
  init(_ framing: Framing, _ pieces: some Sequence<ByteBuffer>) {
    var decoder = LineDecoder(framing)
    do {
      for var piece in pieces {
        decoder.append(&piece)
        while let line = try decoder.next() { commands.append(Decoded.describe(line)) }
      }
    } catch { failure = error }
  }

  init(_ framing: Framing, _ text: String) { self.init(framing, CollectionOfOne(ByteBuffer(string: text))) }

  static func describe(_ line: Line) -> String {
    var text = ByteBuffer(string: line.verb.wireText)
    for index in 0..<line.count {
      text.writeStaticString(" ")
      text.writeBytes(line.bytes(index) ?? ByteBuffer(string: "(nothing)").readableBytesView)
    }
    if let payload = line.payload {
      text.writeStaticString("|")
      text.writeImmutableBuffer(payload)
    }
    return String(buffer: text)
  }
}

func handle(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> UserHandle {
  try #require(UserHandle(text), sourceLocation: sourceLocation)
}
