import NIOCore

/// The encoding of names and values inside a line: UTF-8, then `%XX` for every byte that may not stand there.
///
/// `+` is a plus and never a blank; upper- and lower-case hex are both read; upper-case is written (wire reference,
/// section 4).
public enum PercentEncoding {
  /// Decodes one argument; nil when a `%` is not followed by two hex digits or the bytes are not UTF-8.
  public static func decode(_ bytes: some Collection<UInt8>) -> String? {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var iterator = bytes.makeIterator()
    while let byte = iterator.next() {
      guard byte == UInt8(ascii: "%") else {
        decoded.append(byte)
        continue
      }
      guard let high = iterator.next().flatMap(hexValue), let low = iterator.next().flatMap(hexValue) else {
        return nil
      }
      decoded.append(high << 4 | low)
    }
    return String(validating: decoded, as: UTF8.self)
  }

  public static func encode(_ text: String) -> String {
    var buffer = ByteBuffer()
    buffer.write(upTo: text.utf8.count * 3) { write(text, to: &$0) }
    return String(buffer: buffer)
  }

  /// Writes three bytes at most for each of the text's.
  static func write(_ text: String, to span: inout OutputRawSpan) {
    // Most names need no encoding at all.
    let isWritten = text.utf8.withContiguousStorageIfAvailable { bytes in
      guard bytes.allSatisfy(isPlain) else { return false }
      span.append(bytes: UnsafeRawBufferPointer(bytes))
      return true
    }
    guard isWritten != true else { return }
    for byte in text.utf8 {
      if isPlain(byte) {
        span.append(byte)
      } else {
        span.append(UInt8(ascii: "%"))
        span.append(hexDigit(byte >> 4))
        span.append(hexDigit(byte & 0xf))
      }
    }
  }

  /// The length of `text` once encoded, in bytes.
  public static func encodedLength(_ text: String) -> Int {
    text.utf8.reduce(0) { $0 + (isPlain($1) ? 1 : 3) }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte < 0x80 && (byte < 0x40 ? plainLow >> byte : plainHigh >> (byte - 0x40)) & 1 == 1
  }

  // A bit for each byte that stands for itself: letters, digits and `-_.~!*'()@:,;+$/?`. Written out, for what is computed
  // at the start is asked for by a call each time.
  private static let plainLow: UInt64 = 0x8fff_ff92_0000_0000
  private static let plainHigh: UInt64 = 0x47ff_fffe_87ff_ffff

  private static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
  }
}
