import NIOCore

/// An account's name on the wire: an address such as `alice@example.com`, 7-bit, at most 129 bytes, compared without
/// case and always written in lower case.
public struct UserHandle: Hashable, Sendable {
  /// The draft's limit in bytes.
  public static let maximumLength = 129

  /// The handle in lower case.
  public let text: String

  /// Nil unless the text is `local@domain` of printable ASCII without blanks, within the limit.
  public init?(_ text: String) { self.init(bytes: text.utf8) }

  public init?(bytes: some Collection<UInt8>) {
    guard !bytes.isEmpty, bytes.count <= UserHandle.maximumLength else { return nil }
    // `%` would be read as an escape by clients, quotes and angle brackets break pages and address lines.
    guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !UserHandle.refused.contains($0) }) else { return nil }
    let parts = bytes.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
    self.text = String(decoding: bytes, as: UTF8.self).lowercased()
  }

  private static let refused = Set("%\"<>,;".utf8)
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
