import MSNP
import NIOCore
import ServerKit
import Testing

@testable import Switchboard

@Suite("A participant's connection, without a socket")
struct SwitchboardSessionTests {
  private struct Step {
    var lines: String
    var effects: [SwitchboardEffect]
    var ending: Ending?
  }

  private func says(_ session: inout SwitchboardSession, _ text: String) throws -> Step {
    var decoder = LineDecoder(session.framing)
    var bytes = ByteBuffer(string: text.contains("\r\n") ? text : text + "\r\n")
    decoder.append(&bytes)
    let line = try #require(try decoder.next())
    var turn = Turn<SwitchboardEffect>(now: .now(), dialect: session.dialect)
    session.receive(line, &turn)
    return Step(lines: String(buffer: turn.reply.buffer), effects: turn.effects, ending: turn.ending)
  }

  private func present(_ dialect: Dialect = .msnp7) throws -> SwitchboardSession {
    var session = SwitchboardSession()
    _ = try says(&session, "USR 1 alice@example.com 17262740.1050826919.32308")
    var turn = Turn<SwitchboardEffect>(now: .now(), dialect: session.dialect)
    let alice = try #require(UserHandle("alice@example.com"))
    session.receive(.opened(TransactionID(1), alice, try FriendlyName("Alice"), dialect), &turn)
    #expect(String(buffer: turn.reply.buffer) == "USR 1 OK alice@example.com Alice\r\n")
    return session
  }

  @Test(
    "only USR and ANS may come first", arguments: ["VER 1 MSNP7", "CAL 1 bob@example.com", "PNG", "MSG 1 N 0", "JOI 1"])
  func first(text: String) throws {
    var session = SwitchboardSession()
    let step = try says(&session, text)
    #expect(step.lines.isEmpty && step.effects.isEmpty && step.ending != nil)
  }

  @Test(
    "a ticket without its parts: 911 and close",
    arguments: [
      "USR 1 alice@example.com", "USR 1 alice x", "ANS 1 bob@example.com x", "ANS 1 bob@example.com x ffff",
      "ANS 1 bob@example.com x 2147483648",
    ])
  func malformedTickets(text: String) throws {
    var session = SwitchboardSession()
    let step = try says(&session, text)
    #expect(step.lines == "911 1\r\n")
    #expect(step.effects.isEmpty)
    #expect(step.ending == .refused(.authenticationFailed))
  }

  @Test(
    "the letter of a message is one of U N A S, and D from MSNP9", arguments: ["U", "N", "A", "S", "D", "n", "X", "UN"])
  func letters(letter: String) throws {
    var session = try present(.msnp7)
    let step = try says(&session, "MSG 4 \(letter) 3\r\nhi!")
    let isLegal = ["U", "N", "A", "S"].contains(letter)
    #expect((step.ending == nil) == isLegal)
    #expect(step.effects.isEmpty == !isLegal)
  }

  @Test("what only servers send is not relayed: NAK where the sender wants to know, silence where not")
  func serverOnly() throws {
    var session = try present()
    let payload = "Content-Type: text/x-msmsgsprofile; charset=UTF-8\r\n\r\nLoginTime: 0\r\n"
    for (letter, expected) in [("U", ""), ("N", "NAK 4\r\n"), ("A", "NAK 4\r\n")] {
      let step = try says(&session, "MSG 4 \(letter) \(payload.utf8.count)\r\n\(payload)")
      #expect(step.lines == expected)
      #expect(!step.effects.contains { if case .relay = $0 { true } else { false } })
      #expect(step.ending == nil)
    }
  }

  @Test(
    "what servers say, and NS commands, close", arguments: ["BYE 1", "PNG", "CHG 2 NLN", "USR 2 alice@example.com x"])
  func illegal(text: String) throws {
    var session = try present()
    #expect(try says(&session, text).ending != nil)
  }

  @Test("208 for what is no handle")
  func malformedCallee() throws {
    var session = try present()
    #expect(try says(&session, "CAL 2 bob").lines == "208 2\r\n")
    #expect(try says(&session, "CAL 3").ending != nil)
  }
}
