import MSNP
import TestKit
import Testing

/// The language of the plays: what is a play and what is refused.
@Suite struct PlayLanguageTests {
  private static let parts = ["greets": "part: a greeting\ntakes: who, seat = NS\n$who@$seat >>> VER 1 MSNP{dialect}\n"]

  @Test func aPlayTellsItsTitleAndItsDialects() throws {
    let play = try PlayLibrary.read("play: nothing happens\ndialects: 2,5-6\n")
    #expect(play.title == "nothing happens")
    #expect(play.dialects == [.msnp2, .msnp5, .msnp6])
    #expect(play.given == "reference accounts")
    #expect(play.publicHost == nil)
  }

  @Test func aPlayIsForMSNP2To7UnlessItSaysOtherwise() throws {
    let play = try PlayLibrary.read("play: nothing happens\ngiven: all groups\nserver: public\n")
    #expect(play.dialects == [.msnp2, .msnp3, .msnp4, .msnp5, .msnp6, .msnp7])
    #expect(play.given == "all groups")
    #expect(play.publicHost == "127.0.0.1")
  }

  @Test(
    arguments: [
      ("alice@NS is quiet", "text: no line 'play:'"),
      ("play: x\ndialects: 7-2", "text: dialects are written 2-7 or 2,5-6"),
      ("play: x\nplayed: often", "text: a play has no line 'played:'"),
      ("play: x\nalice@NS sleeps", "text.msnp:2: no step: alice@NS sleeps"),
      ("play: x\nalice >>> PNG", "text.msnp:2: no step: alice >>> PNG"),
      ("play: x\n| words", "text.msnp:2: a payload without a line before it"),
      ("play: x\nalice@NS is closed\n| words", "text.msnp:3: a payload without a line before it"),
      ("play: x\n[0-7] alice@NS is quiet", "text.msnp:2: dialects are written [2-7] or [2,5-6]"),
      ("play: x\ninclude: greets", "text.msnp:2: include: part(who: alice)"),
      ("play: x\ninclude: nods(who: alice)", "text.msnp:2: there is no part 'nods'"),
      ("play: x\ninclude: greets()", "text.msnp:2: the part takes 'who' as well"),
      ("play: x\ninclude: greets(who: alice, how: loudly)", "text.msnp:2: the part does not take 'how'"),
    ])
  func whatIsNoPlayIsRefused(text: String, reason: String) {
    #expect(throws: PlaySyntaxError(description: reason)) {
      try PlayLibrary.read(text, parts: PlayLanguageTests.parts)
    }
  }

  @Test func aPartMayLeaveOutWhatHasAValue() throws {
    _ = try PlayLibrary.read("play: x\n[6-7] include: greets(who: alice)\n", parts: PlayLanguageTests.parts)
    _ = try PlayLibrary.read("play: x\ninclude: greets(who: alice, seat: NS2)\n", parts: PlayLanguageTests.parts)
  }
}
