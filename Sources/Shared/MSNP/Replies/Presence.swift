extension LineWriter {
  /// The present status of one contact, after the first `CHG` (and after `ADD FL`), with the number of that command.
  ///
  ///     <<< ILN 8 NLN bob@example.com Bob
  public mutating func iln(_ transaction: TransactionID, _ status: Status, _ handle: UserHandle, _ name: FriendlyName) {
    line(.ILN, transaction, status, handle, name)
  }

  /// A contact came online or changed status or name.
  ///
  ///     <<< NLN BSY bob@example.com Bob
  public mutating func nln(_ status: Status, _ handle: UserHandle, _ name: FriendlyName) {
    line(.NLN, status, handle, name)
  }

  /// A contact can no longer be seen.
  ///
  ///     <<< FLN bob@example.com
  public mutating func fln(_ handle: UserHandle) { line(.FLN, handle) }
}
