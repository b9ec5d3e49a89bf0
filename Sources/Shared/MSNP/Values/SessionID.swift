import NIOCore

/// The number of a switchboard conversation: decimal and under 2^31, because clients read it with `atoi` and some
/// insist on digits; unique in the whole service, because clients key conversations by it.
public struct SessionID: Hashable, Sendable, WireArgument, CustomStringConvertible {
  public let rawValue: UInt32

  /// Nil for 0 and for what does not fit in 31 bits.
  public init?(_ rawValue: UInt32) {
    guard rawValue > 0, rawValue < 1 << 31 else { return nil }
    self.rawValue = rawValue
  }

  public var description: String { String(rawValue) }
  public var longest: Int { rawValue.longest }
  public func write(to span: inout OutputRawSpan) { rawValue.write(to: &span) }
}
