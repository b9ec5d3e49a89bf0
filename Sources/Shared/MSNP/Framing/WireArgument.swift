import NIOCore

/// A value that knows its form as one argument of a line: no blank, no control character, never empty.
///
/// A line asks its arguments how long they may become, finds room for all of them once, and lets them write: a full
/// contact list is a thousand arguments, and asking a buffer for room is dearer than most of them are.
public protocol WireArgument {
  /// As many bytes as ``write(to:)`` may write, or more.
  var longest: Int { get }

  /// Writes at most ``longest`` bytes.
  func write(to span: inout OutputRawSpan)
}

extension String: WireArgument {
  public var longest: Int { utf8.count }
  public func write(to span: inout OutputRawSpan) { span.append(text: self) }
}

extension StaticString: WireArgument {
  public var longest: Int { utf8CodeUnitCount }
  public func write(to span: inout OutputRawSpan) {
    withUTF8Buffer { span.append(bytes: UnsafeRawBufferPointer($0)) }
  }
}

extension Int: WireArgument {
  public var longest: Int { 20 }
  public func write(to span: inout OutputRawSpan) { span.append(decimal: UInt64(magnitude), negative: self < 0) }
}

extension UInt32: WireArgument {
  public var longest: Int { 10 }
  public func write(to span: inout OutputRawSpan) { span.append(decimal: UInt64(self), negative: false) }
}

extension Optional: WireArgument where Wrapped: WireArgument {
  @inline(__always)
  public var longest: Int { self?.longest ?? 0 }
  /// Only a last argument may be absent: `PRP 17 260 PHH` (wire reference, section 2).
  @inline(__always)
  public func write(to span: inout OutputRawSpan) { self?.write(to: &span) }
}

extension WireArgument {
  /// The argument by itself.
  public var wireText: String {
    var buffer = ByteBuffer()
    buffer.write(upTo: longest) { write(to: &$0) }
    return String(buffer: buffer)
  }
}

extension OutputRawSpan {
  /// Appends a blank and an argument; nothing for one that is absent.
  ///
  /// Always inlined, so that the compiler knows what each argument of a line is: asking the runtime costs more than writing.
  @inline(__always)
  mutating func append(_ argument: some WireArgument) {
    let before = byteCount
    append(UInt8(ascii: " "))
    argument.write(to: &self)
    if byteCount == before + 1 { removeLast() }
  }

  /// Appends text as UTF-8.
  public mutating func append(text: String) {
    guard text.utf8.withContiguousStorageIfAvailable({ append(bytes: UnsafeRawBufferPointer($0)) }) == nil else {
      return
    }
    for byte in text.utf8 { append(byte) }
  }

  /// Appends bytes in one piece; there has to be room for them.
  public mutating func append(bytes: UnsafeRawBufferPointer) {
    withUnsafeMutableBytes { memory, count in
      UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: bytes)
      count += bytes.count
    }
  }

  @inline(__always)
  private mutating func append(digit: UInt64) { append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)) }

  /// Appends a number in decimal without making a string of it.
  mutating func append(decimal value: UInt64, negative: Bool) {
    if negative { append(UInt8(ascii: "-")) }
    // Nearly all are short: places in lists, versions, lengths.
    if value < 1_000 {
      let (tens, hundreds) = (value / 10, value / 100)
      if value >= 100 { append(digit: hundreds) }
      if value >= 10 { append(digit: tens &- hundreds &* 10) }
      return append(digit: value &- tens &* 10)
    }
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var rest = value
    var first = 20
    repeat {
      first -= 1
      digits[first] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    } while rest > 0
    for index in first..<20 { append(digits[index]) }
  }
}

extension ByteBuffer {
  /// Appends what `body` writes, which may be so many bytes at most.
  mutating func write(upTo count: Int, _ body: (inout OutputRawSpan) -> Void) {
    writeWithUnsafeMutableBytes(minimumWritableBytes: count) { memory in
      var span = OutputRawSpan(buffer: memory, initializedCount: 0)
      body(&span)
      return span.finalize(for: memory)
    }
  }
}
