import Cluster
import MSNP
import NIOCore
import Roster
import ServerKit
import Testing

@testable import NotificationServer

@Suite("UUX")
struct PersonalMessageCommandTests {
  private static let text = "<Data><PSM>example status message</PSM><CurrentMedia></CurrentMedia></Data>"
  private static let empty = "<Data><PSM></PSM><CurrentMedia></CurrentMedia></Data>"

  private func uux(_ payload: String, _ number: Int = 9) -> String {
    "UUX \(number) \(payload.utf8.count)\r\n\(payload)"
  }

  private func announced(_ step: Stage.Step) -> Presence? {
    for case .announce(let presence?, Stage.alice) in step.effects { return presence }
    return nil
  }

  @Test("is answered, and what it says is announced with all the rest", arguments: [Dialect.msnp11, .msnp12])
  func said(dialect: Dialect) throws {
    var stage = try Stage.present(dialect)
    _ = try stage.says("CHG 8 NLN 24")
    _ = stage.hears(.answer(.watched([])))
    let step = try stage.says(uux(Self.text))
    #expect(step.lines == "UUX 9 0\r\n")
    #expect(!step.waits)
    #expect(announced(step)?.personal?.payload == Self.text)
    #expect(announced(step)?.capabilities == 24)
    for (index, nothing) in [Self.empty, ""].enumerated() {
      _ = try stage.says(uux(Self.text))
      let step = try stage.says(uux(nothing, 10 + index))
      #expect(step.lines == "UUX \(10 + index) 0\r\n")
      let presence = try #require(announced(step))
      #expect(presence.personal == nil)
    }
  }

  @Test("before the first CHG and while the person hides it is kept, and told with the next status")
  func kept() throws {
    var stage = try Stage.present(.msnp11)
    let early = try stage.says(uux(Self.text))
    #expect(early.lines == "UUX 9 0\r\n")
    #expect(early.effects.isEmpty)
    #expect(announced(try stage.says("CHG 10 NLN 24"))?.personal?.payload == Self.text)
    _ = stage.hears(.answer(.watched([])))
    _ = try stage.says("CHG 11 HDN 24")
    let other = "<Data><PSM>other</PSM><CurrentMedia></CurrentMedia></Data>"
    let hidden = try stage.says(uux(other, 12))
    #expect(hidden.lines == "UUX 12 0\r\n")
    guard case .announce(nil, Stage.alice) = hidden.effects.first, hidden.effects.count == 1 else {
      Issue.record("a hidden person was announced")
      return
    }
    #expect(announced(try stage.says("CHG 13 BSY 24"))?.personal?.payload == other)
  }

  @Test("what is not well-formed, or too long once written anew, closes")
  func malformed() throws {
    let long = "<Data><PSM>\(String(repeating: "&", count: 1000))</PSM></Data>"
    for payload in ["x", "<Data>", "<!DOCTYPE Data><Data></Data>", long] {
      var stage = try Stage.present(.msnp12)
      let step = try stage.says(uux(payload))
      #expect(step.lines.isEmpty && step.effects.isEmpty)
      #expect(step.ending != nil)
    }
  }

  @Test("a payload of 4096 bytes is taken, a longer one is not even read")
  func limit() throws {
    var stage = try Stage.present(.msnp11)
    let room = PersonalMessage.maximumLength - Self.empty.utf8.count
    let longest = "<Data><PSM>\(String(repeating: "x", count: room))</PSM><CurrentMedia></CurrentMedia></Data>"
    #expect(try stage.says(uux(longest)).lines == "UUX 9 0\r\n")
    #expect(throws: FramingError.payloadTooLong(.UUX, limit: 4096)) { try stage.says("UUX 9 4097") }
  }

  @Test(
    "older dialects do not have it", arguments: Dialect.allCases.filter { $0 <= .msnp10 })
  func older(dialect: Dialect) throws {
    var stage = try Stage.present(dialect)
    let step = try stage.says(uux(Self.text))
    #expect(step.lines.isEmpty && step.effects.isEmpty)
    #expect(step.ending != nil)
  }

  @Test("watchers elsewhere and here are told by the board as by the session: UBX alone when nothing else changed")
  func board() throws {
    let board = PresenceBoard()
    let seat = try Seat()
    try seat.signsIn(Stage.alice, "alice", watching: [Stage.bob])
    let claimer = try #require(board.begin(Stage.alice, try seat.reference()))
    _ = board.enter(
      try seat.member("alice", generation: 5), claimer, watching: AccountSet([Stage.bob]), contacts: [])
    let message = try #require(PersonalMessage(payload: Self.text))
    // Alice speaks MSNP2: what bob says is nothing to her, nor what his client can do.
    board.apply(try placed(Stage.bob, "bob", 7, 1, .busy))
    #expect(try seat.written() == "NLN BSY bob@example.com Bob\r\n")
    var session = try placed(Stage.bob, "bob", 7, 2, .busy)
    session.state.presence?.personal = message
    board.apply(session)
    session.state.mark.sequence = 3
    session.state.presence?.capabilities = 24
    board.apply(session)
    #expect(try seat.written() == "")
    let record = board.look(at: [Stage.bob])[0]
    #expect(record.stamp > record.faces.personal)
    #expect(record.faces.line(showing: .capabilities) == record.stamp)
    #expect(record.faces.line(showing: .status) < record.faces.personal)
  }
}
