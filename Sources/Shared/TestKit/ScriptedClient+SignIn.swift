import MSNP

// The way in, for tests that are not about it: `alice` is `alice@example.com`, every password is `password`.
extension ScriptedClient {
  /// Signs in at a notification server, up to the profile message.
  public static func signedIn(
    _ who: String, at address: HostPort, dialect: Int = 7, limit: Duration = .seconds(10), receiveBuffer: Int? = nil
  ) throws -> ScriptedClient {
    let client = try ScriptedClient(to: address, limit: limit, receiveBuffer: receiveBuffer)
    try client.proveIdentity(who, dialect: dialect)
    _ = try client.expect(beginning: "USR", "3", "OK", handle(who))
    _ = try client.expect(beginning: "MSG", "Hotmail", "Hotmail")
    return client
  }

  /// Negotiates and sends the password's proof; what the server says to that is not read.
  public func proveIdentity(_ who: String, dialect: Int = 7) throws {
    let response = try challengeResponse(who, dialect: dialect)
    try send("USR 3 MD5 S \(response)")
  }

  /// Negotiates up to the challenge; answers with what proves the password.
  public func challengeResponse(_ who: String, dialect: Int = 7) throws -> String {
    try send("VER 1 MSNP\(dialect)")
    try expect("VER 1 MSNP\(dialect)")
    try send("USR 2 MD5 I \(ScriptedClient.handle(who))")
    let challenge = try expect(beginning: "USR", "2", "MD5", "S")[4]
    return MD5.hex(Array((challenge + FixtureWriter.password).utf8))
  }

  /// Signs in and does the first `CHG`; whatever it brings is read and forgotten.
  public static func online(
    _ who: String, at address: HostPort, dialect: Int = 7, limit: Duration = .seconds(10)
  ) throws -> ScriptedClient {
    let client = try signedIn(who, at: address, dialect: dialect, limit: limit)
    try client.goOnline()
    return client
  }

  /// Asks a dispatch server for a notification server; answers with the one that it names.
  public static func dispatched(
    _ who: String, by dispatch: HostPort, dialect: Int = 7, limit: Duration = .seconds(10)
  ) throws -> HostPort {
    let client = try ScriptedClient(to: dispatch, limit: limit)
    try client.send("VER 1 MSNP\(dialect)")
    try client.expect("VER 1 MSNP\(dialect)")
    try client.send("USR 2 MD5 I \(handle(who))")
    return try named(in: client.expect(beginning: "XFR", "2", "NS"))
  }

  /// Signs in as a client does that knows the dispatch server alone; a notification server that sends on is followed.
  public static func comingIn(
    _ who: String, through dispatch: HostPort, dialect: Int = 7, limit: Duration = .seconds(10)
  ) throws -> ScriptedClient {
    var address = try dispatched(who, by: dispatch, dialect: dialect, limit: limit)
    while true {
      let client = try ScriptedClient(to: address, limit: limit)
      try client.send("VER 1 MSNP\(dialect)")
      try client.expect("VER 1 MSNP\(dialect)")
      try client.send("USR 2 MD5 I \(handle(who))")
      let words = try client.nextLine(waitingFor: "USR 2 or XFR 2").text.split(separator: " ").map(String.init)
      if words.first == "XFR" {
        address = try named(in: words)
        continue
      }
      guard words.count == 5, words.starts(with: ["USR", "2", "MD5", "S"]) else {
        throw ClientFailure.mismatch(expected: "'USR 2 MD5 S ...'", got: words.joined(separator: " "))
      }
      try client.send("USR 3 MD5 S \(MD5.hex(Array((words[4] + FixtureWriter.password).utf8)))")
      _ = try client.expect(beginning: "USR", "3", "OK", handle(who))
      _ = try client.expect(beginning: "MSG", "Hotmail", "Hotmail")
      return client
    }
  }

  private static func named(in words: [String]) throws -> HostPort {
    guard words.count > 3, words[2] == "NS", let address = HostPort(words[3]) else {
      throw ClientFailure.malformed(words.joined(separator: " "))
    }
    return address
  }

  /// The first `CHG`; whatever it brings is answered.
  @discardableResult
  public func goOnline() throws -> [String] {
    try send("CHG 4 NLN")
    try expect("CHG 4 NLN")
    return try linesUpToPing()
  }

  /// Every line that comes before the answer to a ping.
  public func linesUpToPing() throws -> [String] {
    try send("PNG")
    var lines: [String] = []
    while true {
      let line = try nextLine(waitingFor: pong).text
      if line == pong { return lines }
      lines.append(line)
    }
  }

  /// The switchboard that the notification server names, and a fresh ticket for it.
  public func transfer() throws -> (switchboard: HostPort, ticket: String) {
    try send("XFR 90 SB")
    let words = try expect(beginning: "XFR", "90", "SB")
    guard words.count == 6, let address = HostPort(words[3]) else {
      throw ClientFailure.malformed(words.joined(separator: " "))
    }
    return (address, words[5])
  }

  /// Opens a conversation with a ticket.
  public static func opening(_ who: String, _ ticket: String, at address: HostPort) throws -> ScriptedClient {
    let client = try ScriptedClient(to: address)
    try client.send("USR 1 \(handle(who)) \(ticket)")
    _ = try client.expect(beginning: "USR", "1", "OK", handle(who))
    return client
  }

  /// Joins the conversation of an invitation, `RNG` in words.
  ///
  /// - Parameter address: where to; nil for what the invitation says.
  public static func answering(
    _ who: String, _ ring: [String], at address: HostPort? = nil, receiveBuffer: Int? = nil
  ) throws -> ScriptedClient {
    guard ring.count > 4, let named = address ?? HostPort(ring[2]) else {
      throw ClientFailure.malformed(ring.joined(separator: " "))
    }
    let client = try ScriptedClient(to: named, receiveBuffer: receiveBuffer)
    try client.send("ANS 1 \(handle(who)) \(ring[4]) \(ring[1])")
    while try client.nextLine().text != "ANS 1 OK" {}
    return client
  }

  /// A name alone is one of `example.com`.
  public static func handle(_ who: String) -> String { who.contains("@") ? who : "\(who)@example.com" }
}
