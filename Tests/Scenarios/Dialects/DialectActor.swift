import MSNP
import TestKit

/// Somebody who speaks one dialect, and asserts every line as that dialect writes it.
final class DialectActor {
  let writing: DialectWriting
  let who: String
  let notification: ScriptedClient
  /// As others see it; what its own dialect cannot say is not in it.
  var look: DialectWriting.Look
  /// What `UUX` said last, as the server writes it; nil for nothing.
  var personal: String?
  /// The version that the server counts for its lists.
  var version: Int
  /// The own number at home, percent-encoded.
  var homePhone: String
  private var lastNumber = 10

  /// Signs in with the lists cached.
  init(
    _ who: String, named name: String, in dialect: Dialect, version: Int, homePhone: String, on server: DevServer
  ) throws {
    self.who = who
    self.version = version
    self.homePhone = homePhone
    writing = DialectWriting(dialect)
    look = writing.look(who, named: name, "NLN")
    notification = try DialectActor.signedIn(who, name, dialect, on: server)
    let stamp = "2000-01-01T00:0\(version / 60):\(version % 60 < 10 ? "0" : "")\(version % 60).0000000-00:00"
    let cached = writing.hasVersions ? "SYN 5 \(version)" : "SYN 5 \(stamp) \(stamp)"
    try say(Exchange(cached, cached))
  }

  /// Signs in and reads all lists, whatever is on them.
  init(_ who: String, named name: String, in dialect: Dialect, on server: DevServer) throws {
    self.who = who
    homePhone = ""
    writing = DialectWriting(dialect)
    look = writing.look(who, named: name, "NLN")
    notification = try DialectActor.signedIn(who, name, dialect, on: server)
    try notification.send(writing.hasVersions ? "SYN 5 0" : "SYN 5 0 0")
    let words = try notification.expect(beginning: "SYN", "5")
    version = writing.hasVersions ? Int(words[2]) ?? 0 : 0
    _ = try notification.linesUpToPing()
  }

  private static func signedIn(
    _ who: String, _ name: String, _ dialect: Dialect, on server: DevServer
  ) throws -> ScriptedClient {
    let client = try ScriptedClient(to: server.notification)
    client.dialect = dialect
    try client.signIn(who, named: name, with: server)
    return client
  }

  var handle: String { look.handle }
  var hears: Bool { writing.hasPersonalMessages }

  func number() -> Int {
    lastNumber += 1
    return lastNumber
  }

  func say(_ exchange: Exchange) throws {
    try notification.send(exchange.command)
    try notification.expect(exchange.answer)
  }

  /// A change of its own lists, and the version after it.
  func change(_ exchange: (_ number: Int, _ version: Int) -> Exchange) throws {
    version += 1
    try say(exchange(number(), version))
  }

  /// Somebody else has changed what its client caches.
  func noteChange() -> Int {
    version += 1
    return version
  }

  /// The first `CHG`, which finds these people, and the challenge behind it.
  func goOnline(seeing others: [DialectActor]) throws {
    let number = number()
    let line = writing.change(number, to: look)
    try say(Exchange(line, line))
    for other in others {
      try notification.expect(writing.initial(number, other.look))
      try hearText(of: other)
    }
    guard writing.hasChallenges else { return }
    let challenge = try notification.expect(beginning: "CHL", "0")[2]
    let product = writing.dialect < .msnp11 ? "msmsgs@msnmsgr.com" : "PROD0090YUAUV{2B"
    let answer = try required(ChallengeAnswer.text(challenge, product: product, dialect: writing.dialect))
    try notification.send("QRY 10 \(product) 32", payload: Array(answer.utf8))
    try notification.expect("QRY 10")
  }

  /// Changes what others see; `watcher` is one of them.
  func change(_ status: String, object: String? = nil, seenBy watcher: DialectActor?) throws {
    look.status = status
    look.object = writing.hasObject ? object : nil
    let line = writing.change(number(), to: look)
    try say(Exchange(line, line))
    if let watcher { try watcher.notification.expect(watcher.writing.now(look)) }
  }

  /// `UBX`, where somebody comes into sight who says anything to somebody who hears it.
  func hearText(of other: DialectActor) throws {
    guard hears, let text = other.personal else { return }
    try notification.expect("UBX \(other.handle) \(text.utf8.count)", payload: Array(text.utf8))
  }

  func isQuiet() throws { try notification.expectQuiet() }

  private func required(_ text: String?) throws -> String {
    guard let text else { throw PlayFailure(description: "no key for the product") }
    return text
  }
}
