/// One line of a list: who, under which name, and for the forward list in which groups.
public struct ListEntry: Hashable, Sendable {
  public var handle: UserHandle
  public var name: FriendlyName
  public var groups: GroupSet

  public init(handle: UserHandle, name: FriendlyName, groups: GroupSet = GroupSet()) {
    self.handle = handle
    self.name = name
    self.groups = groups
  }
}

extension LineWriter {
  /// One list in the form of MSNP2-7; an empty one is a single line.
  ///
  ///     <<< LST 5 FL 255 1 2 bob@example.com Bob            MSNP2-6; MSNP7 appends the groups: `1` or `0,3`
  ///     <<< LST 5 BL 255 0 0
  ///
  /// `afterEach` writes what follows an entry inside the burst (`BPR`, from MSNP5).
  public mutating func lst(
    _ transaction: TransactionID, _ list: ContactList, _ version: ListVersion, _ entries: [ListEntry],
    afterEach: (inout LineWriter, Int) -> Void = { _, _ in }
  ) {
    guard !entries.isEmpty else { return lstEmpty(transaction, list, version) }
    for (index, entry) in entries.enumerated() {
      lst(transaction, list, version, index + 1, of: entries.count, entry.handle, entry.name, entry.groups)
      afterEach(&self, index)
    }
  }

  /// One line of a list, the `number`th of `count`.
  public mutating func lst(
    _ transaction: TransactionID, _ list: ContactList, _ version: ListVersion, _ number: Int, of count: Int,
    _ handle: UserHandle, _ name: FriendlyName, _ groups: GroupSet
  ) {
    let showsGroups = list == .forward && dialect.has(.groups)
    let fixed = transaction.longest + list.longest + version.longest + 2 * count.longest + 8
    line(.LST, upTo: fixed + handle.longest + name.longest + groups.longest) { span in
      span.append(transaction)
      span.append(list)
      span.append(version)
      span.append(number)
      span.append(count)
      span.append(handle)
      span.append(name)
      if showsGroups { span.append(groups) }
    }
  }

  /// The one line of a list that nobody is on.
  public mutating func lstEmpty(_ transaction: TransactionID, _ list: ContactList, _ version: ListVersion) {
    line(.LST, transaction, list, version, 0, 0)
  }

  /// All groups, group 0 first (MSNP7).
  ///
  ///     <<< LSG 5 255 1 2 0 Other%20Contacts 0
  public mutating func lsg(_ transaction: TransactionID, _ version: ListVersion, _ groups: [(GroupNumber, String)]) {
    for (index, group) in groups.enumerated() {
      line(.LSG, transaction, version, index + 1, groups.count, group.0, EncodedText(group.1), "0")
    }
  }

  /// One own property, in the burst of MSNP5-7 and as the answer to `PRP`; unset phones have no value.
  ///
  ///     <<< PRP 5 255 PHH 1%20(555)%20555-0100
  ///     <<< PRP 5 255 PHW
  ///     <<< PRP 10 PHH 1%20555%20555-0100                    from MSNP10
  public mutating func prp(
    _ transaction: TransactionID, _ version: ListVersion, _ property: ContactProperty, _ value: String?
  ) {
    line(.PRP, transaction, told(version), property, value.map(EncodedText.init))
  }

  /// One property of a contact.
  ///
  ///     <<< BPR 255 bob@example.com MOB N                    MSNP5-9
  ///     <<< BPR bob@example.com MOB N                        from MSNP10
  public mutating func bpr(
    _ version: ListVersion, _ handle: UserHandle, _ property: ContactProperty, _ value: String?
  ) {
    let value = value.map(EncodedText.init)
    let isVersionTold = dialect.has(.listVersions)
    let longest = version.longest + handle.longest + property.longest + (value?.longest ?? 0) + 4
    line(.BPR, upTo: longest) { span in
      if isVersionTold { span.append(version) }
      span.append(handle)
      span.append(property)
      if let value { span.append(value) }
    }
  }

  /// The properties of a contact that clients are shown: all in MSNP5-9, set or not, and what is set from MSNP10.
  public mutating func bpr(_ version: ListVersion, _ handle: UserHandle, _ properties: ContactProperties) {
    let isComplete = dialect.has(.listVersions)
    guard !properties.isBlank else { return isComplete ? bprBlank(version, handle) : () }
    for property in ContactProperty.shown where property.isRead(in: dialect, isSet: properties[property] != nil) {
      guard isComplete || properties[property] != nil else { continue }
      bpr(version, handle, property, properties[property])
    }
  }

  /// The lines of a contact that shows nothing, as most do: all of them at once.
  private mutating func bprBlank(_ version: ListVersion, _ handle: UserHandle) {
    let longest = Verb.BPR.longest + version.longest + handle.longest + 10
    buffer.write(upTo: 4 * longest) { span in
      LineWriter.bpr(version, handle, " PHH\r\n", to: &span)
      LineWriter.bpr(version, handle, " PHW\r\n", to: &span)
      LineWriter.bpr(version, handle, " PHM\r\n", to: &span)
      LineWriter.bpr(version, handle, " MOB N\r\n", to: &span)
    }
  }

  private static func bpr(
    _ version: ListVersion, _ handle: UserHandle, _ rest: StaticString, to span: inout OutputRawSpan
  ) {
    Verb.BPR.write(to: &span)
    span.append(version)
    span.append(handle)
    rest.write(to: &span)
  }

  /// Somebody was put on a list. Bears transaction ID 0 when others did it (`RL`).
  ///
  ///     <<< ADD 12 FL 256 bob@example.com Bob               MSNP7 appends the group to `FL`
  ///     <<< ADD 0 RL 258 erin@example.com Erin
  public mutating func add(
    _ transaction: TransactionID, _ list: ContactList, _ version: ListVersion, _ handle: UserHandle,
    _ name: FriendlyName, group: GroupNumber? = nil
  ) {
    line(.ADD, transaction, list, version, handle, name, group)
  }

  /// Somebody was taken off a list.
  ///
  ///     <<< REM 14 BL 257 dave@example.com
  ///     <<< REM 0 RL 258 alice@example.com
  ///     <<< REM 15 AL bob@example.com                        from MSNP10
  public mutating func rem(
    _ transaction: TransactionID, _ list: ContactList, _ version: ListVersion, _ handle: UserHandle,
    group: GroupNumber? = nil
  ) {
    line(.REM, transaction, list, told(version), handle, group)
  }
}
