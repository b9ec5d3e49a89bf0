import MSNP

/// What went wrong in a play, and where.
public struct PlayFailure: Error, CustomStringConvertible {
  public let description: String
  public init(description: String) { self.description = description }
}

/// Plays a play in one dialect against a server of its own.
///
/// At the end every connection that is still open has to be quiet: a line that nobody waited for fails the play.
public final class PlayRunner {
  private let play: Play
  private let dialect: Dialect
  private let server: DevServer
  private let byteByByte: Bool
  private var seats: [String: PlaySeat] = [:]

  /// - Parameter byteByByte: whether clients send every byte as a segment of its own.
  public init(_ play: Play, dialect: Dialect, on server: DevServer, byteByByte: Bool = false) {
    self.byteByByte = byteByByte
    self.play = play
    self.dialect = dialect
    self.server = server
  }

  public func run() throws(PlayFailure) {
    let scope = PlayScope(["dialect": "\(dialect.rawValue)", "port": "\(server.port)"])
    try run(play.steps, scope, way: [])
    for (name, seat) in seats.sorted(by: { $0.key < $1.key }) {
      do {
        try seat.expectQuietEnd()
      } catch {
        throw failure("at the end, \(name)", error)
      }
    }
  }

  private func run(_ steps: [Play.Step], _ scope: PlayScope, way: [Play.Place]) throws(PlayFailure) {
    for step in steps where step.dialects?.contains(dialect) ?? true {
      let way = way + [step.place]
      if case .part(let steps, let sees, let gives) = step.action {
        let inner = PlayScope(of: scope, seeing: sees)
        try run(steps, inner, way: way)
        for name in gives { if let value = inner[name] { scope.take(name, value) } }
        continue
      }
      do {
        try take(step.action, scope)
      } catch {
        throw failure(way.reversed().map(\.description).joined(separator: ", in "), error)
      }
    }
  }

  private func take(_ action: Play.Action, _ scope: PlayScope) throws {
    switch action {
    case .connect(let name, let target):
      let client = try ScriptedClient(to: address(target, scope))
      client.sendsByteByByte = byteByByte
      seats[name] = PlaySeat(client)
    case .send(let name, let line, let payload): try seat(name).send(line, payload, scope)
    case .expect(let name, let line, let payload): try seat(name).expect(line, payload, scope)
    case .isClosed(let name):
      try seat(name).client.expectClosed()
      seats[name] = nil
    case .isQuiet(let name): try seat(name).expectQuiet()
    case .hangUp(let name):
      try seat(name).client.hangUp()
      seats[name] = nil
    case .part: break
    }
  }

  private func seat(_ name: String) throws -> PlaySeat {
    guard let seat = seats[name] else { throw PlayFailure(description: "\(name) is not connected") }
    return seat
  }

  private func address(_ target: PlayTemplate, _ scope: PlayScope) throws -> HostPort {
    switch target.source {
    case "dispatch": return server.dispatch
    case "notification": return server.notification
    case "switchboard": return server.switchboard
    default:
      let text = String(decoding: try target.rendered(scope), as: UTF8.self)
      guard let address = HostPort(text) else { throw PlayFailure(description: "'\(text)' is no address") }
      return address
    }
  }

  private func failure(_ place: String, _ error: any Error) -> PlayFailure {
    let log = (server.log() + "\n" + server.errors()).split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
    return PlayFailure(
      description: "\(play.name) in \(dialect.name), \(place):\n  \(error)\n  the server's log:\n\(log)")
  }
}

/// One connection of one actor.
final class PlaySeat {
  let client: ScriptedClient
  /// The first command tells a switchboard connection (`USR`, `ANS`) from the others (`VER`).
  private var opening: String?
  /// The handle on a switchboard connection.
  private var handle: String?
  private var isSignedIn = false

  init(_ client: ScriptedClient) { self.client = client }

  func send(_ line: PlayTemplate, _ payload: PlayTemplate?, _ scope: PlayScope) throws {
    let payload = try payload?.rendered(scope)
    scope.take("len", Array("\(payload?.count ?? 0)".utf8))
    defer { scope.forget("len") }
    let bytes = try line.rendered(scope)
    let words = String(decoding: bytes, as: UTF8.self).split(separator: " ").map(String.init)
    if opening == nil {
      opening = words.first
      if words.count > 2, words[0] == "USR" || words[0] == "ANS" { handle = words[2] }
    }
    try client.send(bytes: bytes + [0x0d, 0x0a] + (payload ?? []))
  }

  func expect(_ line: PlayTemplate, _ payload: PlayTemplate?, _ scope: PlayScope) throws {
    let wanted = ServerLine(bytes: Array(line.source.utf8), payload: payload.map { Array($0.source.utf8) })
    let got = try client.nextLine(waitingFor: wanted.description)
    scope.take("len", Array("\(got.payload?.count ?? 0)".utf8))
    defer { scope.forget("len") }
    let isLine = try line.matches(got.bytes, scope)
    let isPayload =
      switch (payload, got.payload) {
      case (nil, nil): true
      case (let wanted?, let bytes?): try wanted.matches(bytes, scope)
      case (nil, let bytes?): bytes.isEmpty
      case (_?, nil): false
      }
    guard isLine, isPayload else {
      throw ClientFailure.mismatch(expected: wanted.description, got: got.description)
    }
    let words = got.text.split(separator: " ")
    if words.count > 2, words[0] == "USR", words[2] == "OK" { isSignedIn = true }
    if words.count > 2, words[0] == "ANS" { isSignedIn = true }
  }

  /// On a switchboard, which knows no ping, an invitation of oneself is answered 215 behind all that was on its way.
  func expectQuiet() throws {
    guard let handle else { return try client.expectQuiet() }
    for _ in 0..<2 {
      try client.send("CAL 4000000000 \(handle)")
      try client.expect("215 4000000000")
    }
  }

  func expectQuietEnd() throws {
    if isSignedIn { try expectQuiet() } else { try client.expectNothingUnread() }
  }
}
