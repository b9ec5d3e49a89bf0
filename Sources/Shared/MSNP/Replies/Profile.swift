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
  public var person: Person

  /// What the account's owner tells of themselves. Age and birthday are always left empty: how clients read them is not
  /// known.
  public struct Person: Sendable {
    /// A Windows language number (LCID): 1033 is English.
    public var language: Int
    /// ISO 3166, two capital letters.
    public var country: String
    /// One line, like all that follow; empty for what is not told.
    public var postalCode: String
    /// `F` or `M`.
    public var gender: String

    public init(language: Int = 1033, country: String = "US", postalCode: String = "", gender: String = "") {
      self.language = language
      self.country = country
      self.postalCode = postalCode
      self.gender = gender
    }
  }

  public init(
    signInTime: Int, memberID: Int64, handle: UserHandle, passportToken: String, client: ClientPlace? = nil,
    hasMail: Bool = false, person: Person = Person()
  ) {
    self.signInTime = signInTime
    self.memberID = memberID
    self.handle = handle
    self.passportToken = passportToken
    self.client = client
    self.hasMail = hasMail
    self.person = person
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
      ("lang_preference", String(person.language)),
      ("preferredEmail", handle.text),
      ("country", person.country),
      ("PostalCode", person.postalCode), ("Gender", person.gender), ("Kid", "0"), ("Age", ""), ("BDayPre", ""),
      ("Birthday", ""), ("Wallet", ""),
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

  /// Tells that the server goes down in so many minutes; `OUT SSD` follows when it does (login reference, section 8.4).
  ///
  ///     <<< MSG Hotmail Hotmail 88
  ///         MIME-Version: 1.0
  ///         Content-Type: application/x-msmsgssystemmessage
  ///
  ///         Type: 1
  ///         Arg1: 5
  public mutating func maintenance(minutes: Int) {
    let head = "MIME-Version: 1.0\r\nContent-Type: application/x-msmsgssystemmessage\r\n\r\n"
    serviceMessage(payload: ByteBuffer(string: head + "Type: 1\r\nArg1: \(minutes)\r\n"))
  }

  /// Sends a message of the server's own with the given headers and body.
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
