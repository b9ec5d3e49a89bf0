import NIOCore

extension LineWriter {
  /// The invitation was handed to the callee, who has not answered yet.
  ///
  ///     <<< CAL 2 RINGING 11752013
  public mutating func cal(_ transaction: TransactionID, ringing session: SessionID) {
    line(.CAL, transaction, "RINGING", session)
  }

  /// One of those present, told to somebody who joins.
  ///
  ///     <<< IRO 1 1 2 alice@example.com Alice
  ///     <<< IRO 1 1 2 alice@example.com Alice 1342554172          from MSNP12
  public mutating func iro(
    _ transaction: TransactionID, _ index: Int, of total: Int, _ handle: UserHandle, _ name: FriendlyName,
    _ capabilities: Capabilities = .none
  ) {
    let shown = dialect.has(.capabilitiesOnSwitchboard) ? capabilities : nil
    line(.IRO, transaction, index, total, handle, name, shown)
  }

  /// The ticket was good and all `IRO` are sent.
  ///
  ///     <<< ANS 1 OK
  public mutating func ans(_ transaction: TransactionID) { line(.ANS, transaction, "OK") }

  /// Somebody joined.
  ///
  ///     <<< JOI bob@example.com Bob
  ///     <<< JOI bob@example.com Bob 1342554172          from MSNP12
  public mutating func joi(_ handle: UserHandle, _ name: FriendlyName, _ capabilities: Capabilities = .none) {
    line(.JOI, handle, name, dialect.has(.capabilitiesOnSwitchboard) ? capabilities : nil)
  }

  /// Somebody left; `1` when the server closed an idle conversation.
  ///
  ///     <<< BYE bob@example.com
  ///     <<< BYE bob@example.com 1
  public mutating func bye(_ handle: UserHandle, idle: Bool = false) { line(.BYE, handle, idle ? "1" : nil) }

  /// A relayed message: the payload exactly as the sender wrote it.
  ///
  ///     <<< MSG alice@example.com Alice 133
  public mutating func msg(_ handle: UserHandle, _ name: FriendlyName, payload: ByteBuffer) {
    line(.MSG, handle, name, payload: payload)
  }

  /// Every other member's connection took the message.
  ///
  ///     <<< ACK 5
  public mutating func ack(_ transaction: TransactionID) { line(.ACK, transaction) }

  /// Some member could not be reached, or nobody else is there.
  ///
  ///     <<< NAK 5
  public mutating func nak(_ transaction: TransactionID) { line(.NAK, transaction) }
}
