import Glibc
import NIOCore

/// Content types that clients believe only from the server: a user who sends one could forge somebody's profile,
/// new mail or a maintenance notice. A switchboard refuses them (promise S10).
public enum ServerOnlyContent {
  private static let types: [[UInt8]] = [
    "text/x-msmsgsprofile", "text/x-msmsgsinitialemailnotification", "text/x-msmsgsemailnotification",
    "text/x-msmsgsactivemailnotification", "text/x-msmsgsinitialmdatanotification", "text/x-msmsgsoimnotification",
    "application/x-msmsgsemailnotification", "application/x-msmsgssystemmessage",
  ].map { Array($0.utf8) }
  private static let longestType = types.map(\.count).max() ?? 0
  private static let header = Array("content-type".utf8)

  /// Whether any `Content-Type` header of the payload, folded and repeated ones too, names such a type.
  ///
  /// Bytes are compared, not text: whatever stands behind the type's name cannot hide it, and a message costs no string.
  public static func isClaimed(by payload: ByteBuffer) -> Bool {
    payload.withUnsafeReadableBytes { bytes in
      var start = 0
      var isFirst = true
      while start < bytes.count {
        let end = lineEnd(bytes, from: start)
        if isBlank(bytes[start..<end]) {
          // Blank lines before the first header end nothing: some reader may skip them.
          guard isFirst else { return false }
        } else {
          isFirst = false
          if claims(bytes[start...], lineEnd: end) { return true }
        }
        guard end < bytes.count else { return false }
        start = end + 1
      }
      return false
    }
  }

  private static let lineFeed = UInt8(ascii: "\n")

  /// Where the line that begins at `start` ends; the end of all when it has no line feed.
  ///
  /// The C library looks for a byte sixteen at a time, which is felt at a hundred thousand messages a second.
  private static func lineEnd(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    guard let base = bytes.baseAddress, let found = memchr(base + start, Int32(lineFeed), bytes.count - start) else {
      return bytes.count
    }
    return UnsafeRawPointer(found) - base
  }

  /// Whether the header line that `bytes` begin with, and its folded continuation, name a server's type.
  private static func claims(_ bytes: Slice<UnsafeRawBufferPointer>, lineEnd: Int) -> Bool {
    // Nearly every line is another one, and its first letter tells.
    guard let first = bytes[..<lineEnd].first(where: { !isIgnored($0) }), lowerCase(first) == header[0],
      let colon = bytes[..<lineEnd].firstIndex(of: UInt8(ascii: ":"))
    else { return false }
    guard bytes[..<colon].lazy.filter({ !isIgnored($0) }).map(lowerCase).elementsEqual(header) else { return false }
    var value: [UInt8] = []
    var position = colon + 1
    while position < bytes.endIndex, value.count < longestType {
      let byte = bytes[position]
      position += 1
      if byte == lineFeed {
        guard position < bytes.endIndex, bytes[position] == 0x20 || bytes[position] == 0x09 else { break }
      } else if !isIgnored(byte) {
        value.append(lowerCase(byte))
      }
    }
    return types.contains { value.starts(with: $0) }
  }

  private static func isBlank(_ line: Slice<UnsafeRawBufferPointer>) -> Bool { line.allSatisfy { $0 == 0x0d } }

  /// Blanks, tabs and stray carriage returns.
  private static func isIgnored(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }

  private static func lowerCase(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}
