import MSNP
import NIOCore
import Testing

@testable import Monarch

/// A chat client without sockets: a test plays the servers, and reads what the client does as lines of text.
struct ChatStage {
  private(set) var machine: ChatMachine
  /// What the client did before the first event.
  let beginning: [String]

  init(
    _ handle: String = "alice@example.com", password: String = "password", dialect: Dialect = .msnp7
  ) throws {
    machine = ChatMachine(handle: try #require(UserHandle(handle)), password: password, dialect: dialect)
    beginning = machine.start(at: HostPort(host: "192.0.2.1", port: 1863)).map(ChatStage.text)
  }

  /// The connection of that number is there.
  mutating func connect(_ link: Int) -> [String] { take(.connected(LinkID(rawValue: link))) }

  /// The server says these lines; a line that begins with `|` is a payload line of the one before.
  mutating func hear(_ lines: String..., on link: Int) throws -> [String] {
    var decoder = LineDecoder(.fromServer)
    var bytes = ByteBuffer()
    for line in lines { bytes.writeString(line.hasPrefix("|") ? String(line.dropFirst()) : line + "\r\n") }
    decoder.append(&bytes)
    var done: [String] = []
    while let line = try decoder.next() { done += take(.line(LinkID(rawValue: link), line)) }
    #expect(decoder.bufferedBytes == 0, "a payload longer than its line says, or shorter")
    return done
  }

  mutating func type(_ text: String) -> [String] { take(.typed(text)) }
  mutating func endInput() -> [String] { take(.inputEnded) }
  mutating func interrupt() -> [String] { take(.interrupted) }
  mutating func close(_ link: Int, reason: String? = nil) -> [String] {
    take(.closed(LinkID(rawValue: link), reason: reason))
  }
  mutating func ring(_ alarm: ChatAlarm) -> [String] { take(.alarm(alarm)) }

  /// The web role answers on behalf of that connection.
  mutating func answerTicket(_ answer: TicketAnswer, for link: Int) -> [String] {
    take(.ticket(LinkID(rawValue: link), answer))
  }

  private mutating func take(_ event: ChatEvent) -> [String] { machine.receive(event).map(ChatStage.text) }

  private static func text(_ action: ChatAction) -> String {
    switch action {
    case .connect(let link, let address): "connect \(link.rawValue) to \(address)"
    case .send(let link, let bytes): "\(link.rawValue) >>> \(String(buffer: bytes))"
    case .close(let link): "close \(link.rawValue)"
    case .show(let text): "show \(text)"
    case .wake(.signIn(let attempt), let delay): "wake signIn \(attempt) after \(delay)"
    case .wake(.invitation(let link, let handle), let delay):
      "wake invitation \(link.rawValue) \(handle) after \(delay)"
    case .fetchTicket(let link, let request):
      "fetch \(link.rawValue) a ticket for \(request.handle), \(request.password): \(request.policy)"
    case .finish(nil): "finish"
    case .finish(let failure?): "finish: \(failure)"
    }
  }
}

extension ChatStage {
  /// Alice of the test vectors, signed in at the notification server on connection 1, bob online.
  static func signedIn() throws -> ChatStage {
    var stage = try ChatStage()
    _ = stage.connect(1)
    _ = try stage.hear("VER 1 MSNP7 CVR0", on: 1)
    _ = try stage.hear("INF 2 MD5", on: 1)
    _ = try stage.hear("USR 3 MD5 S 1234567890.123456789", on: 1)
    _ = try stage.hear("USR 4 OK alice@example.com Alice 1", on: 1)
    _ = try stage.hear(
      "SYN 5 255", "LST 5 FL 255 1 2 bob@example.com Bob 1", "LST 5 FL 255 2 2 carol@example.com Carol%20C 0",
      "LST 5 AL 255 1 2 bob@example.com Bob", "LST 5 AL 255 2 2 carol@example.com Carol%20C",
      "LST 5 BL 255 1 1 dave@example.com Dave", "LST 5 RL 255 1 2 bob@example.com Bob",
      "LST 5 RL 255 2 2 dave@example.com Dave", "CHG 6 NLN", "ILN 6 NLN bob@example.com Bob", "QNG", on: 1)
    return stage
  }

  /// Alice signed in by a ticket on connection 1, her lists as the reference's sessions have them in the dialect, bob
  /// online.
  static func signedIn(in dialect: Dialect) throws -> ChatStage {
    var stage = try ChatStage(dialect: dialect)
    _ = stage.connect(1)
    _ = try stage.hear("VER 1 \(dialect.name) CVR0", on: 1)
    _ = try stage.hear("CVR 2 7.0.0777 7.0.0777 7.0.0777 http://example.com/ http://example.com/", on: 1)
    _ = try stage.hear("USR 3 TWN S lc=1033,id=507,ct=1", on: 1)
    _ = stage.answerTicket(.ticket("t=ABC&p="), for: 1)
    _ = try stage.hear("USR 4 OK alice@example.com " + (dialect < .msnp10 ? "Alice 1 0" : "1 0"), on: 1)
    let friends = "11111111-2222-3333-4444-555555555501"
    let (bob, carol) = ("aaaaaaaa-0000-0000-0000-000000000001", "aaaaaaaa-0000-0000-0000-000000000002")
    if dialect < .msnp10 {
      _ = try stage.hear(
        "SYN 5 255 3 2", "GTC A", "BLP AL", "PRP MOB N", "PRP MBE N", "LSG 0 Other%20Contacts 0", "LSG 1 Friends 0",
        "LST bob@example.com Bob 11 1", "BPR PHH 1%20555%20555-0101", "BPR MOB N",
        "LST carol@example.com Carol%20C 3 0",
        "LST dave@example.com Dave 12", on: 1)
    } else {
      let network = dialect < .msnp12 ? "" : " 1"
      _ = try stage.hear(
        "SYN 5 2000-01-01T00:04:15.0000000-00:00 2000-01-01T00:04:15.0000000-00:00 3 1", "GTC A", "BLP AL",
        "PRP MFN Alice", "PRP MOB N", "PRP MBE N", "LSG Friends \(friends)",
        "LST N=bob@example.com F=Bob C=\(bob) 11\(network) \(friends)", "BPR PHH 1%20555%20555-0101", "BPR MOB N",
        "LST N=carol@example.com F=Carol%20C C=\(carol) 3\(network)", "LST N=dave@example.com F=Dave 12\(network)",
        on: 1)
    }
    let pong = dialect < .msnp9 ? "QNG" : "QNG 50"
    _ = try stage.hear("CHG 6 NLN 0", "ILN 6 NLN bob@example.com Bob 268435500", pong, on: 1)
    return stage
  }

  /// The same, in a conversation with bob on connection 2.
  static func talking() throws -> ChatStage {
    var stage = try signedIn()
    _ = stage.type("/chat bob")
    _ = try stage.hear("XFR 7 SB 192.0.2.20:1863 CKI 17262740.1050826919.32308", on: 1)
    _ = stage.connect(2)
    _ = try stage.hear(
      "USR 1 OK alice@example.com Alice", "CAL 2 RINGING 11752013", "JOI bob@example.com Bob", on: 2)
    return stage
  }
}
