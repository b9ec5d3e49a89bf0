import Mustache

/// How values are written into pages: as text, whatever they hold.
///
/// It goes by bytes. Going by characters, as the library does of itself, a quote with a combining accent behind it is no
/// quote, stays as it is, and ends the attribute in which it stands.
struct PageText: MustacheContentType {
  /// What templates call it.
  static let name = "PAGE"

  func escapeText(_ text: String) -> String {
    var written: [UInt8] = []
    written.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "<"): written += "&lt;".utf8
      case UInt8(ascii: ">"): written += "&gt;".utf8
      case UInt8(ascii: "&"): written += "&amp;".utf8
      case UInt8(ascii: "\""): written += "&quot;".utf8
      case UInt8(ascii: "'"): written += "&#39;".utf8
      // No page may hold it.
      case 0: written += "\u{fffd}".utf8
      default: written.append(byte)
      }
    }
    return String(decoding: written, as: UTF8.self)
  }
}
