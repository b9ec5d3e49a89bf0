import Cluster
import Credentials
import Foundation
import MSNP
import NIOCore
import Roster
import ServerKit
import SignIn
import Testing

@testable import NotificationServer

/// A session without a socket: says lines to it, answers its effects, and keeps what it wrote.
struct Stage {
  /// What one step did.
  struct Step {
    var lines: String
    var effects: [NotificationEffect]
    var ending: Ending?
    var waits: Bool
    var timer: Turn<NotificationEffect>.Timer?
  }

  static let alice = AccountID(1)
  static let bob = AccountID(2)
  static let carol = AccountID(3)

  static let guid = GUID(high: 0xaaaa_aaaa_0000_0000, low: 1)

  /// Alice's lists, empty.
  static func roster(_ version: UInt32) throws -> RosterSnapshot {
    RosterSnapshot(version: ListVersion(version), name: try FriendlyName("Alice"))
  }

  var session: NotificationSession
  var now = NIODeadline.uptimeNanoseconds(1_000_000_000)

  init(_ settings: NotificationSettings = Stage.settings) {
    session = NotificationSession(id: ConnectionID(1), settings: settings)
  }

  /// The clock of the reference's samples, and dice that always fall alike.
  static let settings = NotificationSettings(
    site: "http://example.com/", sources: NotificationSources(unixTime: { 1_726_321_960 }, random: { 4 }))

  mutating func says(_ text: String) throws -> Step {
    var decoder = LineDecoder(session.framing)
    var bytes = ByteBuffer(string: text + (text.contains("\r\n") ? "" : "\r\n"))
    decoder.append(&bytes)
    let line = try #require(try decoder.next())
    return step { $0.receive(line, &$1) }
  }

  mutating func hears(_ event: NotificationEvent) -> Step { step { $0.receive(event, &$1) } }
  mutating func timerFires() -> Step { step { $0.timerFired(&$1) } }
  mutating func isClosed() -> Step { step { $0.closed(&$1) } }

  private mutating func step(
    _ body: (inout NotificationSession, inout Turn<NotificationEffect>) -> Void
  ) -> Step {
    var turn = Turn<NotificationEffect>(now: now, dialect: session.dialect)
    body(&session, &turn)
    return Step(
      lines: String(buffer: turn.reply.buffer), effects: turn.effects, ending: turn.ending, waits: turn.waits,
      timer: turn.timer)
  }

  /// Alice, signed in by MD5 or with a ticket, with bob and carol on her forward list.
  static func signedIn(
    _ dialect: Dialect, settings: NotificationSettings = Stage.settings, version: UInt32 = 1
  ) throws -> Stage {
    var stage = try entering(dialect, settings: settings)
    _ = stage.hears(.answer(.entered(try sessionRoster(version))))
    return stage
  }

  /// Alice's account as her session begins.
  static func sessionRoster(_ version: UInt32 = 1) throws -> SessionRoster {
    SessionRoster(
      handle: try handle("alice"), name: try FriendlyName("Alice"), privacy: Privacy(allowed: AccountSet([bob])),
      forward: AccountSet([bob, carol]), version: ListVersion(version))
  }

  /// Alice, whose account is being claimed.
  static func entering(_ dialect: Dialect, settings: NotificationSettings = Stage.settings) throws -> Stage {
    var stage = Stage(settings)
    _ = try stage.says("VER 1 \(dialect.name) CVR0")
    if dialect.has(.ticketSignIn) {
      _ = try stage.says("USR 2 TWN I alice@example.com")
      _ = try stage.says("USR 3 TWN S t=ticket&p=")
    } else {
      _ = try stage.says("USR 2 MD5 I alice@example.com")
      _ = try stage.says("USR 3 MD5 S 00000000000000000000000000000000")
    }
    _ = stage.hears(.answer(.verdict(.judged(alice))))
    return stage
  }

  /// The same, unchallenged.
  static func present(_ dialect: Dialect) throws -> Stage {
    try signedIn(dialect, settings: NotificationSettings(site: "http://example.com/", challenges: false))
  }

  /// The session hears of somebody as they are now.
  mutating func sees(_ record: PresenceRecord, _ name: String) throws -> String {
    hears(.presence(PresenceNews(record, handle: try Stage.handle(name)))).lines
  }

  static func handle(_ name: String) throws -> UserHandle { try #require(UserHandle("\(name)@example.com")) }

  static func presence(
    _ account: AccountID, _ name: String, _ status: Status = .online,
    audience: Audience = .everyone(except: AccountSet()), capabilities: Capabilities = .none,
    object: MSNObject? = nil, personal: PersonalMessage? = nil
  ) throws -> Presence {
    Presence(
      account: account, handle: try handle(name), name: try FriendlyName(name.capitalized), status: status,
      audience: audience, capabilities: capabilities, object: object, personal: personal)
  }

  static func record(_ account: AccountID, _ presence: Presence?, stamp: UInt64, face: UInt64? = nil) -> PresenceRecord
  {
    PresenceRecord(account: account, presence: presence, stamp: stamp, faces: PresenceFaces(face ?? stamp))
  }

  /// Takes the session through its first `CHG`, with everybody offline.
  mutating func goesOnline() throws {
    _ = try says(session.dialect.has(.capabilities) ? "CHG 9 NLN 24" : "CHG 9 NLN")
    _ = hears(.answer(.watched([])))
  }
}
