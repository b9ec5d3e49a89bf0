import Crypto
import MSNP

/// What somebody brings to prove a password.
public enum SignInProof: Hashable, Sendable {
  /// `USR n MD5 S <response>` with the challenge that was sent for it.
  case digest(challenge: String, response: String)
  /// `USR n CTP`: the argument as it came. Sources disagree whether clients percent-encode it, so it is compared both
  /// as it stands and decoded.
  case clearText(String)
  /// The account password itself, as Passport takes it (MSNP8 and later, and web pages). Checked by ``PasswordSignIn``.
  case password(String)
}

/// Checks the proofs of old clients against the sealed old-client password, and against nothing else: the account
/// password never takes part in MD5 or clear-text sign-in.
///
/// Handles without account, accounts without old-client password and real ones cost the same work: a sealed password
/// is opened and a digest computed and compared in every case. A few microseconds; fit for an event loop.
public struct OldClientSignIn: Sendable {
  private let seal: PasswordSeal
  private let dummy: [UInt8]

  public init(seal: PasswordSeal) throws {
    self.seal = seal
    dummy = try seal.seal(hexadecimal(randomBytes(8)), for: 0)
  }

  /// Whether the proof is right. `sealed` is nil for accounts without old-client password, both are nil for handles
  /// without account.
  public func verify(sealed: [UInt8]?, account: Int64?, proof: SignInProof) -> Bool {
    let isReal = sealed != nil && account != nil
    // Opening the real blob can fail (another key, damage); the dummy's own password then stands in.
    let opened = try? seal.open(isReal ? sealed ?? dummy : dummy, for: isReal ? account ?? 0 : 0)
    let proves = OldClientSignIn.proves(proof, password: opened ?? "")
    return proves && isReal && opened != nil
  }

  private static func proves(_ proof: SignInProof, password: String) -> Bool {
    switch proof {
    case .digest(let challenge, let response):
      return DigestChallenge.matches(challenge: challenge, response: response, password: password)
    case .clearText(let argument):
      let decoded = PercentEncoding.decode(argument.utf8) ?? argument
      let right = SHA256.hash(data: Array(password.utf8))
      let asItStands = SHA256.hash(data: Array(argument.utf8)) == right
      let whenDecoded = SHA256.hash(data: Array(decoded.utf8)) == right
      return asItStands || whenDecoded
    case .password: return false
    }
  }
}
