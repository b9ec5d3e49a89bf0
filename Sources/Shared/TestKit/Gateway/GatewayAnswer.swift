/// An answer of a web server, as it came.
public struct GatewayAnswer: Hashable, Sendable {
  /// `HTTP/1.1 200 OK`.
  public let statusLine: String
  /// The lines between that one and the body, as they came.
  public let headerLines: [String]
  public let body: [UInt8]

  public var text: String { String(decoding: body, as: UTF8.self) }

  /// The value of a header whose name is written just so.
  public func header(_ name: String) -> String? {
    headerLines.first { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.utf8.count + 2)) }
  }

  /// What `X-MSN-Messenger` says, by name: `SessionID`, `GW-IP` and, on the last one, `Session`.
  public var messenger: [String: String] {
    let parts = (header("X-MSN-Messenger") ?? "").split(separator: "; ").map { $0.split(separator: "=", maxSplits: 1) }
    return Dictionary(parts.filter { $0.count == 2 }.map { (String($0[0]), String($0[1])) }) { first, _ in first }
  }

  /// Whether the session is over with it.
  public var closes: Bool { messenger["Session"] == "close" }

  /// Reads the next answer from a connection, no longer than to the deadline.
  static func read(
    from socket: ClientSocket, after rest: inout [UInt8], until deadline: ContinuousClock.Instant
  ) throws(ClientFailure) -> GatewayAnswer {
    while true {
      if let answer = try GatewayAnswer(cutting: &rest) { return answer }
      switch socket.read(atMost: 1 << 16, until: deadline) {
      case .bytes(let bytes): rest += bytes
      case .end: throw .closed(waitingFor: "an answer to a request")
      case .nothing: throw .timeout(.zero, waitingFor: "an answer to a request")
      }
    }
  }

  /// Takes a whole answer off the beginning of the bytes; nil when it is not whole yet.
  private init?(cutting bytes: inout [UInt8]) throws(ClientFailure) {
    let separator = Array("\r\n\r\n".utf8)
    guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: separator) }) else { return nil }
    let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n").map(String.init)
    guard let first = lines.first else { throw .malformed("an answer without a status") }
    statusLine = first
    headerLines = Array(lines.dropFirst())
    let length = lines.first { $0.hasPrefix("Content-Length: ") }.flatMap { Int($0.dropFirst(16)) }
    guard let length else { throw .malformed("an answer without Content-Length: \(lines)") }
    let start = end + separator.count
    guard bytes.count >= start + length else { return nil }
    body = Array(bytes[start..<start + length])
    bytes.removeFirst(start + length)
  }
}
