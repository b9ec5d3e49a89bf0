import NIOCore

// The burst of MSNP8 and later: one line a contact, and no numbers of transaction or version in it.
extension LineWriter {
  /// The number of the Messenger network.
  private static let network = 1

  /// Says what the client has, and how many `LST` and `LSG` lines come behind it if that is not all (MSNP8-12).
  ///
  ///     <<< SYN 8 255 3 2                                               MSNP8-9
  ///     <<< SYN 8 <time> <time> 3 1                                     MSNP10-12, see ``ListStamp``
  ///     <<< SYN 8 255                                                   nothing new
  public mutating func syn(_ transaction: TransactionID, _ version: ListVersion, counts: (contacts: Int, groups: Int)?)
  {
    let contacts = counts?.contacts
    let groups = counts?.groups
    if dialect.has(.listStamps) {
      line(.SYN, transaction, ListStamp(version), ListStamp(version), contacts, groups)
    } else {
      line(.SYN, transaction, version, contacts, groups)
    }
  }

  /// One contact with all its lists and numeric groups (MSNP8-9).
  ///
  ///     <<< LST bob@example.com Bob 11 1
  ///     <<< LST dave@example.com Dave 12                                 no groups without the forward list
  public mutating func lst(_ handle: UserHandle, _ name: FriendlyName, _ lists: ListMembership, groups: GroupSet) {
    line(.LST, handle, name, Int(lists.rawValue), lists.contains(.forward) ? groups : nil)
  }

  /// One contact with all its lists and groups by GUID (MSNP10-12).
  ///
  ///     <<< LST N=bob@example.com F=Bob C=aaaaaaaa-0000-0000-0000-000000000001 11 11111111-2222-3333-4444-555555555501
  ///     <<< LST N=dave@example.com F=Dave 12 1                           MSNP12: and the network
  ///
  /// - Parameter guid: written with the forward list only.
  public mutating func lst(
    _ handle: UserHandle, _ name: FriendlyName, guid: GUID?, _ lists: ListMembership, groups: [GUID]
  ) {
    let isForward = lists.contains(.forward)
    let namesNetwork = dialect.has(.networkInLists)
    let shown = GUIDList(isForward ? groups : [])
    line(.LST, upTo: handle.longest + name.longest + shown.longest + 80) { span in
      span.append(Labelled("N", handle))
      span.append(Labelled("F", name))
      if isForward, let guid { span.append(Labelled("C", guid)) }
      span.append(Int(lists.rawValue))
      if namesNetwork { span.append(LineWriter.network) }
      if !shown.guids.isEmpty { span.append(shown) }
    }
  }

  /// One group of the burst.
  ///
  ///     <<< LSG 1 Friends 0                                              MSNP8-9
  ///     <<< LSG Friends 11111111-2222-3333-4444-555555555501             MSNP10-12
  public mutating func lsg(_ number: GroupNumber, _ guid: GUID, _ name: String) {
    if dialect.has(.contactGUIDs) {
      line(.LSG, EncodedText(name), guid)
    } else {
      line(.LSG, number, EncodedText(name), "0")
    }
  }

  /// An own property in the burst.
  ///
  ///     <<< PRP PHH 1%20555%20555-0100
  public mutating func prp(_ property: ContactProperty, _ value: String) { line(.PRP, property, EncodedText(value)) }

  /// The own name in the burst, and as the answer to `PRP n MFN` (MSNP10).
  ///
  ///     <<< PRP MFN Alice
  ///     <<< PRP 10 MFN New%20Alice
  public mutating func prp(_ transaction: TransactionID? = nil, name: FriendlyName) {
    line(.PRP, transaction, "MFN", name)
  }

  /// A property of the contact whose `LST` came last.
  ///
  ///     <<< BPR PHH 1%20555%20555-0101
  public mutating func bpr(_ property: ContactProperty, _ value: String) { line(.BPR, property, EncodedText(value)) }

  /// Somebody was put on a list, or into a group (MSNP10-12). Bears transaction ID 0 when others did it.
  ///
  ///     <<< ADC 11 FL N=erin@example.com F=Erin C=aaaaaaaa-0000-0000-0000-000000000003
  ///     <<< ADC 12 AL N=erin@example.com
  ///     <<< ADC 0 RL N=frank@example.com F=Frank
  public mutating func adc(
    _ transaction: TransactionID, _ list: ContactList, _ handle: UserHandle, _ name: FriendlyName?,
    guid: GUID? = nil
  ) {
    line(
      .ADC, transaction, list, Labelled("N", handle), name.map { Labelled("F", $0) }, guid.map { Labelled("C", $0) })
  }

  /// A forward-list contact was put into a group (MSNP10-12).
  ///
  ///     <<< ADC 14 FL C=aaaaaaaa-0000-0000-0000-000000000003 11111111-2222-3333-4444-555555555502
  public mutating func adc(_ transaction: TransactionID, guid: GUID, group: GUID) {
    line(.ADC, transaction, "FL", Labelled("C", guid), group)
  }

  /// A forward-list contact was taken off the list, or out of a group (MSNP10-12).
  ///
  ///     <<< REM 15 FL aaaaaaaa-0000-0000-0000-000000000003 11111111-2222-3333-4444-555555555502
  public mutating func rem(_ transaction: TransactionID, guid: GUID, group: GUID? = nil) {
    line(.REM, transaction, "FL", guid, group)
  }
}

extension LineWriter {
  /// Somebody waits for an answer no more (MSNP10-12).
  ///
  ///     <<< REM 20 PL frank@example.com
  public mutating func rem(_ transaction: TransactionID, pending handle: UserHandle) {
    line(.REM, transaction, "PL", handle)
  }
}

/// An argument with a letter before it: `N=alice@example.com`.
public struct Labelled<Argument: WireArgument>: WireArgument {
  private let label: StaticString
  private let argument: Argument

  public init(_ label: StaticString, _ argument: Argument) {
    self.label = label
    self.argument = argument
  }

  public var longest: Int { label.longest + 1 + argument.longest }

  public func write(to span: inout OutputRawSpan) {
    label.write(to: &span)
    span.append(UInt8(ascii: "="))
    argument.write(to: &span)
  }
}

extension LineWriter {
  /// The list version, for dialects whose replies tell it.
  public func told(_ version: ListVersion) -> ListVersion? { dialect.has(.listVersions) ? version : nil }
}
