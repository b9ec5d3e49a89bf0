import Foundation
import MSNP
import Roster
import ServerKit
import Testing

@testable import NotificationServer

@Suite("Notices and the reading of lists")
struct NoticeTests {
  private func notice(_ version: UInt32, _ name: String) throws -> NotificationEvent {
    .notices([
      Notice(
        account: Stage.alice, version: ListVersion(version),
        news: .reverseAdded(try Stage.handle(name), try FriendlyName(name.capitalized)))
    ])
  }

  @Test("before SYN a notice is silent: it is in the lists that SYN brings")
  func beforeSynchronisation() throws {
    var stage = try Stage.signedIn(.msnp5, version: 255)
    #expect(stage.hears(try notice(256, "erin")).lines.isEmpty)
  }

  @Test("while the lists are read notices wait; those the lists hold are dropped, later ones follow in order")
  func whileReading() throws {
    var stage = try Stage.signedIn(.msnp2, version: 256)
    #expect(try stage.says("SYN 5 257").waits)
    #expect(stage.hears(try notice(257, "erin")).lines.isEmpty)
    #expect(stage.hears(try notice(258, "frank")).lines.isEmpty)
    #expect(stage.hears(try notice(259, "dave")).lines.isEmpty)
    let step = stage.hears(.answer(.snapshot(try Stage.roster(257))))
    #expect(
      step.lines == """
        SYN 5 257\r
        ADD 0 RL 258 frank@example.com Frank\r
        ADD 0 RL 259 dave@example.com Dave\r

        """)
    #expect(stage.hears(try notice(260, "erin")).lines == "ADD 0 RL 260 erin@example.com Erin\r\n")
  }

  @Test("LST shows one list only: what others changed meanwhile is told after it")
  func oneList() throws {
    var stage = try Stage.signedIn(.msnp2)
    _ = try stage.says("SYN 5 1")
    _ = stage.hears(.answer(.snapshot(try Stage.roster(1))))
    _ = try stage.says("LST 6 BL")
    #expect(stage.hears(try notice(2, "erin")).lines.isEmpty)
    let step = stage.hears(.answer(.snapshot(try Stage.roster(2))))
    #expect(step.lines == "LST 6 BL 2 0 0\r\nADD 0 RL 2 erin@example.com Erin\r\n")
  }

  @Test("a store that is away answers SYN with 201 and the session goes on")
  func storeAway() throws {
    var stage = try Stage.signedIn(.msnp2)
    _ = try stage.says("SYN 5 0")
    let step = stage.hears(.answer(.storeUnavailable))
    #expect(step.lines == "201 5\r\n")
    #expect(step.ending == nil)
    #expect(try stage.says("PNG").lines == "QNG\r\n")
  }

  @Test(
    "BPR is for dialects that have it",
    arguments: [(Dialect.msnp4, ""), (.msnp5, "BPR 256 bob@example.com PHH 1%20555\r\n")])
  func properties(dialect: Dialect, expected: String) throws {
    var stage = try Stage.signedIn(dialect, version: 255)
    _ = try stage.says("SYN 5 1")
    _ = stage.hears(.answer(.snapshot(try Stage.roster(255))))
    let news = Notice.News.properties(
      try Stage.handle("bob"), [.homePhone], ContactProperties([.homePhone: "1 555"]))
    let step = stage.hears(.notices([Notice(account: Stage.alice, version: ListVersion(256), news: news)]))
    #expect(step.lines == expected)
  }
}

@Suite("What an operator does to lists")
struct OperatorNoticeTests {
  @Test("somebody put on the own lists is watched and told at once, in the order of versions")
  func listed() throws {
    var stage = try Stage.signedIn(
      .msnp7, settings: NotificationSettings(site: "http://example.com/", challenges: false))
    _ = try stage.says("SYN 5 1")
    _ = stage.hears(.answer(.snapshot(try Stage.roster(1))))
    try stage.goesOnline()
    let dave = AccountID(4)
    let news = Notice.News.listed(.forward, dave, try Stage.handle("dave"), try FriendlyName("Dave"), Stage.guid)
    let step = stage.hears(.notices([Notice(account: Stage.alice, version: ListVersion(2), news: news)]))
    #expect(step.lines == "ADD 0 FL 2 dave@example.com Dave 0\r\n")
    guard case .watchAlso(dave, _, by: Stage.alice) = step.effects.first else {
      return #expect(Bool(false), "nobody watches dave")
    }
    let record = Stage.record(dave, try Stage.presence(dave, "dave"), stamp: 7)
    let seen = stage.hears(.presence(PresenceNews(record, handle: try Stage.handle("dave"))))
    #expect(seen.lines == "NLN NLN dave@example.com Dave\r\n")
  }

  @Test("somebody who was removed leaves each list")
  func unlisted() throws {
    var stage = try Stage.signedIn(.msnp2)
    _ = try stage.says("SYN 5 1")
    _ = stage.hears(.answer(.snapshot(try Stage.roster(1))))
    let news = Notice.News.unlisted([.forward, .allow], Stage.bob, try Stage.handle("bob"), Stage.guid)
    let step = stage.hears(.notices([Notice(account: Stage.alice, version: ListVersion(2), news: news)]))
    #expect(step.lines == "REM 0 FL 2 bob@example.com\r\nREM 0 AL 2 bob@example.com\r\n")
    #expect(stage.session.me?.watches.accounts == [Stage.carol])
    #expect(stage.session.me?.privacy.allowed.isEmpty == true)
  }
}
