import Crypto
import NIOCore

/// The challenge of one MD5 sign-in (MSNP2-7): used once, and good for ``lifetime``.
///
///     >>> USR 5 MD5 I alice@example.com
///     <<< USR 5 MD5 S 1234567890.123456789
///     >>> USR 6 MD5 S f59af8f2fa91d38aff7c870c17f99903
///
/// The answer is md5(challenge, password) in hexadecimal (login reference, section 5.2). A challenge that never
/// changed would make one overheard answer good for ever.
public struct DigestChallenge: Hashable, Sendable {
  /// How long the answer is waited for. Whoever holds the challenge enforces it, see ``isFresh(at:)``.
  public static let lifetime: TimeAmount = .seconds(30)

  /// As it stands in the line: `<seconds since 1970>.<digits>`, without blanks, under 64 characters.
  public let text: String
  public let issued: NIODeadline

  /// A fresh challenge with 64 random bits in its digits. `unixTime` is in seconds since 1970.
  public init(unixTime: Int64, issued: NIODeadline) {
    var generator = SystemRandomNumberGenerator()
    self.init(unixTime: unixTime, issued: issued, random: &generator)
  }

  /// The same with a generator of the caller's choice; outside tests it must be a cryptographic one.
  public init(unixTime: Int64, issued: NIODeadline, random: inout some RandomNumberGenerator) {
    text = "\(max(0, unixTime)).\(random.next() as UInt64)"
    self.issued = issued
  }

  public func isFresh(at now: NIODeadline) -> Bool { now - issued < DigestChallenge.lifetime }

  /// The right answer, in lower-case hexadecimal.
  public static func response(challenge: String, password: String) -> String {
    var digest = Insecure.MD5()
    digest.update(data: Array(challenge.utf8))
    digest.update(data: Array(password.utf8))
    return hexadecimal(digest.finalize())
  }

  /// Whether the answer is right, compared in constant time and without regard to the case of its digits.
  public func matches(response: String, password: String) -> Bool {
    DigestChallenge.matches(challenge: text, response: response, password: password)
  }

  static func matches(challenge: String, response: String, password: String) -> Bool {
    let right = DigestChallenge.response(challenge: challenge, password: password)
    return equalInConstantTime(lowerCaseASCII(response), right.utf8)
  }
}
