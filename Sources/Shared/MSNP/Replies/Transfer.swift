extension LineWriter {
  /// Sends a client to a notification server.
  ///
  ///     <<< XFR 2 NS 192.0.2.10:1863                        MSNP2
  ///     <<< XFR 2 NS 192.0.2.10:1863 0                      MSNP3-6
  ///     <<< XFR 3 NS 192.0.2.10:1863 0 192.0.2.1:1863       MSNP7-12: and the address it is talking to now
  public mutating func xfr(_ transaction: TransactionID, notification: HostPort, from origin: HostPort) {
    if dialect.has(.transferOrigin) {
      line(.XFR, transaction, "NS", notification, "0", origin)
    } else if dialect.has(.transferFlag) {
      line(.XFR, transaction, "NS", notification, "0")
    } else {
      line(.XFR, transaction, "NS", notification)
    }
  }

  /// Sends a client to a switchboard with the ticket that opens a conversation there.
  ///
  ///     <<< XFR 15 SB 192.0.2.20:1863 CKI 17262740.1050826919.32308
  public mutating func xfr(_ transaction: TransactionID, switchboard: HostPort, ticket: String) {
    line(.XFR, transaction, "SB", switchboard, "CKI", ticket)
  }

  /// Tells a client that somebody invites it to a conversation.
  ///
  ///     <<< RNG 11752013 192.0.2.20:1863 CKI 849102291.520491113 alice@example.com Alice
  public mutating func rng(
    _ session: SessionID, switchboard: HostPort, ticket: String, caller: UserHandle, name: FriendlyName
  ) {
    line(.RNG, session, switchboard, "CKI", ticket, caller, name)
  }
}
