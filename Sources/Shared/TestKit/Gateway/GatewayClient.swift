import MSNP

/// A client of the HTTP gateway: a TCP connection to a web server, and the session that it has there.
///
/// Blocking, for use on a thread of its own. No call waits longer than the limit.
public final class GatewayClient {
  /// The path that all clients have built in.
  public static let path = "/gateway/gateway.dll"

  public let web: HostPort
  public var limit: Duration
  /// Sent with each request.
  public var headers: [String]
  /// The name of the session, as the last answer told it.
  public private(set) var session = ""
  private var client: WebClient?

  /// - Parameter headers: whole lines without their ends, such as `X-Forwarded-For: 203.0.113.9`.
  public init(to web: HostPort, headers: [String] = [], limit: Duration = .seconds(10)) {
    self.web = web
    self.limit = limit
    self.headers = headers
  }

  /// Opens a session: `Server` is `NS` or `SB`.
  @discardableResult
  public func open(_ server: String, ip: String?, _ body: [UInt8]) throws(ClientFailure) -> WebAnswer {
    let place = ip.map { "&IP=\($0)" } ?? ""
    return try take(post("Action=open&Server=\(server)\(place)", body))
  }

  @discardableResult
  public func open(_ server: String, ip: String?, _ body: String = "") throws(ClientFailure) -> WebAnswer {
    try open(server, ip: ip, Array(body.utf8))
  }

  /// Brings the session bytes.
  @discardableResult
  public func send(_ bytes: [UInt8]) throws(ClientFailure) -> WebAnswer {
    try take(post("SessionID=\(session)", bytes))
  }

  @discardableResult
  public func send(_ text: String) throws(ClientFailure) -> WebAnswer { try send(Array(text.utf8)) }

  /// Asks what there is; with `lifespan` the answer may take so many seconds.
  @discardableResult
  public func poll(lifespan: Int? = nil) throws(ClientFailure) -> WebAnswer {
    let hold = lifespan.map { "&Lifespan=\($0)" } ?? ""
    return try take(post("Action=poll\(hold)&SessionID=\(session)", []))
  }

  /// One request and its answer, whatever they are.
  public func post(_ query: String, _ body: [UInt8]) throws(ClientFailure) -> WebAnswer {
    let lines =
      ["POST \(Self.path)?\(query) HTTP/1.1", "Host: \(web.host)", "Content-Length: \(body.count)"] + headers + [
        "", "",
      ]
    return try exchange(Array(lines.joined(separator: "\r\n").utf8) + body)
  }

  /// Sends just these bytes and reads an answer.
  public func exchange(_ bytes: [UInt8]) throws(ClientFailure) -> WebAnswer {
    try begin(bytes)
    return try finish()
  }

  /// Sends bytes of which the answer is read by ``finish()``.
  public func begin(_ bytes: [UInt8]) throws(ClientFailure) {
    if client == nil { client = try WebClient(to: web) }
    client?.limit = limit
    try client?.send(bytes: bytes)
  }

  /// Reads the answer to what was begun.
  public func finish() throws(ClientFailure) -> WebAnswer {
    guard let client else { throw .closed(waitingFor: "an answer to no request") }
    client.limit = limit
    let answer = try client.answer()
    guard answer["Content-Length"] != nil else { throw .malformed("an answer without Content-Length: \(answer)") }
    if answer["Connection"] == "close" { hangUp() }
    return answer
  }

  /// Ends the connection; the session is the server's until it is over.
  public func hangUp() {
    client?.close()
    client = nil
  }

  private func take(_ answer: WebAnswer) -> WebAnswer {
    session = answer.messenger["SessionID"] ?? session
    return answer
  }
}

extension WebAnswer {
  /// What `X-MSN-Messenger` says, by name: `SessionID`, `GW-IP` and, on the last one, `Session`.
  public var messenger: [String: String] {
    let parts = (self["X-MSN-Messenger"] ?? "").split(separator: "; ").map { $0.split(separator: "=", maxSplits: 1) }
    return Dictionary(parts.filter { $0.count == 2 }.map { (String($0[0]), String($0[1])) }) { first, _ in first }
  }

  /// Whether the gateway session is over with it.
  public var closes: Bool { messenger["Session"] == "close" }
}
