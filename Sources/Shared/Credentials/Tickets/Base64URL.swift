#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Base64 in the alphabet that is safe in lines, addresses and cookies, without padding.
package enum Base64URL {
  /// The text of the bytes.
  package static func encode(_ bytes: [UInt8]) -> String {
    String(
      decoding: Data(bytes).base64EncodedString().utf8.compactMap { byte in
        switch byte {
        case UInt8(ascii: "+"): UInt8(ascii: "-")
        case UInt8(ascii: "/"): UInt8(ascii: "_")
        case UInt8(ascii: "="): nil
        default: byte
        }
      }, as: UTF8.self)
  }

  /// Nil for whatever ``encode(_:)`` does not write, for one ticket has one form, and for longer texts.
  package static func decode(_ text: String, atMost length: Int) -> [UInt8]? {
    guard text.utf8.count <= length else { return nil }
    let standard = text.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "-"): UInt8(ascii: "+")
      case UInt8(ascii: "_"): UInt8(ascii: "/")
      default: byte
      }
    }
    let padding = [UInt8](repeating: UInt8(ascii: "="), count: (4 - standard.count % 4) % 4)
    guard let bytes = Data(base64Encoded: Data(standard + padding)).map(Array.init), encode(bytes) == text else {
      return nil
    }
    return bytes
  }
}
