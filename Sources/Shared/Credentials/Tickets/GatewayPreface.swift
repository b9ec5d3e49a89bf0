import Crypto
import MSNP

/// What a good preface says. It is not yet known whether it was used before: ask ``UsedTickets``.
public struct RedeemedPreface: Hashable, Sendable {
  /// The client's address as a literal, `192.0.2.7` or `2001:db8::7`.
  public let client: String
  public let nonce: TicketNonce
  /// Seconds since 1970.
  public let issued: Int64
}

/// Why a preface is void; for the log, since the connection just closes.
public enum PrefaceRefusal: Error, Hashable, Sendable {
  /// Not the shape of a preface, or of another version of it.
  case malformed
  /// Sealed with a key this server does not have.
  case unknownKey
  /// Altered, or made for another server.
  case notForThis
  /// Too old, or from the future.
  case outOfTime
  /// Taken before.
  case used
}

extension PrefaceRefusal: CustomStringConvertible {
  public var description: String {
    switch self {
    case .malformed: "a preface that no web node of this release writes"
    case .unknownKey: "a preface sealed with an unknown key: this server and the web node need keys of one folder"
    case .notForThis: "a preface altered, or made for another server"
    case .outOfTime: "a preface older than \(GatewayPrefaceMint.lifetime) s, or from the future"
    case .used: "a preface that was used before"
    }
  }
}

/// Makes and checks the first line of a connection that a web node opens for one of its clients: whom it speaks for.
///
///     >>> GWY <text>                       from the web node
///     >>> VER 1 MSNP7 CVR0                 from its client
///
/// The text is base64url of at most 83 bytes. Integers are big-endian.
///
///     key 1 | version 1 | nonce 16 | issued 4, seconds since 1970 | client's address, text | HMAC-SHA256 16
///
/// The HMAC covers everything before it and the address under which clients know the target, so it is void anywhere
/// else. It is no more secret than the connection: what protects it is that it is good once and for half a minute.
public struct GatewayPrefaceMint: Sendable {
  /// The word that begins the line.
  public static let word = "GWY"
  /// How long a preface is good, in seconds: it is made when the connection is.
  public static let lifetime: Int64 = 30
  /// How far the clocks of two nodes may be apart, in seconds.
  private static let drift: Int64 = 5
  private static let version: UInt8 = 1
  private static let fixedLength = 22
  private static let codeLength = 16
  /// `0000:0000:0000:0000:0000:ffff:255.255.255.255`.
  private static let longestAddress = 45
  private static let longestText = ((fixedLength + longestAddress + codeLength) * 4 + 2) / 3

  private let current: SigningKey
  private let accepted: [SigningKey]

  /// Seals with `key`; accepts what is sealed with one of `previous` too, while keys are changed.
  public init(key: SymmetricKey, previous: [SymmetricKey] = []) {
    current = SigningKey(key, label: "gateway preface")
    accepted = [current] + previous.map { SigningKey($0, label: "gateway preface") }
  }

  /// The text of a fresh preface. `now` is in seconds since 1970.
  ///
  /// - Parameters:
  ///   - client: an address as a literal.
  ///   - target: the address that the server it is for tells clients.
  public func mint(client: String, target: HostPort, now: Int64) -> String {
    var generator = SystemRandomNumberGenerator()
    let body =
      [current.id, Self.version] + TicketNonce(random: &generator).bytes + bigEndianBytes(UInt32(clamping: now))
      + Array(client.utf8.prefix(Self.longestAddress))
    return Base64URL.encode(body + current.code(body, target).prefix(Self.codeLength))
  }

  /// Checks a preface that came to the server of that address. `now` is in seconds since 1970.
  public func redeem(_ text: String, target: HostPort, now: Int64) throws(PrefaceRefusal) -> RedeemedPreface {
    guard let bytes = Base64URL.decode(text, atMost: Self.longestText),
      bytes.count > Self.fixedLength + Self.codeLength, bytes[1] == Self.version
    else { throw .malformed }
    let body = Array(bytes.dropLast(Self.codeLength))
    let keys = accepted.filter { $0.id == body[0] }
    guard !keys.isEmpty else { throw .unknownKey }
    let isSealed = keys.contains {
      equalInConstantTime($0.code(body, target).prefix(Self.codeLength), bytes.suffix(Self.codeLength))
    }
    guard isSealed else { throw .notForThis }
    let issued = Int64(body[18..<22].reduce(0) { $0 << 8 | UInt32($1) })
    guard issued <= now + Self.drift, now < issued + Self.lifetime else { throw .outOfTime }
    return RedeemedPreface(
      client: String(decoding: body[Self.fixedLength...], as: UTF8.self), nonce: TicketNonce(body[2..<18]),
      issued: issued)
  }
}

extension SigningKey {
  fileprivate func code(_ body: [UInt8], _ target: HostPort) -> [UInt8] {
    // The body's length comes first, so that no two pairs of body and target are the same bytes.
    code(bigEndianBytes(UInt32(clamping: body.count)) + body + Array("\(target)".utf8))
  }
}
