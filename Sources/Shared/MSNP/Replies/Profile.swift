import NIOCore

/// The profile message, which follows `USR OK` unasked. Headers only: the payload ends with the blank line.
///
///     <<< MSG Hotmail Hotmail 95
///         MIME-Version: 1.0
///         Content-Type: text/x-msmsgsprofile; charset=UTF-8
///         LoginTime: 1726321960
///
/// MSNP2 gets the sign-in time alone, MSNP3-7 all headers up to `MSPAuth`, MSNP8-9 the client's address too, and from
/// MSNP10 clients are told that their address book is of the new kind, with GUIDs (login reference, section 8.2).
public struct Profile: Sendable {
  /// Seconds since 1970.
  public var signInTime: Int
  /// The account number, sent as two signed 32-bit halves.
  public var memberID: Int64
  public var handle: UserHandle
  /// What web sign-in forms hash with the password; any word will do for clients before Passport tickets.
  public var passportToken: String
  /// Where the client is; nil leaves it out.
  public var client: ClientPlace?
  /// Whether there is mail to be read.
  public var hasMail: Bool

  public init(
    signInTime: Int, memberID: Int64, handle: UserHandle, passportToken: String, client: ClientPlace? = nil,
    hasMail: Bool = false
  ) {
    self.signInTime = signInTime
    self.memberID = memberID
    self.handle = handle
    self.passportToken = passportToken
    self.client = client
    self.hasMail = hasMail
  }

  private func headers(_ dialect: Dialect) -> [(String, String)] {
    var headers = [
      ("MIME-Version", "1.0"),
      ("Content-Type", "text/x-msmsgsprofile; charset=UTF-8"),
      ("LoginTime", String(signInTime)),
    ]
    guard dialect.has(.fullProfile) else { return headers }
    headers += [
      ("EmailEnabled", hasMail ? "1" : "0"),
      ("MemberIdHigh", String(Int32(truncatingIfNeeded: memberID >> 32))),
      ("MemberIdLow", String(Int32(truncatingIfNeeded: memberID))),
      ("lang_preference", "1033"),
      ("preferredEmail", handle.text),
      ("country", "US"),
      ("PostalCode", ""), ("Gender", ""), ("Kid", "0"), ("Age", ""), ("BDayPre", ""), ("Birthday", ""), ("Wallet", ""),
      ("Flags", "1027"),
      ("sid", "507"),
      ("kv", "11"),
      ("MSPAuth", passportToken),
    ]
    if dialect.has(.clientAddressInProfile), let client {
      headers += [("ClientIP", client.address), ("ClientPort", String(client.port.byteSwapped))]
    }
    if dialect.has(.addressBookHeader) { headers.append(("ABCHMigrated", "1")) }
    return headers
  }

  func payload(_ dialect: Dialect) -> ByteBuffer {
    ByteBuffer(string: headers(dialect).map { "\($0): \($1)\r\n" }.joined() + "\r\n")
  }
}

extension LineWriter {
  /// Sends the profile message, see ``Profile``.
  public mutating func profile(_ profile: Profile) {
    line(.MSG, "Hotmail", "Hotmail", payload: profile.payload(dialect))
  }

  /// Sends a message of the server's own with the given headers and body, such as the maintenance notice.
  ///
  ///     <<< MSG Hotmail Hotmail 88
  public mutating func serviceMessage(payload: ByteBuffer) { line(.MSG, "Hotmail", "Hotmail", payload: payload) }
}

/// The address under which a server sees a client: what tells clients whether they sit behind a translating router.
public struct ClientPlace: Hashable, Sendable {
  /// Dotted decimal.
  public let address: String
  /// 0 for a client that comes through the HTTP gateway. Profiles give it with its bytes swapped.
  public let port: UInt16

  /// Nil for an address that clients of the time cannot read.
  public init?(address: String, port: UInt16) {
    let parts = address.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4, parts.allSatisfy({ UInt8($0) != nil }) else { return nil }
    self.address = address
    self.port = port
  }
}
