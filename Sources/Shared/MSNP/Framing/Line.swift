import NIOCore

/// One command as it arrived: a verb, its arguments and, for payload commands, the payload.
///
///     >>> CAL 2 bob@example.com
///     >>> MSG 4 N 133        followed by 133 bytes
///
/// The bytes are kept as they came with a table of where each argument lies; strings are made only of the arguments a
/// handler asks for (a `String` per token costs some forty times as much as an offset).
public struct Line: Sendable {
  /// Arguments past this number are ignored, as the official service ignored surplus ones; the longest legal line,
  /// a `VER` that names every dialect, has 25.
  public static let maximumArguments = 32

  public let verb: Verb
  /// How many arguments follow the verb, the transaction ID and a payload length counted.
  public let count: Int
  /// The bytes after the line, exactly as long as the line claimed; nil for commands without payload.
  public internal(set) var payload: ByteBuffer?

  private let bytes: ByteBuffer
  private let spans: InlineArray<32, UInt32>

  /// Splits a line, given without its line end, at runs of blanks and tabs.
  ///
  /// Throws `FramingError.verb` when the first word is not three upper-case letters or digits.
  public init(splitting bytes: ByteBuffer) throws(FramingError) {
    var spans = InlineArray<32, UInt32>(repeating: 0)
    var words = 0
    var verb: Verb?
    bytes.withUnsafeReadableBytes { raw in
      var position = 0
      while position < raw.count, words <= Line.maximumArguments {
        while position < raw.count, Line.isBlank(raw[position]) { position += 1 }
        let start = position
        while position < raw.count, !Line.isBlank(raw[position]) { position += 1 }
        guard position > start else { break }
        if words == 0 {
          guard position - start == 3 else { return }
          verb = Verb(raw[start], raw[start + 1], raw[start + 2])
          guard verb != nil else { return }
        } else {
          spans[words - 1] = UInt32(start) << 16 | UInt32(position - start)
        }
        words += 1
      }
    }
    guard let verb else { throw .verb }
    self.verb = verb
    self.count = words - 1
    self.bytes = bytes
    self.spans = spans
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// The bytes of the argument at `index`, counted from 0 (which is usually the transaction ID); nil when absent.
  public func bytes(_ index: Int) -> ByteBufferView? {
    guard index >= 0, index < count else { return nil }
    let start = bytes.readerIndex + Int(spans[index] >> 16)
    return bytes.viewBytes(at: start, length: Int(spans[index] & 0xffff))
  }

  /// The argument at `index` as text; nil when absent or not valid UTF-8.
  public func text(_ index: Int) -> String? {
    bytes(index).flatMap { String(validating: $0, as: UTF8.self) }
  }

  /// The argument at `index` as an unsigned decimal number; nil when absent, not a number or too large for `T`.
  public func number<T: FixedWidthInteger & UnsignedInteger>(_ index: Int, as type: T.Type = T.self) -> T? {
    bytes(index).flatMap { T(decimal: $0) }
  }

  /// Whether the argument at `index` is exactly this word, in this case.
  public func isWord(_ index: Int, _ word: StaticString) -> Bool {
    guard let bytes = bytes(index), bytes.count == word.utf8CodeUnitCount else { return false }
    return word.withUTF8Buffer { $0.elementsEqual(bytes) }
  }

  /// The transaction ID, the first argument of every client command but `PNG` and `OUT`; nil when it is missing or
  /// not a number, which closes the connection.
  public var transactionID: TransactionID? { number(0).map(TransactionID.init) }

  /// The line's bytes without line end, for tests and tools; never for logs, which must not hold passwords.
  public var text: String { String(buffer: bytes) }
}

extension FixedWidthInteger where Self: UnsignedInteger {
  /// Reads an unsigned decimal number of digits only: no sign, no blank, no overflow.
  public init?(decimal bytes: some Collection<UInt8>) {
    guard !bytes.isEmpty else { return nil }
    var value: Self = 0
    for byte in bytes {
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = shifted.addingReportingOverflow(Self(byte - 0x30))
      guard !overflow, !carry else { return nil }
      value = sum
    }
    self = value
  }
}
