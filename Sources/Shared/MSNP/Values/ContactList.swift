import NIOCore

/// One of an account's lists by its two letters on the wire.
public enum ContactList: String, CaseIterable, Sendable, WireArgument {
  /// The contacts a client shows.
  case forward = "FL"
  /// Who may see and ring the account.
  case allow = "AL"
  /// Who may not.
  case block = "BL"
  /// Who has the account on their forward list; changed by the server only.
  case reverse = "RL"

  /// The list a handle may not be on at the same time.
  public var opposite: ContactList? {
    switch self {
    case .allow: .block
    case .block: .allow
    case .forward, .reverse: nil
    }
  }

  public var longest: Int { rawValue.utf8.count }
  public func write(to span: inout OutputRawSpan) { span.append(text: rawValue) }
}

/// The lists a contact is on, with the bits that `LST` carries from MSNP8.
public struct ListMembership: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let forward = ListMembership(rawValue: 1)
  public static let allow = ListMembership(rawValue: 2)
  public static let block = ListMembership(rawValue: 4)
  public static let reverse = ListMembership(rawValue: 8)
  /// On the reverse list since the account's last decision; from MSNP10.
  public static let pending = ListMembership(rawValue: 16)

  public init(_ list: ContactList) {
    self =
      switch list {
      case .forward: .forward
      case .allow: .allow
      case .block: .block
      case .reverse: .reverse
      }
  }
}
