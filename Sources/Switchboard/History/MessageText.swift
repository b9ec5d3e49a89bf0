import NIOCore

/// The words in a message's payload, which histories keep; nothing else of it.
///
///     MIME-Version: 1.0
///     Content-Type: text/plain; charset=UTF-8
///     X-MMS-IM-Format: FN=Arial; EF=; CO=0; CS=0; PF=22
///
///     Hello
///
/// Typing notices, pictures and files are of other types.
enum MessageText {
  private static let name = Array("content-type".utf8)
  private static let type = Array("text/plain".utf8)
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  /// Whether the payload is text. Bytes are compared and nothing is allocated: event loops ask this.
  static func isText(_ payload: ByteBuffer) -> Bool {
    payload.withUnsafeReadableBytes { body(of: $0) != nil }
  }

  /// The text of a payload; nil for one that is none, or empty.
  ///
  /// What is no UTF-8 is read as ISO-8859-1, which the first clients sent. Stores know no NUL.
  static func text(in payload: [UInt8]) -> String? {
    guard let start = payload.withUnsafeBytes({ body(of: $0) }), start < payload.count else { return nil }
    let words = payload[start...]
    let text = String(validating: words, as: UTF8.self) ?? String(decoding: words.map(UInt16.init), as: UTF16.self)
    return text.replacing("\0", with: "\u{fffd}")
  }

  /// Where the body begins, behind the blank line; nil when the first `Content-Type` names another type or there is none.
  private static func body(of bytes: UnsafeRawBufferPointer) -> Int? {
    var start = 0
    var isText = false
    while let end = bytes[start...].firstIndex(of: lineFeed) {
      var line = bytes[start..<end]
      if line.last == carriageReturn { line = line.dropLast() }
      start = end + 1
      if line.isEmpty { return isText ? start : nil }
      guard !isText, let value = contentType(line) else { continue }
      guard namesText(value) else { return nil }
      isText = true
    }
    return nil
  }

  /// What stands behind `Content-Type:`, without the blanks before it.
  private static func contentType(_ line: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer>? {
    guard begins(line, name) else { return nil }
    let rest = line.dropFirst(name.count).drop(while: isBlank)
    guard rest.first == UInt8(ascii: ":") else { return nil }
    return rest.dropFirst().drop(while: isBlank)
  }

  private static func namesText(_ value: Slice<UnsafeRawBufferPointer>) -> Bool {
    guard begins(value, type) else { return false }
    guard let next = value.dropFirst(type.count).first else { return true }
    return next == UInt8(ascii: ";") || isBlank(next)
  }

  /// Whatever the case.
  private static func begins(_ bytes: Slice<UnsafeRawBufferPointer>, _ word: [UInt8]) -> Bool {
    bytes.count >= word.count && zip(bytes, word).allSatisfy { $0 == $1 || ($0 | 0x20) == $1 && $1 >= 0x61 }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
