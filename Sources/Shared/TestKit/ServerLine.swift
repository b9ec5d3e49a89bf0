/// One line as the server sent it, without its line end, and its payload.
public struct ServerLine: Hashable, Sendable, CustomStringConvertible {
  public let bytes: [UInt8]
  /// Nil for commands without payload.
  public let payload: [UInt8]?

  public var text: String { String(decoding: bytes, as: UTF8.self) }
  public var description: String {
    guard let payload else { return "'\(text)'" }
    return "'\(text)' and the payload '\(String(decoding: payload, as: UTF8.self))'"
  }
}

/// Cuts what a server sends into lines, and is strict where a client of old was: CR LF after every line, one blank
/// between words, no blank line.
///
/// Written apart from the decoder of the servers, so that the two cannot be wrong in the same way.
struct ServerStream {
  private static let payloadVerbs = ["MSG", "NOT", "IPG", "UBX", "GCF"]
  private var buffer: [UInt8] = []
  private var start = 0
  private var scanned = 0

  var unread: ArraySlice<UInt8> { buffer[start...] }

  mutating func append(_ bytes: [UInt8]) {
    if start > 1 << 16 {
      buffer.removeFirst(start)
      scanned -= start
      start = 0
    }
    buffer += bytes
  }

  /// The next whole line with its payload; nil until more bytes come.
  mutating func next() throws(ClientFailure) -> ServerLine? {
    scanned = max(scanned, start)
    guard let lineFeed = buffer[scanned...].firstIndex(of: 0x0a) else {
      scanned = buffer.count
      return nil
    }
    scanned = lineFeed
    guard lineFeed > start, buffer[lineFeed - 1] == 0x0d else { throw malformed("no CR before LF") }
    let line = Array(buffer[start..<lineFeed - 1])
    try check(line)
    let end = lineFeed + 1
    guard let length = try payloadLength(of: line) else {
      start = end
      return ServerLine(bytes: line, payload: nil)
    }
    guard buffer.count >= end + length else { return nil }
    start = end + length
    return ServerLine(bytes: line, payload: Array(buffer[end..<end + length]))
  }

  private func check(_ line: [UInt8]) throws(ClientFailure) {
    let words = line.split(separator: 0x20, omittingEmptySubsequences: false)
    guard words.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0 > 0x20 && $0 < 0x7f } }), words[0].count == 3 else {
      throw malformed("a word is empty or holds a control character")
    }
  }

  private func payloadLength(of line: [UInt8]) throws(ClientFailure) -> Int? {
    let words = String(decoding: line, as: UTF8.self).split(separator: " ")
    guard let verb = words.first, ServerStream.payloadVerbs.contains(String(verb)) else { return nil }
    guard let last = words.last, let length = Int(last), length >= 0 else { throw malformed("no payload length") }
    return length
  }

  private func malformed(_ reason: String) -> ClientFailure {
    .malformed("\(reason): \(String(decoding: unread.prefix(400), as: UTF8.self).debugDescription)")
  }
}
