import Crypto
import MSNP

/// Makes and checks the tickets with which clients come to a switchboard.
///
///     <<< XFR 15 SB 192.0.2.20:1863 CKI <ticket>
///     >>> USR 1 alice@example.com <ticket>
///     <<< RNG 11752013 192.0.2.20:1863 CKI <ticket> alice@example.com Alice
///     >>> ANS 1 bob@example.com <ticket> 11752013
///
/// A ticket is 42 bytes in base64url, 56 characters; clients keep it in short buffers. Integers are big-endian.
///
///     key 1 | nonce 16 | expires 4, seconds since 1970 | dialect 1 | account 8 | first 12 bytes of an HMAC-SHA256
///
/// The HMAC covers the 30 bytes before it, the handle, the purpose and the switchboard; those travel outside the
/// ticket, so it is void for any other. Both roles hold the key, and nobody stores a ticket.
public struct TicketMint: Sendable {
  /// How long after its making a ticket is good, in seconds.
  public static let lifetime: Int64 = 120

  private static let bodyLength = 30
  private static let codeLength = 12

  private let current: SigningKey
  private let accepted: [SigningKey]

  /// Signs with `key`; accepts tickets signed with one of `previous` too, while keys are changed.
  public init(key: SymmetricKey, previous: [SymmetricKey] = []) {
    current = SigningKey(key)
    accepted = [current] + previous.map { SigningKey($0) }
  }

  /// A ticket for the claim. `expires` is in seconds since 1970.
  public func mint(_ claim: TicketClaim, expires: Int64) -> String {
    var generator = SystemRandomNumberGenerator()
    let body =
      [current.id] + TicketNonce(random: &generator).bytes + bigEndianBytes(UInt32(clamping: expires))
      + [claim.dialect.rawValue] + bigEndianBytes(claim.account)
    let code = current.code(
      body, handle: claim.handle, purpose: claim.purpose, switchboard: claim.switchboard)
    return Base64URL.encode(body + code.prefix(TicketMint.codeLength))
  }

  /// Checks a ticket against who brings it, what for and to which switchboard. `now` is in seconds since 1970.
  public func redeem(
    _ text: String, handle: UserHandle, purpose: TicketPurpose, switchboard: SwitchboardIdentity, now: Int64
  ) throws(TicketRefusal) -> RedeemedTicket {
    guard let bytes = Base64URL.decode(text, atMost: 64), bytes.count == TicketMint.bodyLength + TicketMint.codeLength
    else {
      throw .malformed
    }
    let body = Array(bytes.prefix(TicketMint.bodyLength))
    let keys = accepted.filter { $0.id == body[0] }
    guard !keys.isEmpty else { throw .unknownKey }
    let isSigned = keys.contains { key in
      let code = key.code(body, handle: handle, purpose: purpose, switchboard: switchboard)
      return equalInConstantTime(code.prefix(TicketMint.codeLength), bytes.suffix(TicketMint.codeLength))
    }
    guard isSigned else { throw .notForThis }
    guard let dialect = Dialect(rawValue: body[21]) else { throw .malformed }
    let expires = Int64(body[17..<21].reduce(0) { $0 << 8 | UInt32($1) })
    guard now < expires else { throw .expired }
    let account = Int64(bitPattern: body[22..<30].reduce(0) { $0 << 8 | UInt64($1) })
    return RedeemedTicket(account: account, dialect: dialect, nonce: TicketNonce(body[1..<17]), expires: expires)
  }
}

extension SigningKey {
  fileprivate init(_ key: SymmetricKey) { self.init(key, label: "switchboard ticket") }

  /// Every text bears its length, so that no two different claims are the same bytes.
  fileprivate func code(
    _ body: [UInt8], handle: UserHandle, purpose: TicketPurpose, switchboard: SwitchboardIdentity
  ) -> [UInt8] {
    var message = body + counted(handle.text)
    switch purpose {
    case .open: message += [0]
    case .answer(let session): message += [1] + bigEndianBytes(session.rawValue)
    }
    return code(message + counted(switchboard.name) + bigEndianBytes(switchboard.epoch))
  }

  private func counted(_ text: String) -> [UInt8] { bigEndianBytes(UInt32(clamping: text.utf8.count)) + text.utf8 }
}
