extension LineWriter {
  /// Hands out the challenge of an MD5 sign-in.
  ///
  ///     <<< USR 5 MD5 S 1234567890.123456789
  public mutating func usr(_ transaction: TransactionID, digestChallenge: String) {
    line(.USR, transaction, "MD5", "S", digestChallenge)
  }

  /// Asks for the password of a two-step clear-text sign-in (MSNP2).
  ///
  ///     <<< USR 2 CTP S
  public mutating func usrAsksForPassword(_ transaction: TransactionID) { line(.USR, transaction, "CTP", "S") }

  /// Confirms a sign-in. Every address counts as verified.
  ///
  ///     <<< USR 6 OK alice@example.com Alice              MSNP2-5
  ///     <<< USR 6 OK alice@example.com Alice 1            MSNP6-7
  ///     <<< USR 7 OK alice@example.com Alice 1 0          MSNP8-9: and not restricted to MSN Explorer
  ///     <<< USR 7 OK alice@example.com 1 0                from MSNP10
  public mutating func usr(_ transaction: TransactionID, signedIn handle: UserHandle, name: FriendlyName) {
    line(
      .USR, transaction, "OK", handle, dialect.has(.nameInSignIn) ? name : nil, dialect.has(.verifiedFlag) ? 1 : nil,
      dialect.has(.restrictedFlag) ? 0 : nil)
  }

  /// Tells a client what to ask the login server for (MSNP8-14): one word, in which some clients look up each of the
  /// first ten values.
  ///
  ///     <<< USR 6 TWN S lc=1033,id=507,tw=40,fs=1,ru=http%3A%2F%2Fmessenger%2Emsn%2Ecom,ct=1726321960,kpp=1,kv=5,...
  ///
  /// - Parameters:
  ///   - unixTime: seconds since 1970.
  ///   - seal: 32 hexadecimal digits that mean nothing here.
  public mutating func usr(_ transaction: TransactionID, ticketPolicyAt unixTime: Int64, seal: String) {
    line(
      .USR, transaction, "TWN", "S",
      "lc=1033,id=507,tw=40,fs=1,ru=http%3A%2F%2Fmessenger%2Emsn%2Ecom,ct=\(unixTime),kpp=1,kv=5,ver=2.1.0173.1,"
        + "tpf=\(seal),rver=5.5.4177.0,wp=FS_40SEC_0_COMPACT")
  }

  /// Tells that there are no subscriptions (MSNP11): unasked behind `USR OK`, and as the answer to `GSB`.
  ///
  ///     <<< SBS 0 null
  public mutating func sbs(_ transaction: TransactionID) { line(.SBS, transaction, "null") }

  /// Confirms that the ticket opened a conversation on a switchboard.
  ///
  ///     <<< USR 1 OK alice@example.com Alice
  public mutating func usr(_ transaction: TransactionID, opened handle: UserHandle, name: FriendlyName) {
    line(.USR, transaction, "OK", handle, name)
  }

  /// Ends a session: `OTH` signed in elsewhere, `SSD` the server is going down, nil for no reason given.
  ///
  ///     <<< OUT OTH
  public mutating func out(_ reason: SignOutReason?) { line(.OUT, reason?.rawValue) }
}

/// Why a server ends a session, in the words of `OUT`.
public enum SignOutReason: String, Sendable {
  /// Signed in elsewhere; official clients stay offline after it.
  case elsewhere = "OTH"
  /// The server is shutting down; official clients come back by themselves.
  case shutdown = "SSD"
}
