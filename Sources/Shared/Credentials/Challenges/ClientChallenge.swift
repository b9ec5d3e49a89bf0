import Crypto
import MSNP

/// The challenge by which the server asks whether the client is a Messenger client (MSNP6 and later).
///
///     <<< CHL 0 15570131571988941333
///     >>> QRY 18 msmsgs@msnmsgr.com 32       and as payload 8f2f5a91b72102cd28355e9fc9000d6e
///     <<< QRY 18
///
/// Source: login reference, section 11. Whether a client lies is found out; nothing is proved by it, since all keys
/// are public.
public enum ClientChallenge {
  public enum Verdict: Hashable, Sendable {
    case correct
    case wrong
    /// No key is known for the product id. Real products exist among them.
    case unknownProduct
  }

  /// A challenge of 20 decimal digits, the first not 0: the one length for which all readings of the padding rule of
  /// MSNP11 agree.
  public static func make(random: inout some RandomNumberGenerator) -> String {
    // Two numbers and not twenty: each is a system call.
    let limit: UInt64 = 10_000_000_000
    let first = UInt64.random(in: limit / 10..<limit, using: &random)
    let second = UInt64.random(in: 0..<limit, using: &random)
    return String(first) + String(limit + second).dropFirst()
  }

  /// Judges the payload of `QRY`. The product id may be percent-encoded, the digits may be in upper case, and the id
  /// of one era is taken in the dialect of another.
  public static func verify(productID: String, challenge: String, response: String, dialect: Dialect) -> Verdict {
    guard let product = Product(productID) else { return .unknownProduct }
    let right = expected(product, challenge: challenge, dialect: dialect)
    return equalInConstantTime(lowerCaseASCII(response), right.utf8) ? .correct : .wrong
  }

  /// The right answer in lower-case hexadecimal, for programs that play the client; nil for an unknown product id.
  public static func response(productID: String, challenge: String, dialect: Dialect) -> String? {
    Product(productID).map { expected($0, challenge: challenge, dialect: dialect) }
  }

  private static func expected(_ product: Product, challenge: String, dialect: Dialect) -> String {
    let digest = Array(Insecure.MD5.hash(data: Array((challenge + product.key).utf8)))
    guard dialect.has(.productInChallenge) else { return hexadecimal(digest) }
    return hexadecimal(mixed(digest, with: Array((challenge + product.id).utf8)))
  }
}

extension ClientChallenge {
  private static let modulus: UInt64 = 0x7fff_ffff

  /// The answer of MSNP11 and later: the digest's four words, crossed with a 64-bit checksum of challenge and product
  /// id that the same words drive. Sums stay under 2^63 (login reference, section 11.3).
  private static func mixed(_ digest: [UInt8], with text: [UInt8]) -> [UInt8] {
    let words = littleEndianWords(digest)
    let factors = words.map { UInt64($0) & modulus }
    let padding = [UInt8](repeating: UInt8(ascii: "0"), count: (8 - text.count % 8) % 8)
    let values = littleEndianWords(text + padding).map(UInt64.init)
    var high: UInt64 = 0
    var low: UInt64 = 0
    for index in stride(from: 0, to: values.count, by: 2) {
      let first = (values[index] * 0x0e79_a9c1 % modulus + high) * factors[0] + factors[1]
      let second = (values[index + 1] + first % modulus) % modulus
      high = (second * factors[2] + factors[3]) % modulus
      low += high + first % modulus
    }
    let highWord = UInt32((high + factors[1]) % modulus)
    let lowWord = UInt32((low + factors[3]) % modulus)
    // Crossed with the words as they are: with the masked ones the answer is wrong whenever a top bit is set.
    return zip(words, [highWord, lowWord, highWord, lowWord]).flatMap { word, sum in
      withUnsafeBytes(of: (word ^ sum).littleEndian) { Array($0) }
    }
  }

  private static func littleEndianWords(_ bytes: [UInt8]) -> [UInt32] {
    stride(from: 0, to: bytes.count, by: 4).map { start in
      bytes[start..<min(start + 4, bytes.count)].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
  }
}
