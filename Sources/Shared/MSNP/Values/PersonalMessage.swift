import NIOCore

/// What a person writes under its name, and what it listens to, plays or works at (MSNP11).
///
///     >>> UUX 9 75
///         <Data><PSM>example status message</PSM><CurrentMedia></CurrentMedia></Data>
///     <<< UBX alice@example.com 75
///         <Data><PSM>example status message</PSM><CurrentMedia></CurrentMedia></Data>
///
/// What clients send is read with leniency and written anew, so that whatever reaches others is well-formed: the two
/// elements in this order, with the text as it came. In it a `&` that begins no reference becomes `&amp;`, `>` becomes
/// `&gt;`, and characters that XML has no place for are left out: titles of songs bring all of that. Attributes, comments
/// and elements of other names are dropped, since clients of these dialects know none.
public struct PersonalMessage: Hashable, Sendable {
  /// The longest payload in bytes, both ways.
  public static let maximumLength = 4096

  public enum Refusal: Error, Hashable, Sendable {
    /// No UTF-8, or no well-formed `Data`; a DOCTYPE, whatever it declares.
    case malformed
    /// Longer than the limit once it is written anew.
    case tooLong
  }

  /// The payload of `UBX`.
  public let payload: String

  /// Reads the payload of `UUX`; nil when no text is set in it. An empty payload sets none.
  public static func read(_ payload: some Collection<UInt8>) throws(Refusal) -> PersonalMessage? {
    guard payload.count <= maximumLength else { throw .tooLong }
    guard String(validating: payload, as: UTF8.self) != nil else { throw .malformed }
    guard !payload.isEmpty else { return nil }
    var reader = PersonalMessageReader(payload)
    let (text, media) = try reader.read()
    guard !text.isEmpty || !media.isEmpty else { return nil }
    let written = "<Data><PSM>\(text)</PSM><CurrentMedia>\(media)</CurrentMedia></Data>"
    guard written.utf8.count <= maximumLength else { throw .tooLong }
    return PersonalMessage(written: written)
  }

  private init(written: String) { payload = written }

  /// Takes back what ``payload`` was; nil for anything else.
  public init?(payload: String) {
    guard let message = try? PersonalMessage.read(payload.utf8), message.payload == payload else { return nil }
    self = message
  }
}
