import Crypto

/// What somebody types to be let in: 16 characters of Crockford's base 32, 80 bits, in groups of four.
///
///     7KQ2-M9XA-0TBN-W4HD
///
/// Read in either case, with or without hyphens and blanks; I and L are read as 1, and O as 0, for which they are taken.
/// Whoever has it is invited: the store knows the digest alone.
public struct InvitationCode: Hashable, Sendable {
  /// The 16 characters, in upper case and without hyphens.
  private let symbols: [UInt8]

  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
  private static let length = 16

  /// A fresh one, from the system's cryptographic generator.
  public static func random() -> InvitationCode {
    InvitationCode(symbols: randomBytes(length).map { alphabet[Int($0 & 31)] })
  }

  private init(symbols: [UInt8]) { self.symbols = symbols }

  /// Reads what somebody typed; nil for what can be no code.
  public init?(_ text: some StringProtocol) {
    guard text.utf8.count <= 64 else { return nil }
    var symbols: [UInt8] = []
    for byte in text.utf8 where byte != UInt8(ascii: "-") && byte != UInt8(ascii: " ") {
      guard let symbol = InvitationCode.symbol(byte) else { return nil }
      symbols.append(symbol)
    }
    guard symbols.count == InvitationCode.length else { return nil }
    self.symbols = symbols
  }

  private static func symbol(_ byte: UInt8) -> UInt8? {
    let upper = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) ? byte - 0x20 : byte
    switch upper {
    case UInt8(ascii: "I"), UInt8(ascii: "L"): return UInt8(ascii: "1")
    case UInt8(ascii: "O"): return UInt8(ascii: "0")
    default: return alphabet.contains(upper) ? upper : nil
    }
  }

  /// In groups of four, as it is shown.
  public var text: String {
    stride(from: 0, to: symbols.count, by: 4).map { String(decoding: symbols[$0..<$0 + 4], as: UTF8.self) }
      .joined(separator: "-")
  }

  /// Under what the store knows it: the SHA-256 of the 16 characters.
  public var digest: [UInt8] { Array(SHA256.hash(data: symbols)) }
}

extension InvitationCode: CustomStringConvertible {
  /// Nothing of the code, which has no place in a log.
  public var description: String { "an invitation code" }
}
