import NIOCore

/// What bytes a connection can refuse before any command is looked at. Each closes the connection without an error
/// line, as the official service did (wire reference, section 8).
public enum FramingError: Error, Hashable, Sendable {
  /// A line passed the limit without a line feed.
  case lineTooLong(limit: Int)
  /// The first word is not three upper-case letters or digits.
  case verb
  /// The last word of a payload command is not a decimal number.
  case payloadLength
  /// A payload longer than its command may carry.
  case payloadTooLong(Verb, limit: Int)
}

extension FramingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .lineTooLong(let limit): "a line longer than \(limit) bytes"
    case .verb: "a line that does not begin with a command of three capital letters"
    case .payloadLength: "a payload command without a payload length"
    case .payloadTooLong(let verb, let limit): "a payload of \(verb) longer than \(limit) bytes"
    }
  }
}

/// Which commands carry a payload in one direction of one role, and how long lines and payloads may be.
public struct Framing: Sendable {
  /// The longest line in bytes, its end not counted.
  public var maximumLine: Int
  /// The payload commands and the longest payload of each in bytes.
  public var payloads: [Verb: Int]

  public init(maximumLine: Int = 8192, payloads: [Verb: Int] = [:]) {
    precondition(maximumLine <= 0xffff, "argument offsets are 16 bits wide")
    self.maximumLine = maximumLine
    self.payloads = payloads
  }

  /// Client to dispatch server: no payloads.
  public static let dispatch = Framing()
  /// Client to notification server. `MSG` is absent on purpose: it is illegal there, and its payload is never read.
  public static let notification = Framing(payloads: [
    .QRY: 256, .SDC: 4096, .PAG: 4096, .PGD: 4096, .UUX: PersonalMessage.maximumLength,
  ])
  /// Client to switchboard; 1,664 bytes is the official service's limit on a message.
  public static func switchboard(maximumMessage: Int = 1664) -> Framing { Framing(payloads: [.MSG: maximumMessage]) }
  /// Server to client, for programs that play the client.
  public static let fromServer = Framing(
    maximumLine: 0xffff, payloads: [.MSG: 1 << 20, .NOT: 1 << 20, .IPG: 1 << 20, .UBX: 1 << 20, .GCF: 1 << 20])
}

/// Cuts a byte stream into lines and payloads. However the stream is split into pieces, the same lines come out.
///
/// A claimed length reserves nothing: memory grows only with bytes that have arrived, and never past one line and one
/// payload of the limits.
public struct LineDecoder: Sendable {
  public let framing: Framing
  private var buffer = ByteBuffer()
  /// How many bytes after the reader index are known to hold no line feed.
  private var scanned = 0
  private var unfinished: Unfinished?

  /// A command whose payload is on its way. An object: its two hundred bytes are of no use to an idle connection.
  private final class Unfinished: Sendable {
    let line: Line
    let length: Int

    init(_ line: Line, length: Int) {
      self.line = line
      self.length = length
    }
  }

  public init(_ framing: Framing) { self.framing = framing }

  /// Bytes that arrived and have not yet come out as a line.
  public var bufferedBytes: Int { buffer.readableBytes }

  /// The memory behind them.
  var heldBytes: Int { buffer.storageCapacity }

  public mutating func append(_ bytes: inout ByteBuffer) {
    if buffer.readableBytes == 0 {
      buffer = bytes.readSlice(length: bytes.readableBytes) ?? ByteBuffer()
    } else {
      // Without this a stream whose pieces always end inside a line would be kept from its first byte on.
      buffer.discardReadBytes()
      buffer.writeBuffer(&bytes)
    }
  }

  /// The next complete command; nil until more bytes arrive. Blank lines are skipped.
  public mutating func next() throws(FramingError) -> Line? {
    if let unfinished {
      guard let whole = finish(unfinished.line, unfinished.length) else { return nil }
      self.unfinished = nil
      return whole
    }
    while let bytes = try nextLine() {
      guard bytes.readableBytesView.contains(where: { $0 != 0x20 && $0 != 0x09 }) else {
        releaseWhenEmpty()
        continue
      }
      let line = try Line(splitting: bytes)
      guard let limit = framing.payloads[line.verb] else {
        releaseWhenEmpty()
        return line
      }
      let length = try payloadLength(of: line, limit: limit)
      if let whole = finish(line, length) { return whole }
      unfinished = Unfinished(line, length: length)
      return nil
    }
    return nil
  }

  /// The line with its payload; nil until that is there.
  private mutating func finish(_ line: Line, _ length: Int) -> Line? {
    guard let payload = buffer.readSlice(length: length) else { return nil }
    releaseWhenEmpty()
    var whole = line
    whole.payload = payload
    return whole
  }

  private mutating func nextLine() throws(FramingError) -> ByteBuffer? {
    let view = buffer.readableBytesView
    guard let lineFeed = view.dropFirst(scanned).firstIndex(of: 0x0a) else {
      scanned = view.count
      // One byte more may be the CR of a line end whose LF has not come yet.
      guard scanned <= framing.maximumLine + 1 else { throw .lineTooLong(limit: framing.maximumLine) }
      return nil
    }
    let length = lineFeed - view.startIndex
    scanned = 0
    guard var line = buffer.readSlice(length: length) else { return nil }
    buffer.moveReaderIndex(forwardBy: 1)
    if line.readableBytesView.last == 0x0d { line.moveWriterIndex(to: line.writerIndex - 1) }
    guard line.readableBytes <= framing.maximumLine else { throw .lineTooLong(limit: framing.maximumLine) }
    return line
  }

  private func payloadLength(of line: Line, limit: Int) throws(FramingError) -> Int {
    guard line.count > 0, let bytes = line.bytes(line.count - 1), bytes.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
      throw .payloadLength
    }
    guard let length = UInt32(decimal: bytes), length <= limit else { throw .payloadTooLong(line.verb, limit: limit) }
    return Int(length)
  }

  /// An idle connection keeps no read buffer: thousands of them would be the better part of a server's memory.
  private mutating func releaseWhenEmpty() {
    if buffer.readableBytes == 0 { buffer = ByteBuffer() }
  }
}
