import MSNP
import NIOCore
import ServerKit
import Testing

@testable import NotificationServer

/// Login reference, section 10.
@Suite("Pings")
struct PingTests {
  private static let quiet = NotificationSettings(
    site: "http://example.com/", challenges: false, sources: Stage.settings.sources)

  @Test("QNG tells from MSNP9 when to ping again", arguments: Dialect.allCases.filter(Dialect.spoken.contains))
  func interval(_ dialect: Dialect) throws {
    var stage = try Stage.signedIn(dialect, settings: Self.quiet)
    let step = try stage.says("PNG")
    #expect(step.lines == (dialect < .msnp9 ? "QNG\r\n" : "QNG 50\r\n"))
    #expect((step.timer != nil) == (dialect >= .msnp9))
  }

  @Test("who has pinged and then says nothing four times as long is gone")
  func silence() throws {
    var stage = try Stage.signedIn(.msnp9, settings: Self.quiet)
    guard case .after(.seconds(200)) = try stage.says("PNG").timer else {
      return #expect(Bool(false), "nobody waits for the next ping")
    }
    stage.now = stage.now + .seconds(150)
    _ = try stage.says("URL 5 INBOX")
    // The time is over, but not since the client was heard last.
    stage.now = stage.now + .seconds(50)
    let first = stage.timerFires()
    #expect(first.lines.isEmpty && first.ending == nil)
    guard case .after(.seconds(150)) = first.timer else {
      return #expect(Bool(false), "the wait is not for the rest of the time")
    }
    stage.now = stage.now + .seconds(150)
    let second = stage.timerFires()
    #expect(second.lines == "OUT\r\n")
    #expect(second.ending == .server("said nothing for four times the time between pings"))
  }

  @Test("challenges and pings share the one timer")
  func both() throws {
    var stage = try Stage.signedIn(.msnp9)
    _ = try stage.says("PNG")
    _ = try stage.says("CHG 6 NLN 0")
    let challenge = stage.hears(.answer(.watched([])))
    guard case .after(.seconds(50)) = challenge.timer else {
      return #expect(Bool(false), "the answer to the challenge is not the next thing awaited")
    }
    stage.now = stage.now + .seconds(50)
    #expect(stage.timerFires().ending == .server("left a challenge unanswered"))
  }
}
