import NIOCore

/// The description of a display picture that a client offers to others: an XML element, percent-encoded (MSNP9).
///
///     >>> CHG 9 NLN 268435500 %3Cmsnobj%20Creator%3D%22alice%40example.com%22%20...%2F%3E
///
/// Kept as the argument that came and relayed as it came: clients escape more or less of it, and ask each other for the
/// picture by these very bytes.
public struct MSNObject: Hashable, Sendable {
  /// Objects with an icon and a friendly name reach 1.5 KiB; the limit in bytes as they stand on the line.
  public static let maximumLength = 4096

  /// The argument.
  public let text: String

  /// Nil for what is longer, or has a byte that is no printable ASCII; `0` is how some clients write that there is none.
  public init?(argument bytes: some Collection<UInt8>) {
    guard !bytes.isEmpty, bytes.count <= MSNObject.maximumLength, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7f }),
      !bytes.elementsEqual(CollectionOfOne(UInt8(ascii: "0")))
    else { return nil }
    text = String(decoding: bytes, as: UTF8.self)
  }
}

extension MSNObject: WireArgument, CustomStringConvertible {
  public var longest: Int { text.utf8.count }
  public func write(to span: inout OutputRawSpan) { span.append(text: text) }
  public var description: String { text }
}
