import Crypto

/// What somebody types who was invited to make an account: 80 random bits in Crockford's base 32.
///
///     7Q2K-M0FX-9VTB-3HDA
///
/// Like a password it is told once and never kept: the store knows its ``digest``.
public struct InvitationCode: Hashable, Sendable {
  /// Characters of five bits each.
  public static let length = 16

  /// The 16 characters, in upper case and without hyphens.
  private let characters: [UInt8]

  /// Without I, L, O and U.
  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

  public static func random() -> InvitationCode {
    var generator = SystemRandomNumberGenerator()
    return random(using: &generator)
  }

  public static func random(using generator: inout some RandomNumberGenerator) -> InvitationCode {
    InvitationCode(characters: (0..<length).map { _ in alphabet[Int(generator.next() & 31)] })
  }

  private init(characters: [UInt8]) { self.characters = characters }

  /// Reads what somebody typed: in either case, with hyphens and blanks wherever they are, O for 0, I and L for 1. Nil
  /// for what no code is.
  public init?(_ text: some StringProtocol) {
    var characters: [UInt8] = []
    for byte in text.utf8 where !InvitationCode.separators.contains(byte) {
      guard characters.count < InvitationCode.length, let character = InvitationCode.character(byte) else { return nil }
      characters.append(character)
    }
    guard characters.count == InvitationCode.length else { return nil }
    self.characters = characters
  }

  private static let separators = Set("- \t\r\n".utf8)

  private static func character(_ byte: UInt8) -> UInt8? {
    let isLower = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    let upper = isLower ? byte - 0x20 : byte
    return switch upper {
    case UInt8(ascii: "O"): UInt8(ascii: "0")
    case UInt8(ascii: "I"), UInt8(ascii: "L"): UInt8(ascii: "1")
    default: alphabet.contains(upper) ? upper : nil
    }
  }

  /// The code in groups of four, for whom it invites and nobody else.
  public var text: String {
    stride(from: 0, to: InvitationCode.length, by: 4).map {
      String(decoding: characters[$0..<($0 + 4)], as: UTF8.self)
    }.joined(separator: "-")
  }

  /// SHA-256 of the 16 characters. 80 bits are beyond trying, so it needs neither salt nor work.
  public var digest: [UInt8] { Array(SHA256.hash(data: characters)) }
}
