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

  func payload(_ dialect: Dialect) -> ByteBuffer {
    var headers = Headers()
    headers.add("MIME-Version", "1.0")
    headers.add("Content-Type", "text/x-msmsgsprofile; charset=UTF-8")
    headers.add("LoginTime", String(signInTime))
    if dialect.has(.fullProfile) { add(to: &headers) }
    if dialect.has(.clientAddressInProfile), let client {
      headers.add("ClientIP", client.address)
      headers.add("ClientPort", String(client.port.byteSwapped))
    }
    if dialect.has(.addressBookHeader) { headers.add("ABCHMigrated", "1") }
    return ByteBuffer(string: headers.text + "\r\n")
  }

  private func add(to headers: inout Headers) {
    headers.add("EmailEnabled", hasMail ? "1" : "0")
    headers.add("MemberIdHigh", String(Int32(truncatingIfNeeded: memberID >> 32)))
    headers.add("MemberIdLow", String(Int32(truncatingIfNeeded: memberID)))
    headers.add("lang_preference", String(person.language))
    headers.add("preferredEmail", handle.text)
    headers.add("country", person.country)
    headers.add("PostalCode", person.postalCode)
    headers.add("Gender", person.gender)
    headers.add("Kid", "0")
    for name in ["Age", "BDayPre", "Birthday", "Wallet"] { headers.add(name, "") }
    headers.add("Flags", "1027")
    headers.add("sid", "507")
    headers.add("kv", "11")
    headers.add("MSPAuth", passportToken)
  }

  private struct Headers {
    private(set) var text = ""

    init() { text.reserveCapacity(512) }

    mutating func add(_ name: String, _ value: String) {
      text += name
      text += ": "
      text += value
      text += "\r\n"
    }
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
    let parts = address.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4, parts.allSatisfy({ UInt8(Substring($0)) != nil }) else { return nil }
    self.address = address
    self.port = port
  }
}
