import MSNP

/// A gateway session as the wire of a scripted client. The session is opened with the first bytes: those of a client that
/// says `VER` go to a notification server, all others to a switchboard.
final class GatewayWire: ClientWire {
  private let client: GatewayClient
  private let place: String
  private var received: [UInt8] = []
  private var isOpen = false
  private var isOver = false

  /// - Parameter place: the server, for `IP`.
  init(_ client: GatewayClient, to place: String) {
    self.client = client
    self.place = place
  }

  var localPort: Int { 0 }

  func write(_ bytes: [UInt8], within limit: Duration) throws(ClientFailure) {
    guard !isOver else { throw .write("the gateway session is over") }
    client.limit = limit
    if isOpen { return try take(client.send(bytes)) }
    let server = bytes.starts(with: Array("VER".utf8)) ? "NS" : "SB"
    isOpen = true
    try take(client.open(server, ip: place, bytes))
  }

  func writeSome(_ bytes: [UInt8]) -> Int? {
    do {
      try write(bytes, within: .seconds(10))
      return bytes.count
    } catch { return nil }
  }

  func read(atMost limit: Int, until deadline: ContinuousClock.Instant) -> ClientSocket.Received {
    while received.isEmpty, !isOver {
      let now = ContinuousClock.now
      let left = now < deadline ? (deadline - now).components.seconds + 1 : 0
      do {
        client.limit = .seconds(left + 5)
        // A look at the moment is a poll; a wait is one that is held.
        try take(client.poll(lifespan: left > 0 ? Int(min(left, 60)) : nil))
      } catch {
        isOver = true
      }
      if received.isEmpty, !isOver, ContinuousClock.now >= deadline { return .nothing }
    }
    guard !received.isEmpty else { return .end }
    defer { received.removeFirst(min(limit, received.count)) }
    return .bytes(Array(received.prefix(limit)))
  }

  func close() {
    client.hangUp()
    isOver = true
  }

  private func take(_ answer: WebAnswer) throws(ClientFailure) {
    guard answer.statusLine == "HTTP/1.1 200 OK" else { throw .closed(waitingFor: answer.statusLine) }
    received += answer.body
    isOver = answer.closes
  }
}
