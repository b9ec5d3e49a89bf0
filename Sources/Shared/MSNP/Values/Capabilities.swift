import NIOCore

/// What a client can do, as a field of bits in decimal: ink, webcam, winks, and in the highest four how new it is
/// (MSNP8). Told to others as it came; the server never looks into it.
///
///     >>> CHG 9 NLN 268435500
///     <<< NLN NLN alice@example.com Alice 268435500
public struct Capabilities: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Those of a client whose dialect has none (MSNP2-7).
  public static let none = Capabilities(rawValue: 0)

  /// Nil for what is no decimal number of 32 bits.
  public init?(decimal bytes: some Collection<UInt8>) {
    guard let rawValue = UInt32(decimal: bytes) else { return nil }
    self.rawValue = rawValue
  }
}

extension Capabilities: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: UInt32) { rawValue = value }
}

extension Capabilities: WireArgument {
  public var longest: Int { rawValue.longest }
  public func write(to span: inout OutputRawSpan) { rawValue.write(to: &span) }
}
