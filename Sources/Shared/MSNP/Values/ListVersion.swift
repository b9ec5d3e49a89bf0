import NIOCore

/// The counter of changes to one account's lists, groups, properties and name (MSNP2-9): each change adds one, those
/// that others cause included. Clients cache their lists under it and send it in `SYN`; 0 means "nothing cached".
public struct ListVersion: Hashable, Comparable, Sendable, WireArgument {
  public let rawValue: UInt32
  public init(_ rawValue: UInt32) { self.rawValue = rawValue }

  /// The version of a new account; never 0, which no client would take for an answer.
  public static let initial = ListVersion(1)

  public func next() -> ListVersion { ListVersion(rawValue == .max ? 1 : rawValue + 1) }

  public static func < (left: ListVersion, right: ListVersion) -> Bool { left.rawValue < right.rawValue }
  public var longest: Int { rawValue.longest }
  public func write(to span: inout OutputRawSpan) { rawValue.write(to: &span) }
}
