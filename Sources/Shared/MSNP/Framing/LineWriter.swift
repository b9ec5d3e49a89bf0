import NIOCore

/// A value that knows its form as one argument of a line: no blank, no control character, never empty.
public protocol WireArgument {
  func write(to buffer: inout ByteBuffer)
}

extension String: WireArgument {
  public func write(to buffer: inout ByteBuffer) { buffer.writeString(self) }
}

extension StaticString: WireArgument {
  public func write(to buffer: inout ByteBuffer) { buffer.writeStaticString(self) }
}

extension Int: WireArgument {
  public func write(to buffer: inout ByteBuffer) { buffer.writeDecimal(UInt64(magnitude), negative: self < 0) }
}

extension UInt32: WireArgument {
  public func write(to buffer: inout ByteBuffer) { buffer.writeDecimal(UInt64(self), negative: false) }
}

extension Optional: WireArgument where Wrapped: WireArgument {
  /// Only a last argument may be absent: `PRP 17 260 PHH` (wire reference, section 2).
  public func write(to buffer: inout ByteBuffer) { self?.write(to: &buffer) }
}

/// Writes server lines in the form one dialect reads: exactly one blank between words, CR LF at the end.
///
/// The lines themselves are methods in extensions, one file per command; a difference between dialects lives there.
public struct LineWriter: Sendable {
  /// Everything written so far.
  public var buffer: ByteBuffer
  /// The dialect of whoever reads these lines.
  public var dialect: Dialect

  public init(dialect: Dialect, buffer: ByteBuffer = ByteBuffer()) {
    self.dialect = dialect
    self.buffer = buffer
  }

  /// Appends a line. An absent last argument leaves out its blank too.
  public mutating func line<each Argument: WireArgument>(_ verb: Verb, _ argument: repeat each Argument) {
    verb.write(to: &buffer)
    for value in repeat each argument {
      let before = buffer.writerIndex
      buffer.writeInteger(UInt8(ascii: " "))
      value.write(to: &buffer)
      if buffer.writerIndex == before + 1 { buffer.moveWriterIndex(to: before) }
    }
    buffer.writeStaticString("\r\n")
  }

  /// Appends a line whose last argument is the length of the payload that follows it.
  public mutating func line<each Argument: WireArgument>(
    _ verb: Verb, _ argument: repeat each Argument, payload: ByteBuffer
  ) {
    line(verb, repeat each argument, payload.readableBytes)
    buffer.writeImmutableBuffer(payload)
  }

  /// Appends the line of a numeric error.
  ///
  ///     <<< 217 2
  public mutating func error(_ code: ErrorCode, _ transaction: TransactionID) {
    buffer.writeDecimal(UInt64(code.rawValue), negative: false)
    buffer.writeInteger(UInt8(ascii: " "))
    transaction.write(to: &buffer)
    buffer.writeStaticString("\r\n")
  }
}

extension ByteBuffer {
  /// Writes a number in decimal without making a string of it.
  mutating func writeDecimal(_ value: UInt64, negative: Bool) {
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var rest = value
    var first = 20
    repeat {
      first -= 1
      digits[first] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    } while rest > 0
    if negative { writeInteger(UInt8(ascii: "-")) }
    for index in first..<20 { writeInteger(digits[index]) }
  }
}
