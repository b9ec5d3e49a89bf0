import NIOCore

/// The number a client gives a command and the server repeats in its answer: any 32-bit value, 0 included, in any
/// order. Lines the server sends unasked bear 0 where their form has a place for it.
public struct TransactionID: Hashable, Sendable, WireArgument {
  public let rawValue: UInt32
  public init(_ rawValue: UInt32) { self.rawValue = rawValue }

  /// The number of lines that answer no command, such as `ADD 0 RL`.
  public static let unsolicited = TransactionID(0)

  public var longest: Int { rawValue.longest }
  public func write(to span: inout OutputRawSpan) { rawValue.write(to: &span) }
}
