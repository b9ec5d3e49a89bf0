import MSNP
import NIOCore
import ServerKit
import Testing

@testable import DispatchServer

@Suite("The dispatch server's rules")
struct DispatchSessionTests {
  private static let settings = DispatchSession.Settings(
    address: HostPort(host: "192.0.2.1", port: 1863), site: "http://example.com/")
  private static let notification = HostPort(host: "192.0.2.10", port: 1863)

  private struct Step {
    var lines: String
    var effects: [DispatchSession.Effect]
    var ending: Ending?
  }

  private func says(_ session: inout DispatchSession, _ text: String) throws -> Step {
    let line = try Line(splitting: ByteBuffer(string: text))
    return step(&session) { $0.receive(line, &$1) }
  }

  private func step(
    _ session: inout DispatchSession, _ body: (inout DispatchSession, inout Turn<DispatchSession.Effect>) -> Void
  ) -> Step {
    var turn = Turn<DispatchSession.Effect>(now: .now(), dialect: session.dialect)
    body(&session, &turn)
    return Step(lines: String(buffer: turn.reply.buffer), effects: turn.effects, ending: turn.ending)
  }

  @Test(
    "XFR in the form of each dialect",
    arguments: [
      ("MSNP2", "XFR 2 NS 192.0.2.10:1863\r\n"), ("MSNP3", "XFR 2 NS 192.0.2.10:1863 0\r\n"),
      ("MSNP4", "XFR 2 NS 192.0.2.10:1863 0\r\n"), ("MSNP5", "XFR 2 NS 192.0.2.10:1863 0\r\n"),
      ("MSNP6", "XFR 2 NS 192.0.2.10:1863 0\r\n"), ("MSNP7", "XFR 2 NS 192.0.2.10:1863 0 192.0.2.1:1863\r\n"),
    ])
  func transfer(dialect: String, expected: String) throws {
    var session = DispatchSession(Self.settings)
    #expect(try says(&session, "VER 0 \(dialect) CVR0").lines == "VER 0 \(dialect) CVR0\r\n")
    #expect(try says(&session, "INF 1").lines == "INF 1 MD5\r\n")
    guard case .place(let handle) = try says(&session, "USR 2 MD5 I Alice@Example.com").effects.first else {
      return #expect(Bool(false), "no server was asked for")
    }
    #expect(handle.text == "alice@example.com")
    let placed = step(&session) { $0.receive(.placed(Self.notification), &$1) }
    #expect(placed.lines == expected)
  }

  @Test("no notification server: 601 and close")
  func nowhereToGo() throws {
    var session = DispatchSession(Self.settings)
    _ = try says(&session, "VER 0 MSNP7 CVR0")
    _ = try says(&session, "USR 2 MD5 I alice@example.com")
    let placed = step(&session) { $0.receive(.placed(nil), &$1) }
    #expect(placed.lines == "601 2\r\n")
    #expect(placed.ending == .refused(.serverUnavailable))
  }

  @Test("a clear-text sign-in is sent on in MSNP2 and closed later", arguments: [("MSNP2", true), ("MSNP3", false)])
  func clearText(dialect: String, isLegal: Bool) throws {
    var session = DispatchSession(Self.settings)
    _ = try says(&session, "VER 0 \(dialect) CVR0")
    let step = try says(&session, "USR 2 CTP I alice@example.com password")
    #expect(step.effects.isEmpty != isLegal)
    #expect((step.ending == nil) == isLegal)
  }

  @Test("what is no handle: 911 and close", arguments: ["USR 2 MD5 I alice", "USR 2 MD5 I"])
  func noHandle(text: String) throws {
    var session = DispatchSession(Self.settings)
    _ = try says(&session, "VER 0 MSNP7 CVR0")
    let step = try says(&session, text)
    #expect(step.lines == "911 2\r\n")
    #expect(step.ending == .refused(.authenticationFailed))
  }

  @Test("a second VER: 715 and close; anything before the first: closed")
  func version() throws {
    var session = DispatchSession(Self.settings)
    _ = try says(&session, "VER 0 MSNP7 CVR0")
    let second = try says(&session, "VER 1 MSNP7 CVR0")
    #expect(second.lines == "715 1\r\n")
    #expect(second.ending == .refused(.notExpected))
    var other = DispatchSession(Self.settings)
    let early = try says(&other, "INF 1")
    #expect(early.lines.isEmpty && early.ending != nil)
  }

  @Test("a client that offers only CVR0 may ask for the version, in both forms of CVQ")
  func versionQuery() throws {
    for (query, answer) in [
      ("CVQ 1 0x0409 win 4.10 i386 MSMSGS 1.0.0863", "CVQ 1 1.0.0863 1.0.0863 1.0.0863"),
      ("CVQ 1 0x0409 win 4.10 i386 MSMSGS 3.0.0283  ", "CVQ 1 3.0.0283 3.0.0283 3.0.0283"),
    ] {
      var session = DispatchSession(Self.settings)
      #expect(try says(&session, "VER 0 CVR0").lines == "VER 0 CVR0\r\n")
      #expect(try says(&session, query).lines == "\(answer) http://example.com/ http://example.com/\r\n")
      #expect(try says(&session, "USR 2 MD5 I alice@example.com").ending != nil)
    }
  }
}
