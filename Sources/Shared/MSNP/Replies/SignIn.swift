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
  public mutating func usr(_ transaction: TransactionID, signedIn handle: UserHandle, name: FriendlyName) {
    if dialect.has(.verifiedFlag) {
      line(.USR, transaction, "OK", handle, name, "1")
    } else {
      line(.USR, transaction, "OK", handle, name)
    }
  }

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
