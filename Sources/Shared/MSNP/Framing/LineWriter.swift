import NIOCore

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
    var longest = verb.longest + 2
    // As expressions and not as loops: those go through the runtime for each argument.
    repeat longest += 1 + (each argument).longest
    buffer.write(upTo: longest) { span in
      verb.write(to: &span)
      repeat span.append(each argument)
      span.append(UInt8(ascii: "\r"))
      span.append(UInt8(ascii: "\n"))
    }
  }

  /// Appends a line whose arguments `body` appends one by one, `longest` bytes at most with a blank before each.
  ///
  /// For the lines that clients get by the hundred: here the compiler sees through what each argument is.
  @inline(__always)
  mutating func line(_ verb: Verb, upTo longest: Int, _ body: (inout OutputRawSpan) -> Void) {
    buffer.write(upTo: verb.longest + longest + 2) { span in
      verb.write(to: &span)
      body(&span)
      span.append(UInt8(ascii: "\r"))
      span.append(UInt8(ascii: "\n"))
    }
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
    let number = UInt32(code.rawValue)
    buffer.write(upTo: number.longest + transaction.longest + 3) { span in
      number.write(to: &span)
      span.append(UInt8(ascii: " "))
      transaction.write(to: &span)
      span.append(UInt8(ascii: "\r"))
      span.append(UInt8(ascii: "\n"))
    }
  }
}
