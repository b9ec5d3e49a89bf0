import NIOCore

/// An account's name on the wire: an address such as `alice@example.com`, 7-bit, at most 129 bytes, compared without
/// case and always written in lower case.
public struct UserHandle: Hashable, Sendable {
  /// The draft's limit in bytes.
  public static let maximumLength = 129

  /// The handle in lower case.
  public let text: String

  /// Nil unless the text is `local@domain` of printable ASCII without blanks, within the limit.
  public init?(_ text: String) {
    var text = text
    guard let isLowerCase = text.withUTF8(UserHandle.isLowerCase) else { return nil }
    self.text = isLowerCase ? text : text.lowercased()
  }

  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count <= UserHandle.maximumLength else { return nil }
    self.init(String(decoding: bytes, as: UTF8.self))
  }

  /// Whether a handle is written in lower case; nil for what is none. A contact list has hundreds of them to look at.
  private static func isLowerCase(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool? {
    let at = UInt8(ascii: "@")
    guard bytes.count <= maximumLength, let first = bytes.first, let last = bytes.last, first != at, last != at else {
      return nil
    }
    var parts = 1
    var isLowerCase = true
    for byte in bytes {
      switch byte {
      case at: parts += 1
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): isLowerCase = false
      // `%` would be read as an escape by clients, quotes and angle brackets break pages and address lines.
      case UInt8(ascii: "%"), UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: ","),
        UInt8(ascii: ";"):
        return nil
      case 0x21...0x7e: break
      default: return nil
      }
    }
    return parts == 2 ? isLowerCase : nil
  }
}

extension UserHandle: WireArgument, CustomStringConvertible, Comparable {
  public var longest: Int { text.utf8.count }
  public func write(to span: inout OutputRawSpan) { span.append(text: text) }
  public var description: String { text }
  public static func < (left: UserHandle, right: UserHandle) -> Bool { left.text < right.text }
}

extension UserHandle: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let handle = UserHandle(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not an address like a@b.c")
    }
    self = handle
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
