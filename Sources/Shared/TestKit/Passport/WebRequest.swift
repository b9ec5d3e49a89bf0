import MSNP

/// One HTTP request over a connection of its own, its bytes just as they are given, and the answer read as strictly as
/// the clients of old read it.
public struct WebRequest {
  public struct Answer: Sendable {
    /// `HTTP/1.1 200 OK`
    public let status: String
    /// In the order and spelling in which they came.
    public let headers: [(name: String, value: String)]
    public let body: [UInt8]

    /// The first header of that very spelling.
    public func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
  }

  /// Sends the lines, each ended by CR LF, an empty line behind them, then the body; reads one answer.
  public static func send(
    _ lines: [String], body: [UInt8] = [], to address: HostPort, limit: Duration = .seconds(10)
  ) throws(ClientFailure) -> Answer {
    let socket = try ClientSocket(connectingTo: address)
    try socket.write(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body, within: limit)
    var received: [UInt8] = []
    let deadline = ContinuousClock.now + limit
    while true {
      if let answer = try answer(in: received, isWhole: false) { return answer }
      switch socket.read(atMost: 1 << 16, until: deadline) {
      case .bytes(let bytes): received += bytes
      case .end:
        guard let answer = try answer(in: received, isWhole: true) else { throw .closed(waitingFor: "an HTTP answer") }
        return answer
      case .nothing: throw .timeout(limit, waitingFor: "an HTTP answer")
      }
    }
  }

  /// The answer once it is whole: as long as it says, or up to the end of the connection if it does not.
  private static func answer(in bytes: [UInt8], isWhole: Bool) throws(ClientFailure) -> Answer? {
    let blank = Array("\r\n\r\n".utf8)
    guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: blank) }) else { return nil }
    let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n").map(String.init)
    var headers: [(name: String, value: String)] = []
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { throw .malformed(line) }
      headers.append((String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " })))
    }
    let body = Array(bytes[(end + blank.count)...])
    let length = headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) }
    if let length {
      guard body.count >= length else { return nil }
      return Answer(status: lines.first ?? "", headers: headers, body: Array(body.prefix(length)))
    }
    return isWhole ? Answer(status: lines.first ?? "", headers: headers, body: body) : nil
  }
}
