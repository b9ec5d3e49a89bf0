import MSNP

/// One connection of one actor.
final class PlaySeat {
  private let name: String
  private let dialect: Dialect
  private let stage: any PlayStage
  private let byteByByte: Bool
  private var connection: ScriptedClient?
  /// Where to connect to with the first line, when that has to tell.
  private var target: PlayTarget?
  /// The first command tells a switchboard connection (`USR`, `ANS`) from the others (`VER`).
  private var opening: String?
  /// The handle on a switchboard connection.
  private var handle: String?
  private var isSignedIn = false
  /// What the server said to `USR n TWN I`, for the login server.
  private var policy = ""

  init(_ name: String, in dialect: Dialect, on stage: any PlayStage, byteByByte: Bool) {
    self.name = name
    self.dialect = dialect
    self.stage = stage
    self.byteByByte = byteByByte
  }

  func connect(to target: PlayTarget) throws {
    self.target = target
    guard let address = stage.address(of: target, for: name, firstLine: nil) else { return }
    try connect(to: address)
  }

  private func connect(to address: HostPort) throws {
    let client = try ScriptedClient(to: address)
    client.sendsByteByByte = byteByByte
    client.dialect = dialect
    connection = client
  }

  var client: ScriptedClient {
    get throws { try client(firstLine: []) }
  }

  private func client(firstLine: [UInt8]) throws -> ScriptedClient {
    if connection == nil, let target, let address = stage.address(of: target, for: name, firstLine: firstLine) {
      try connect(to: address)
    }
    guard let connection else { throw PlayFailure(description: "\(name) has nowhere to connect to") }
    return connection
  }

  func send(_ line: PlayTemplate, _ payload: PlayTemplate?, _ scope: PlayScope) throws {
    let payload = try payload?.rendered(scope)
    scope.take("len", Array("\(payload?.count ?? 0)".utf8))
    defer { scope.forget("len") }
    for (wish, who) in line.tickets {
      let ticket = try stage.ticket(wish, for: "\(who)@example.com", policy: policy)
      scope.take(PlayTemplate.Piece.ticketName(wish, who), Array(ticket.utf8))
    }
    let bytes = try line.rendered(scope)
    let words = String(decoding: bytes, as: UTF8.self).split(separator: " ").map(String.init)
    if opening == nil {
      opening = words.first
      if words.count > 2, words[0] == "USR" || words[0] == "ANS" { handle = words[2] }
    }
    try client(firstLine: bytes).send(bytes: stage.sent(bytes + [0x0d, 0x0a] + (payload ?? [])))
  }

  func expect(_ line: PlayTemplate, _ payload: PlayTemplate?, _ scope: PlayScope) throws {
    let wanted = ServerLine(bytes: Array(line.source.utf8), payload: payload.map { Array($0.source.utf8) })
    let got = stage.heard(try client.nextLine(waitingFor: wanted.description), by: name)
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
    if words.count > 4, words[0] == "USR", words[2] == "TWN", words[3] == "S" { policy = String(words[4]) }
  }

  /// On a switchboard, which knows no ping, an invitation of oneself is answered 215 behind all that was on its way.
  func expectQuiet() throws {
    guard let handle else { return try client.expectQuiet() }
    for _ in 0..<2 {
      try client.send(bytes: stage.sent(Array("CAL 4000000000 \(handle)\r\n".utf8)))
      try client.expect("215 4000000000")
    }
  }

  /// Every line up to the answer to a ping has to be of one of these commands.
  func passOver(_ verbs: [String]) throws {
    let stray = try client.linesUpToPing().filter { !verbs.contains(String($0.prefix(3))) }
    guard stray.isEmpty else {
      throw ClientFailure.mismatch(
        expected: verbs.joined(separator: ", "), got: stray.joined(separator: " / ").debugDescription)
    }
  }

  func expectQuietEnd() throws {
    if isSignedIn { try expectQuiet() } else { try client.expectNothingUnread() }
  }
}
