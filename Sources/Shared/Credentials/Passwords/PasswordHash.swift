import CryptoExtras

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// An account password as the store keeps it: a scrypt hash with its salt and its cost.
///
///     scrypt$16384$8$1$<salt, base64>$<hash, base64>
///
/// ``make(_:cost:)`` and ``verify(_:)`` keep a core busy for some 30 ms at the standard cost. They belong on a bounded
/// pool of threads and must never be called on an event loop.
public struct PasswordHash: Hashable, Sendable {
  public let cost: PasswordCost
  private let salt: [UInt8]
  private let hash: [UInt8]

  private static let scheme = "scrypt"

  /// Hashes a password under 128 fresh bits of salt. Blocks; never on an event loop.
  public static func make(_ password: String, cost: PasswordCost = .standard) throws -> PasswordHash {
    let salt = randomBytes(16)
    return PasswordHash(cost: cost, salt: salt, hash: try derive(password, salt: salt, cost: cost, length: 32))
  }

  private init(cost: PasswordCost, salt: [UInt8], hash: [UInt8]) {
    self.cost = cost
    self.salt = salt
    self.hash = hash
  }

  /// Reads the text form; nil when it is not one or its cost is beyond bounds.
  public init?(text: String) {
    let fields = text.split(separator: "$", omittingEmptySubsequences: false)
    guard fields.count == 6, fields[0] == PasswordHash.scheme else { return nil }
    guard let rounds = Int(fields[1]), let block = Int(fields[2]), let parallelism = Int(fields[3]),
      let cost = PasswordCost(rounds: rounds, block: block, parallelism: parallelism),
      let salt = Data(base64Encoded: String(fields[4])), let hash = Data(base64Encoded: String(fields[5])),
      salt.count <= 64, (16...64).contains(hash.count)
    else { return nil }
    self.init(cost: cost, salt: Array(salt), hash: Array(hash))
  }

  /// The text form, as the store keeps it.
  public var text: String {
    let encoded = [Data(salt).base64EncodedString(), Data(hash).base64EncodedString()]
    return ([PasswordHash.scheme, "\(cost.rounds)", "\(cost.block)", "\(cost.parallelism)"] + encoded)
      .joined(separator: "$")
  }

  /// Whether this is the password, compared in constant time. Blocks; never on an event loop.
  public func verify(_ password: String) throws -> Bool {
    equalInConstantTime(try PasswordHash.derive(password, salt: salt, cost: cost, length: hash.count), hash)
  }

  /// Whether the hash was made at another cost than the one asked for now: the next sign-in that brings the password
  /// should store it anew.
  public func needsRehash(cost: PasswordCost) -> Bool { self.cost != cost }

  private static func derive(_ password: String, salt: [UInt8], cost: PasswordCost, length: Int) throws -> [UInt8] {
    try KDF.Scrypt.deriveKey(
      from: Array(password.utf8), salt: salt, outputByteCount: length, rounds: cost.rounds, blockSize: cost.block,
      parallelism: cost.parallelism
    ).withUnsafeBytes { Array($0) }
  }
}

extension PasswordHash: CustomStringConvertible {
  /// The cost alone: a hash has no place in a log.
  public var description: String { "scrypt \(cost.rounds)/\(cost.block)/\(cost.parallelism)" }
}
