/// Text for XML that clients read.
public enum XMLText {
  /// The text as it may stand between tags and in attributes; characters that XML has no place for become U+FFFD.
  public static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\t", "\n", "\r": escaped += "&#\(scalar.value);"
      case _ where scalar.value < 0x20 || scalar.value == 0xfffe || scalar.value == 0xffff: escaped += "\u{fffd}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  private static let names = ["amp;", "lt;", "gt;", "quot;", "apos;"].map { Array($0.utf8) }
  /// `#x10FFFF;`, with zeros before it that nobody needs.
  private static let longestReference = 12

  /// The text of an element in a form that every reader takes.
  ///
  /// - Parameters:
  ///   - text: UTF-8.
  ///   - isEscaped: whether `&` may begin a reference; one that does is kept as it is.
  static func canonical(_ text: ArraySlice<UInt8>, isEscaped: Bool) -> String {
    var written: [UInt8] = []
    written.reserveCapacity(text.count)
    var index = text.startIndex
    while index < text.endIndex {
      let byte = text[index]
      switch byte {
      case UInt8(ascii: "&"):
        let isReference = isEscaped && isReference(text[(index + 1)...])
        written.append(contentsOf: isReference ? "&".utf8 : "&amp;".utf8)
      case UInt8(ascii: "<"): written.append(contentsOf: "&lt;".utf8)
      case UInt8(ascii: ">"): written.append(contentsOf: "&gt;".utf8)
      case 0xef
      where text[index...].starts(with: [0xef, 0xbf, 0xbe]) || text[index...].starts(with: [0xef, 0xbf, 0xbf]):
        // U+FFFE and U+FFFF.
        index += 2
      case 0x09, 0x0a, 0x0d, 0x20...: written.append(byte)
      default: break
      }
      index += 1
    }
    return String(decoding: written, as: UTF8.self)
  }

  /// Whether text goes on with what stands behind the `&` of a reference: one of the five names, or the number of a
  /// character that XML has.
  private static func isReference(_ text: ArraySlice<UInt8>) -> Bool {
    if names.contains(where: { text.starts(with: $0) }) { return true }
    guard let end = text.prefix(longestReference).firstIndex(of: UInt8(ascii: ";")),
      text.first == UInt8(ascii: "#")
    else { return false }
    let digits = text[(text.startIndex + 1)..<end]
    let isHexadecimal = digits.first == UInt8(ascii: "x")
    let number = String(decoding: isHexadecimal ? digits.dropFirst() : digits, as: UTF8.self)
    guard number.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
      let code = UInt32(number, radix: isHexadecimal ? 16 : 10), let scalar = Unicode.Scalar(code)
    else { return false }
    return isLegal(scalar)
  }

  private static func isLegal(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0a, 0x0d, 0x20...0xfffd, 0x10000...: true
    default: false
    }
  }
}
