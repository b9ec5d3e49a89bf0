import MSNP

/// A client that says what it is told and hands over what it hears, line by line.
///
/// Blocking, for use on a thread of its own (see ``onThread(_:)``). No call waits longer than the limit.
public final class ScriptedClient {
  /// Where it is connected to.
  public let address: HostPort
  /// How long one wait for the server may last.
  public var limit: Duration
  /// Whether every byte sent is a segment of its own.
  public var sendsByteByByte = false
  /// What it speaks, as far as lines that the client itself understands differ: `QNG`.
  public var dialect = Dialect.msnp7
  private let socket: any ClientWire
  private var stream = ServerStream()
  private var ended = false

  /// Connects.
  ///
  /// - Parameter receiveBuffer: the kernel's receive buffer in bytes, for clients that play a slow line.
  public init(
    to address: HostPort, limit: Duration = .seconds(10), receiveBuffer: Int? = nil
  ) throws(ClientFailure) {
    self.address = address
    self.limit = limit
    socket = try ClientSocket(connectingTo: address, receiveBuffer: receiveBuffer)
  }

  /// A client whose every byte goes through an HTTP gateway.
  ///
  /// - Parameters:
  ///   - address: the server, whose host the gateway is told.
  ///   - gateway: the client at the web server, without a session.
  public init(to address: HostPort, through gateway: GatewayClient, limit: Duration = .seconds(10)) {
    self.address = address
    self.limit = limit
    socket = GatewayWire(gateway, to: address.host)
  }

  /// The port of this end of the connection.
  public var localPort: Int { socket.localPort }

  /// Sends a line, its end added, and the payload behind it.
  public func send(_ line: String, payload: [UInt8] = []) throws(ClientFailure) {
    try send(bytes: Array(line.utf8) + [0x0d, 0x0a] + payload)
  }

  /// Sends just these bytes.
  public func send(bytes: [UInt8]) throws(ClientFailure) {
    guard sendsByteByByte else { return try socket.write(bytes, within: limit) }
    for byte in bytes { try socket.write([byte], within: limit) }
  }

  /// Sends what the kernel takes at once; answers with the number of bytes, nil when the connection is gone.
  public func sendSome(bytes: [UInt8]) -> Int? { socket.writeSome(bytes) }

  /// The next line.
  public func nextLine(waitingFor wanted: String = "a line") throws(ClientFailure) -> ServerLine {
    let deadline = ContinuousClock.now + limit
    while true {
      if let line = try stream.next() { return line }
      switch socket.read(atMost: 1 << 16, until: deadline) {
      case .bytes(let bytes): stream.append(bytes)
      case .end:
        ended = true
        throw .closed(waitingFor: wanted)
      case .nothing: throw .timeout(limit, waitingFor: wanted)
      }
    }
  }

  /// Reads at most so many bytes from the connection, as a slow line would; false at its end.
  public func receive(atMost count: Int) throws(ClientFailure) -> Bool {
    switch socket.read(atMost: count, until: .now + limit) {
    case .bytes(let bytes):
      stream.append(bytes)
      return true
    case .end:
      ended = true
      return false
    case .nothing: throw .timeout(limit, waitingFor: "bytes")
    }
  }

  /// The next line among the bytes received so far; nil when none is whole.
  public func nextReceivedLine() throws(ClientFailure) -> ServerLine? { try stream.next() }

  /// The next line, which must be just this.
  @discardableResult
  public func expect(_ line: String, payload: [UInt8]? = nil) throws(ClientFailure) -> ServerLine {
    let wanted = ServerLine(bytes: Array(line.utf8), payload: payload)
    let got = try nextLine(waitingFor: wanted.description)
    guard got == wanted else { throw .mismatch(expected: wanted.description, got: got.description) }
    return got
  }

  /// The words of the next line, which must begin with these.
  public func expect(beginning words: String...) throws(ClientFailure) -> [String] {
    let wanted = "'\(words.joined(separator: " ")) ...'"
    let got = try nextLine(waitingFor: wanted)
    let gotten = got.text.split(separator: " ").map(String.init)
    guard gotten.starts(with: words) else { throw .mismatch(expected: wanted, got: got.description) }
    return gotten
  }

  /// The server must close the connection, and send nothing more before.
  public func expectClosed() throws(ClientFailure) {
    let wanted = "the end of the connection"
    let deadline = ContinuousClock.now + limit
    while !ended, stream.unread.isEmpty {
      switch socket.read(atMost: 1 << 16, until: deadline) {
      case .bytes(let bytes): stream.append(bytes)
      case .end: ended = true
      case .nothing: throw .timeout(limit, waitingFor: wanted)
      }
    }
    try expectNothingUnread(wanted: wanted)
  }

  /// Nothing may have come that was not read. A look at the moment, not a wait.
  public func expectNothingUnread(wanted: String = "nothing") throws(ClientFailure) {
    if !ended, stream.unread.isEmpty, case .bytes(let bytes) = socket.read(atMost: 1 << 16, until: .now) {
      stream.append(bytes)
    }
    guard stream.unread.isEmpty else {
      let got = String(decoding: stream.unread.prefix(400), as: UTF8.self).debugDescription
      throw .mismatch(expected: wanted, got: got)
    }
  }

  /// Nothing may be on its way to a signed-in client: two pings, and nothing but their answers. What the server had
  /// handed to the connection before would come first.
  public func expectQuiet() throws(ClientFailure) {
    for _ in 0..<2 {
      try send("PNG")
      try expect(pong)
    }
  }

  /// The answer to `PNG`: from MSNP9 with the seconds after which to ping again.
  public var pong: String { dialect < .msnp9 ? "QNG" : "QNG 50" }

  /// Ends the connection without a word.
  public func hangUp() { socket.close() }
}
