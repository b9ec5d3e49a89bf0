import FuzzKit
import NIOCore

@testable import WebServices

/// A session with its client and its server, both of whom do as they like. What must always hold: bytes arrive in their
/// order, each once; each request is answered or refused, once; nothing happens after the end; and what waits is bounded.
struct GatewayPlay {
  private static let waiting = 64
  private static let unsent = 64
  private static let longestPiece = 16

  private var session: GatewaySession
  private var isAsked = false
  private var isEnded = false
  private var isRead = true
  /// What the server said that was not delivered yet, and how much the client sent that its server has not taken.
  private var owed: [UInt8] = []
  private var underway = 0
  private var next: UInt8 = 0

  init() {
    var limits = GatewaySession.Limits()
    (limits.waiting, limits.unsent) = (Self.waiting, Self.unsent)
    session = GatewaySession(limits)
  }

  mutating func step(_ input: inout FuzzInput) {
    switch input.byte() % 8 {
    case 0, 1: ask(bytes(Int(input.byte()) % Self.longestPiece), hold: .seconds(Int64(input.byte() % 3)))
    case 2, 3: hear(Int(input.byte()) % Self.longestPiece)
    case 4: perform(session.timerFired(), isAbrupt: true)
    case 5: perform(session.hurry())
    case 6:
      session.sent(underway)
      underway = 0
    default: close(input.byte())
    }
  }

  private mutating func close(_ how: UInt8) {
    switch how % 3 {
    case 0: perform(session.serverEnded())
    case 1: perform(session.drain())
    default: perform(session.abandon(), isAbrupt: true)
    }
  }

  private mutating func ask(_ body: ByteBuffer, hold time: TimeAmount) {
    let actions = session.ask(body, hold: time)
    guard actions != [.refuse] else { return hold(isAsked || isEnded, "a request is refused without a reason") }
    hold(!isAsked && !isEnded, "a request is taken beside another, or after the end")
    isAsked = true
    perform(actions, isAbrupt: true)
  }

  private mutating func hear(_ count: Int) {
    // A server that is read no more says nothing; a read that was under way may still come.
    guard isRead || owed.count < Self.waiting + Self.longestPiece else { return }
    let said = bytes(count)
    if !isEnded { owed += said.readableBytesView }
    perform(session.hear(said))
    hold(owed.count < Self.waiting + 2 * Self.longestPiece, "\(owed.count) bytes wait")
  }

  private mutating func bytes(_ count: Int) -> ByteBuffer {
    ByteBuffer(
      bytes: (0..<count).map { _ in
        next &+= 1
        return next
      })
  }

  /// - Parameter isAbrupt: whether what was not delivered may be lost by it.
  private mutating func perform(_ actions: [GatewaySession.Action], isAbrupt: Bool = false) {
    for action in actions {
      hold(!isEnded, "\(action) after the end")
      switch action {
      case .send(let bytes):
        underway += bytes.readableBytes
        hold(underway <= Self.unsent, "\(underway) bytes are under way to the server")
      case .answer(let bytes, let closes): answered(Array(bytes.readableBytesView), closes)
      case .refuse: hold(false, "a refusal beside other actions")
      case .read(let wanted): isRead = wanted
      case .timer(let time): hold(time > .zero, "a timer of no time")
      case .end(let ending):
        isEnded = true
        hold(!isAsked, "a request is left without an answer")
        hold(owed.isEmpty || isAbrupt, "\(owed.count) bytes are lost by \(ending)")
        hold(session.isOver, "the session does not know of its end")
      }
    }
  }

  private mutating func answered(_ bytes: [UInt8], _ closes: Bool) {
    hold(isAsked, "an answer to nobody")
    isAsked = false
    hold(!closes || bytes.isEmpty, "bytes come with the end")
    guard !bytes.isEmpty else { return }
    hold(bytes == owed, "\(bytes) instead of \(owed)")
    owed = []
  }
}
