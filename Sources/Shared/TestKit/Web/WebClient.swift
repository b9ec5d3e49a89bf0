import MSNP

/// An HTTP client that sends just the bytes it is told, and reads answers as strict old clients do: status line, header,
/// and as many bytes as `Content-Length` says. Blocking, for one thread.
public final class WebClient {
  private let socket: ClientSocket
  /// How long anything may take.
  public var limit: Duration
  private var received: [UInt8] = []
  private var hasEnded = false

  public init(to address: HostPort, limit: Duration = .seconds(20)) throws(ClientFailure) {
    socket = try ClientSocket(connectingTo: address)
    self.limit = limit
  }

  public func send(_ text: String) throws(ClientFailure) { try send(bytes: Array(text.utf8)) }

  public func send(bytes: [UInt8]) throws(ClientFailure) { try socket.write(bytes, within: limit) }

  /// Sends what the kernel takes at once; nil when the connection is gone.
  public func sendSome(_ bytes: [UInt8]) -> Int? { socket.writeSome(bytes) }

  /// The next answer.
  ///
  /// - Parameter hasBody: false for the answer to HEAD, whose length is that of a body which does not follow.
  public func answer(hasBody: Bool = true) throws(ClientFailure) -> WebAnswer {
    let deadline = ContinuousClock.now + limit
    while true {
      if let end = received.firstRange(of: Array("\r\n\r\n".utf8)) {
        let head = String(decoding: received[..<end.lowerBound], as: UTF8.self)
        received.removeSubrange(..<end.upperBound)
        let lines = WebClient.lines(head)
        var answer = WebAnswer(statusLine: lines[0], headerLines: Array(lines.dropFirst()), body: [])
        if hasBody, let length = WebClient.bodyLength(answer.headerLines) {
          answer.body = try take(length, until: deadline)
        }
        return answer
      }
      try receive(until: deadline, "an answer")
    }
  }

  /// What comes until the server closes the connection.
  public func rest() throws(ClientFailure) -> [UInt8] {
    let deadline = ContinuousClock.now + limit
    while !hasEnded { try receive(until: deadline, "the end of the connection", mayEnd: true) }
    defer { received = [] }
    return received
  }

  /// The server closes the connection without a byte more.
  public func expectClosed() throws(ClientFailure) {
    let rest = try rest()
    guard rest.isEmpty else {
      throw .mismatch(expected: "the end of the connection", got: String(decoding: rest, as: UTF8.self))
    }
  }

  /// Closes this end's half of the connection.
  public func finishSending() { socket.finishSending() }

  public func close() { socket.close() }

  private func take(_ count: Int, until deadline: ContinuousClock.Instant) throws(ClientFailure) -> [UInt8] {
    while received.count < count { try receive(until: deadline, "a body of \(count) bytes") }
    defer { received.removeFirst(count) }
    return Array(received[..<count])
  }

  private func receive(
    until deadline: ContinuousClock.Instant, _ wanted: String, mayEnd: Bool = false
  ) throws(ClientFailure) {
    switch socket.read(atMost: 16_384, until: deadline) {
    case .bytes(let bytes): received += bytes
    case .end:
      hasEnded = true
      if !mayEnd { throw .closed(waitingFor: wanted) }
    case .nothing: throw .timeout(limit, waitingFor: wanted)
    }
  }

  /// Whatever its spelling: other servers than this service's are asked too.
  private static func bodyLength(_ lines: [String]) -> Int? {
    let name = "content-length:"
    guard let line = lines.first(where: { $0.lowercased().hasPrefix(name) }) else { return nil }
    return Int(line.dropFirst(name.count).filter { $0 != " " })
  }

  /// Every line ends in CR LF; a line feed alone is a character of its line, so that a test sees it.
  private static func lines(_ head: String) -> [String] {
    var lines: [String] = []
    var rest = head.unicodeScalars[...]
    while let end = rest.firstRange(of: ["\r", "\n"]) {
      lines.append(String(rest[..<end.lowerBound]))
      rest = rest[end.upperBound...]
    }
    return lines + [String(rest)]
  }
}

extension WebClient {
  /// Connects, sends a request and answers with what came back; the connection is gone then.
  public static func ask(_ address: HostPort, _ request: String) throws -> WebAnswer {
    let client = try WebClient(to: address)
    try client.send(request)
    return try client.answer()
  }
}
