import Crypto
import MSNP

/// A site that a ticket is for, by the number Passport knew it under.
public struct PassportSite: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Messenger itself: `USR n TWN`.
  public static let messenger = PassportSite(rawValue: 507)
  /// The mail pages.
  public static let mail = PassportSite(rawValue: 2)
}

/// What a good web ticket says.
public struct RedeemedWebTicket: Hashable, Sendable {
  /// The account's number.
  public let account: Int64
  /// Seconds since 1970.
  public let expires: Int64
}

/// Makes and checks the tickets that the web role gives to whoever has proved a password, and that other servers take
/// in its place.
///
///     <<< Authentication-Info: Passport1.4 da-status=success,...,from-PP='t=<ticket>&p=',...
///     >>> USR 7 TWN S t=<ticket>&p=
///
/// 53 bytes in base64url, 71 characters: clients of MSNP8 cut lines at 1,024. Integers are big-endian.
///
///     key 1 | nonce 16 | expires 4, seconds since 1970 | site 4 | account 8 | of the handle's SHA-256 4 | HMAC-SHA256 16
///
/// The HMAC covers everything before it. Nobody stores a ticket; it is good until it expires, as often as it is shown.
public struct WebTicketMint: Sendable {
  /// How long a ticket for signing in is good, in seconds: clients use it at once.
  public static let signInLifetime: Int64 = 300

  private static let bodyLength = 37
  private static let codeLength = 16

  private let current: SigningKey
  private let accepted: [SigningKey]

  /// Signs with `key`; accepts tickets signed with one of `previous` too, while keys are changed.
  public init(key: SymmetricKey, previous: [SymmetricKey] = []) {
    current = SigningKey(key, label: "web ticket")
    accepted = [current] + previous.map { SigningKey($0, label: "web ticket") }
  }

  /// A ticket for an account, without the `t=` before it. `expires` is in seconds since 1970.
  public func mint(account: Int64, handle: UserHandle, site: PassportSite, expires: Int64) -> String {
    var generator = SystemRandomNumberGenerator()
    let body =
      [current.id] + TicketNonce(random: &generator).bytes + bigEndianBytes(UInt32(clamping: expires))
      + bigEndianBytes(site.rawValue) + bigEndianBytes(account) + WebTicketMint.mark(of: handle)
    return Base64URL.encode(body + current.code(body).prefix(WebTicketMint.codeLength))
  }

  /// Checks a ticket for a site. `now` is in seconds since 1970.
  ///
  /// - Parameter handle: whose it has to be; nil for whoever's.
  public func redeem(
    _ text: String, handle: UserHandle?, site: PassportSite, now: Int64
  ) throws(TicketRefusal) -> RedeemedWebTicket {
    guard let bytes = Base64URL.decode(text, atMost: 71),
      bytes.count == WebTicketMint.bodyLength + WebTicketMint.codeLength
    else { throw .malformed }
    let body = Array(bytes.prefix(WebTicketMint.bodyLength))
    let keys = accepted.filter { $0.id == body[0] }
    guard !keys.isEmpty else { throw .unknownKey }
    let isSigned = keys.contains {
      equalInConstantTime($0.code(body).prefix(WebTicketMint.codeLength), bytes.suffix(WebTicketMint.codeLength))
    }
    guard isSigned, body[21..<25].elementsEqual(bigEndianBytes(site.rawValue)),
      handle.map({ body[33..<37].elementsEqual(WebTicketMint.mark(of: $0)) }) ?? true
    else { throw .notForThis }
    let expires = Int64(body[17..<21].reduce(0) { $0 << 8 | UInt32($1) })
    guard now < expires else { throw .expired }
    return RedeemedWebTicket(
      account: Int64(bitPattern: body[25..<33].reduce(0) { $0 << 8 | UInt64($1) }), expires: expires)
  }

  /// The ticket in an argument: what stands between `t=` and `&`.
  ///
  ///     t=ABC&p=XYZ, t=ABC&p=, t=ABC
  public static func ticket(in argument: String) -> String? {
    guard argument.hasPrefix("t=") else { return nil }
    return String(argument.dropFirst(2).prefix { $0 != "&" })
  }

  private static func mark(of handle: UserHandle) -> [UInt8] {
    Array(SHA256.hash(data: Array(handle.text.utf8)).prefix(4))
  }
}
