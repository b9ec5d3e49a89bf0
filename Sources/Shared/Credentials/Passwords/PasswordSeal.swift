import Crypto

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Why an old-client password could not be sealed or opened.
public enum PasswordSealError: Error, Hashable, Sendable {
  /// More than ``PasswordSeal/maximumLength`` bytes of UTF-8.
  case tooLong
  /// Sealed with another key or for another account, or damaged.
  case notOurs
}

extension PasswordSealError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooLong: "an old-client password longer than \(PasswordSeal.maximumLength) bytes"
    case .notOurs:
      "an old-client password that the key of this server does not open: put back the key file it was made with,"
        + " or set the password again"
    }
  }
}

/// Seals old-client passwords, which MD5 sign-in needs readable, with a key that is not in the database.
///
/// AES-256-GCM with the account number as associated data, so that a sealed password moved to another account opens
/// nothing. All are padded to one length: neither the blob nor the time to open it tells how long the password is.
public struct PasswordSeal: Sendable {
  /// The longest password in bytes of UTF-8: 16 characters of up to four bytes.
  public static let maximumLength = 64

  private let key: SymmetricKey

  /// A 256-bit key, from ``KeyFile/oldClientPasswords``.
  public init(key: SymmetricKey) { self.key = key }

  /// Seals the password of the account of that number.
  public func seal(_ password: String, for account: Int64) throws -> [UInt8] {
    let text = Array(password.utf8)
    guard text.count <= PasswordSeal.maximumLength else { throw PasswordSealError.tooLong }
    let padding = [UInt8](repeating: 0, count: PasswordSeal.maximumLength - text.count)
    let box = try AES.GCM.seal([UInt8(text.count)] + text + padding, using: key, authenticating: label(account))
    return Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
  }

  /// Opens what was sealed for the account of that number; throws ``PasswordSealError/notOurs`` for everything else.
  public func open(_ sealed: [UInt8], for account: Int64) throws -> String {
    guard let box = try? AES.GCM.SealedBox(combined: sealed),
      let padded = try? AES.GCM.open(box, using: key, authenticating: label(account)), let length = padded.first,
      Int(length) < padded.count
    else { throw PasswordSealError.notOurs }
    return String(decoding: padded.dropFirst().prefix(Int(length)), as: UTF8.self)
  }

  private func label(_ account: Int64) -> [UInt8] { Array("old-client password".utf8) + bigEndianBytes(account) }
}
