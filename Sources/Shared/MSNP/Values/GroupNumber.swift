import NIOCore

/// A contact group's number in MSNP7-9. Group 0 ("Other Contacts") always exists; an account has at most 30.
public struct GroupNumber: Hashable, Comparable, Sendable, WireArgument {
  public static let legal: Range<UInt8> = 0..<30

  public let rawValue: UInt8

  /// Nil for a number that no account can have.
  public init?(_ rawValue: UInt8) {
    guard GroupNumber.legal.contains(rawValue) else { return nil }
    self.rawValue = rawValue
  }

  private init(legal rawValue: UInt8) { self.rawValue = rawValue }
  public static let zero = GroupNumber(legal: 0)

  public static func < (left: GroupNumber, right: GroupNumber) -> Bool { left.rawValue < right.rawValue }
  public var longest: Int { 3 }
  public func write(to span: inout OutputRawSpan) { UInt32(rawValue).write(to: &span) }
}

/// The groups a forward-list contact is in: one bit a number. Empty means "in no group", which MSNP7-9 show as group 0.
public struct GroupSet: Hashable, Sendable, WireArgument {
  public var rawValue: UInt32
  public init(rawValue: UInt32 = 0) { self.rawValue = rawValue }
  public init(_ numbers: some Sequence<GroupNumber>) {
    self.init(rawValue: numbers.reduce(0) { $0 | 1 << $1.rawValue })
  }

  public var isEmpty: Bool { rawValue == 0 }
  public func contains(_ number: GroupNumber) -> Bool { rawValue & 1 << number.rawValue != 0 }
  public mutating func insert(_ number: GroupNumber) { rawValue |= 1 << number.rawValue }
  public mutating func remove(_ number: GroupNumber) { rawValue &= ~(1 << number.rawValue) }

  public var numbers: [GroupNumber] { GroupNumber.legal.compactMap(GroupNumber.init).filter(contains) }

  /// Comma-separated in ascending order, as the last argument of a forward-list `LST`.
  /// A number and a comma for each.
  public var longest: Int { max(1, rawValue.nonzeroBitCount) * 3 }

  public func write(to span: inout OutputRawSpan) {
    guard !isEmpty else { return GroupNumber.zero.write(to: &span) }
    var isFirst = true
    for number in UInt32(0)..<32 where rawValue & (1 << number) != 0 {
      if !isFirst { span.append(UInt8(ascii: ",")) }
      isFirst = false
      number.write(to: &span)
    }
  }
}
