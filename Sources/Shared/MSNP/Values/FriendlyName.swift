import NIOCore

/// What a person is called on contact lists: text without control characters, written percent-encoded.
///
/// Kept decoded and encoded anew for each line, so a name can never bring a blank or a line end into one.
public struct FriendlyName: Hashable, Sendable {
  /// 129 characters of three bytes each: the limit of the encoded form, in bytes.
  public static let maximumEncodedLength = 387

  public enum Refusal: Error, Hashable, Sendable {
    /// Longer than the limit: the official service closed the connection in `ADD` and `REA`.
    case tooLong
    /// Not UTF-8 once decoded, a broken escape, or a control character in it: 209.
    case unreadable
  }

  /// The decoded name.
  public let text: String

  /// Reads the encoded argument of a line.
  public init(encoded bytes: some Collection<UInt8>) throws(Refusal) {
    guard bytes.count <= FriendlyName.maximumEncodedLength else { throw .tooLong }
    guard let text = PercentEncoding.decode(bytes) else { throw .unreadable }
    do throws(Refusal) {
      try self.init(text)
    } catch {
      // Short enough as it came; that it has no legal form of our own is no offence.
      throw .unreadable
    }
  }

  /// Checks a name that comes decoded, from a file or the command line.
  public init(_ text: String) throws(Refusal) {
    // A byte becomes three at most.
    guard
      text.utf8.count * 3 <= FriendlyName.maximumEncodedLength
        || PercentEncoding.encodedLength(text) <= FriendlyName.maximumEncodedLength
    else { throw .tooLong }
    var text = text
    guard !text.isEmpty, text.withUTF8(FriendlyName.isReadable) else { throw .unreadable }
    self.text = text
  }

  /// Whether there is no control character in UTF-8.
  private static func isReadable(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var before: UInt8 = 0
    for byte in bytes {
      // U+0080 to U+009F are C2 80 to C2 9F.
      if byte < 0x20 || byte == 0x7f || before == 0xc2 && byte < 0xa0 { return false }
      before = byte
    }
    return true
  }

  /// The name of somebody who never chose one: the handle.
  public init(_ handle: UserHandle) { text = handle.text }
}

extension FriendlyName: WireArgument, CustomStringConvertible {
  public var longest: Int { text.utf8.count * 3 }
  public func write(to span: inout OutputRawSpan) { PercentEncoding.write(text, to: &span) }
  public var description: String { text }
}
