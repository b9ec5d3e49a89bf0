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
    let looks = looks(status, handle, name, capabilities, object)
    line(.ILN, upTo: transaction.longest + 1 + looks.longest) { span in
      span.append(transaction)
      looks.write(to: &span)
    }
  }

  /// A contact came online or changed status, name, capabilities or picture; in the forms of `ILN`.
  ///
  ///     <<< NLN BSY bob@example.com Bob
  ///     <<< NLN BSY bob@example.com Bob 268435500
  public mutating func nln(
    _ status: Status, _ handle: UserHandle, _ name: FriendlyName, _ capabilities: Capabilities = .none,
    _ object: MSNObject? = nil
  ) {
    let looks = looks(status, handle, name, capabilities, object)
    line(.NLN, upTo: looks.longest) { looks.write(to: &$0) }
  }

  private func looks(
    _ status: Status, _ handle: UserHandle, _ name: FriendlyName, _ capabilities: Capabilities, _ object: MSNObject?
  ) -> Looks {
    Looks(
      status: status, handle: handle, name: name, capabilities: dialect.has(.capabilities) ? capabilities : nil,
      object: dialect.has(.objects) ? object : nil)
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

/// How somebody looks to a client, as far as its dialect tells.
private struct Looks {
  let status: Status
  let handle: UserHandle
  let name: FriendlyName
  let capabilities: Capabilities?
  let object: MSNObject?

  var longest: Int {
    status.longest + handle.longest + name.longest + (capabilities?.longest ?? 0) + (object?.longest ?? 0) + 5
  }

  func write(to span: inout OutputRawSpan) {
    span.append(status)
    span.append(handle)
    span.append(name)
    if let capabilities { span.append(capabilities) }
    if let object { span.append(object) }
  }
}
