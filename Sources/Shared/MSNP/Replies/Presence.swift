import NIOCore

extension LineWriter {
  /// The present status of one contact, after the first `CHG` (and after `ADD FL`), with the number of that command.
  ///
  ///     <<< ILN 8 NLN bob@example.com Bob                       MSNP2-7
  ///     <<< ILN 9 NLN bob@example.com Bob 268435500             MSNP8
  ///     <<< ILN 9 NLN bob@example.com Bob 268435500 %3Cmsnobj%20...%2F%3E      from MSNP9, with an object
  public mutating func iln(
    _ transaction: TransactionID, _ status: Status, _ handle: UserHandle, _ name: FriendlyName,
    _ capabilities: Capabilities = .none, _ object: MSNObject? = nil
  ) {
    guard dialect.has(.capabilities) else { return line(.ILN, transaction, status, handle, name) }
    line(.ILN, transaction, status, handle, name, capabilities, dialect.has(.objects) ? object : nil)
  }

  /// A contact came online or changed status, name, capabilities or picture; in the forms of `ILN`.
  ///
  ///     <<< NLN BSY bob@example.com Bob
  ///     <<< NLN BSY bob@example.com Bob 268435500
  public mutating func nln(
    _ status: Status, _ handle: UserHandle, _ name: FriendlyName, _ capabilities: Capabilities = .none,
    _ object: MSNObject? = nil
  ) {
    guard dialect.has(.capabilities) else { return line(.NLN, status, handle, name) }
    line(.NLN, status, handle, name, capabilities, dialect.has(.objects) ? object : nil)
  }

  /// A contact can no longer be seen.
  ///
  ///     <<< FLN bob@example.com
  public mutating func fln(_ handle: UserHandle) { line(.FLN, handle) }

  /// What a contact says now; nothing when it took back what it said (MSNP11).
  ///
  ///     <<< UBX bob@example.com 68
  ///         <Data><PSM>gone &amp; back</PSM><CurrentMedia></CurrentMedia></Data>
  ///     <<< UBX bob@example.com 0
  public mutating func ubx(_ handle: UserHandle, _ message: PersonalMessage?) {
    line(.UBX, handle, payload: message.map { ByteBuffer(string: $0.payload) } ?? ByteBuffer())
  }

  /// The own status is set; everything of the command comes back, the object as the client wrote it.
  ///
  ///     <<< CHG 8 NLN                              MSNP2-7
  ///     <<< CHG 9 NLN 268435500                    MSNP8
  ///     <<< CHG 9 NLN 268435500 %3Cmsnobj%20...%2F%3E      from MSNP9
  public mutating func chg(
    _ transaction: TransactionID, _ status: Status, _ capabilities: Capabilities, object argument: String?
  ) {
    guard dialect.has(.capabilities) else { return line(.CHG, transaction, status) }
    line(.CHG, transaction, status, capabilities, dialect.has(.objects) ? argument : nil)
  }

  /// What the client says was taken.
  ///
  ///     <<< UUX 9 0
  public mutating func uux(_ transaction: TransactionID) { line(.UUX, transaction, 0) }
}
