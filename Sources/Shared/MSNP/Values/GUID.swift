import NIOCore

/// The number by which clients from MSNP10 on know a group or a contact for ever.
///
///     11111111-2222-3333-4444-555555555501
///
/// Lower case and without braces on the wire; read in either case.
public struct GUID: Hashable, Comparable, Sendable, WireArgument {
  /// Bytes 1 to 8 as they are written, and bytes 9 to 16.
  public let high: UInt64
  public let low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// A fresh one: version 4, of 122 bits from the system's generator.
  public static func random() -> GUID {
    var generator = SystemRandomNumberGenerator()
    return random(using: &generator)
  }

  public static func random(using generator: inout some RandomNumberGenerator) -> GUID {
    let high = generator.next() & 0xffff_ffff_ffff_0fff | 0x4000
    let low = generator.next() & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
    return GUID(high: high, low: low)
  }

  /// Reads the 36 characters; nil for anything else.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == GUID.length else { return nil }
    guard let guid = Array(bytes).withUnsafeBufferPointer(GUID.init(characters:)) else { return nil }
    self = guid
  }

  public init?(_ text: some StringProtocol) { self.init(String(text)) }

  public init?(_ text: String) {
    var text = text
    guard let guid = text.withUTF8(GUID.init(characters:)) else { return nil }
    self = guid
  }

  package init?(characters: UnsafeBufferPointer<UInt8>) {
    guard characters.count == GUID.length else { return nil }
    var halves: (UInt64, UInt64) = (0, 0)
    for index in 0..<GUID.length {
      switch index {
      case 8, 13, 18, 23:
        guard characters[index] == UInt8(ascii: "-") else { return nil }
      default:
        guard let digit = GUID.value(characters[index]) else { return nil }
        // The third hyphen stands between the halves.
        if index < 18 { halves.0 = halves.0 << 4 | digit } else { halves.1 = halves.1 << 4 | digit }
      }
    }
    self.init(high: halves.0, low: halves.1)
  }

  /// From the 16 bytes of a store; nil for another number of them.
  public init?(raw bytes: some Collection<UInt8>) {
    guard bytes.count == 16 else { return nil }
    self.init(
      high: bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
      low: bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
    )
  }

  /// The 16 bytes, the first on the wire first.
  public var raw: [UInt8] {
    [high, low].flatMap { half in stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> $0) } }
  }

  public static func < (left: GUID, right: GUID) -> Bool { (left.high, left.low) < (right.high, right.low) }

  public var longest: Int { 36 }

  public func write(to span: inout OutputRawSpan) {
    for index in 0..<16 {
      if index == 4 || index == 6 || index == 8 || index == 10 { span.append(UInt8(ascii: "-")) }
      let half = index < 8 ? high : low
      let byte = UInt8(truncatingIfNeeded: half >> UInt64(56 - index % 8 * 8))
      span.append(GUID.digit(byte >> 4))
      span.append(GUID.digit(byte & 15))
    }
  }

  private static let length = 36

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  private static func value(_ digit: UInt8) -> UInt64? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(digit - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(digit - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(digit - UInt8(ascii: "A") + 10)
    default: nil
    }
  }
}

extension GUID: CustomStringConvertible {
  public var description: String { wireText }
}

/// GUIDs with commas between them, as the last argument of `LST`.
public struct GUIDList: WireArgument {
  public let guids: [GUID]
  public init(_ guids: [GUID]) { self.guids = guids }

  public var longest: Int { guids.count * 37 }

  public func write(to span: inout OutputRawSpan) {
    for (index, guid) in guids.enumerated() {
      if index > 0 { span.append(UInt8(ascii: ",")) }
      guid.write(to: &span)
    }
  }
}
