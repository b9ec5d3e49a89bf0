import NIOCore
import Testing

@testable import WebServices

@Suite("A gateway session")
struct GatewaySessionTests {
  private typealias Action = GatewaySession.Action
  private static let idle = Action.timer(.seconds(60))
  private static let patience = Action.timer(.milliseconds(500))

  private var session = GatewaySession(GatewaySession.Limits())

  private func bytes(_ text: String) -> ByteBuffer { ByteBuffer(string: text) }
  private func answer(_ text: String, closes: Bool = false) -> Action { .answer(bytes(text), closes: closes) }
  private let nothing = ByteBuffer()

  @Test("what a client sends is answered with what the server says to it")
  mutating func roundTrip() {
    #expect(session.ask(bytes("VER 1 MSNP9\r\n"), hold: .zero) == [.send(bytes("VER 1 MSNP9\r\n")), Self.patience])
    #expect(session.hear(bytes("VER 1 MSNP9\r\n")) == [answer("VER 1 MSNP9\r\n"), Self.idle])
  }

  @Test("a server that says nothing to it is not waited for")
  mutating func patience() {
    #expect(session.ask(bytes("PN"), hold: .zero) == [.send(bytes("PN")), Self.patience])
    #expect(session.timerFired() == [answer(""), Self.idle])
    #expect(session.hear(bytes("QNG\r\n")) == [])
    #expect(session.ask(nothing, hold: .zero) == [answer("QNG\r\n"), Self.idle])
  }

  @Test("a poll is answered at once, with something or nothing")
  mutating func poll() {
    #expect(session.ask(nothing, hold: .zero) == [answer(""), Self.idle])
    #expect(session.hear(bytes("NLN")) == [])
    #expect(session.hear(bytes(" BSY\r\n")) == [])
    #expect(session.ask(nothing, hold: .zero) == [answer("NLN BSY\r\n"), Self.idle])
    #expect(session.ask(nothing, hold: .zero) == [answer(""), Self.idle])
  }

  @Test("a poll that may be held waits for the server, for as long as it said")
  mutating func heldPoll() {
    #expect(session.ask(nothing, hold: .seconds(30)) == [.timer(.seconds(30))])
    #expect(session.hear(bytes("RNG\r\n")) == [answer("RNG\r\n"), Self.idle])
    #expect(session.ask(nothing, hold: .seconds(30)) == [.timer(.seconds(30))])
    #expect(session.timerFired() == [answer(""), Self.idle])
    _ = session.hear(bytes("RNG\r\n"))
    #expect(session.ask(nothing, hold: .seconds(30)) == [answer("RNG\r\n"), Self.idle])
  }

  @Test("there is one request at a time, and the first is answered all the same")
  mutating func second() {
    _ = session.ask(nothing, hold: .seconds(30))
    #expect(session.ask(bytes("PNG\r\n"), hold: .zero) == [.refuse])
    #expect(session.ask(nothing, hold: .zero) == [.refuse])
    #expect(session.hear(bytes("x")) == [answer("x"), Self.idle])
    #expect(session.ask(nothing, hold: .zero) == [answer(""), Self.idle])
  }

  @Test("what is brought while something waits is passed on, and what waits is the answer")
  mutating func both() {
    _ = session.hear(bytes("NLN\r\n"))
    #expect(session.ask(bytes("PNG\r\n"), hold: .zero) == [.send(bytes("PNG\r\n")), answer("NLN\r\n"), Self.idle])
  }

  @Test("a client that has not asked for a minute is gone, and is told nothing any more")
  mutating func idleness() {
    _ = session.ask(nothing, hold: .zero)
    _ = session.hear(bytes("NLN\r\n"))
    #expect(session.timerFired() == [.end(.idle)])
    #expect(session.isOver)
    #expect(session.ask(nothing, hold: .zero) == [.refuse])
    #expect(session.hear(bytes("x")) == [])
    #expect(session.serverEnded() == [])
    #expect(session.timerFired() == [])
  }

  @Test("a request whose client may be gone is held no longer, and leaves room for the next")
  mutating func hurry() {
    _ = session.ask(nothing, hold: .seconds(30))
    #expect(session.hurry() == [answer(""), Self.idle])
    #expect(session.hear(bytes("x")) == [])
    #expect(session.ask(nothing, hold: .zero) == [answer("x"), Self.idle])
    #expect(session.hurry() == [])
  }

  @Test("what the server said last comes first, then the end")
  mutating func serverEnds() {
    _ = session.hear(bytes("OUT OTH\r\n"))
    #expect(session.serverEnded() == [])
    #expect(session.ask(bytes("PNG\r\n"), hold: .seconds(9)) == [answer("OUT OTH\r\n"), Self.idle])
    #expect(session.ask(bytes("PNG\r\n"), hold: .seconds(9)) == [answer("", closes: true), .end(.server)])
    #expect(session.ask(nothing, hold: .zero) == [.refuse])
  }

  @Test("a client that waits hears of the end at once")
  mutating func serverEndsMeanwhile() {
    #expect(session.ask(bytes("OUT\r\n"), hold: .zero) == [.send(bytes("OUT\r\n")), Self.patience])
    #expect(session.serverEnded() == [answer("", closes: true), .end(.server)])
    #expect(session.isOver)
  }

  @Test("a node that stops says so at the next request, once what waits is delivered")
  mutating func drain() {
    _ = session.hear(bytes("NLN\r\n"))
    #expect(session.drain() == [])
    #expect(session.ask(nothing, hold: .seconds(9)) == [answer("NLN\r\n"), Self.idle])
    #expect(session.ask(nothing, hold: .seconds(9)) == [answer("", closes: true), .end(.drain)])
  }

  @Test("in the end it waits no longer")
  mutating func abandon() {
    _ = session.hear(bytes("NLN\r\n"))
    _ = session.drain()
    #expect(session.abandon() == [.end(.drain)])
    #expect(session.abandon() == [])
  }

  @Test("the server of a client that does not ask is read no more, until it asks")
  mutating func backPressure() {
    let piece = ByteBuffer(repeating: 0x78, count: 16 * 1024)
    #expect(session.hear(piece) == [])
    #expect(session.hear(piece) == [])
    #expect(session.hear(piece) == [])
    #expect(session.hear(piece) == [.read(false)])
    // A last read that was under way.
    #expect(session.hear(piece) == [])
    let all = ByteBuffer(repeating: 0x78, count: 80 * 1024)
    #expect(session.ask(nothing, hold: .zero) == [.answer(all, closes: false), Self.idle, .read(true)])
    #expect(session.hear(piece) == [])
  }

  @Test("a client that sends more than its server takes is put out")
  mutating func flood() {
    let piece = ByteBuffer(repeating: 0x78, count: 64 * 1024)
    for _ in 0..<2 {
      #expect(session.ask(piece, hold: .zero) == [.send(piece), Self.patience])
      #expect(session.timerFired() == [answer(""), Self.idle])
    }
    session.sent(64 * 1024)
    #expect(session.ask(piece, hold: .zero) == [.send(piece), Self.patience])
    _ = session.timerFired()
    #expect(session.ask(piece, hold: .zero) == [answer("", closes: true), .end(.flood)])
  }
}
