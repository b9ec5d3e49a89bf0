import MSNP
import NIOCore
import ServerKit
import Testing

@testable import NotificationServer

@Suite("Challenges of the client")
struct ChallengeTests {
  /// A session in its first challenge.
  private func challenged(
    _ settings: NotificationSettings = Stage.settings
  ) throws -> (stage: Stage, challenge: String) {
    var stage = try Stage.signedIn(.msnp6, settings: settings)
    _ = try stage.says("CHG 6 NLN")
    let step = stage.hears(.answer(.watched([])))
    let words = step.lines.split(separator: " ").map { $0.trimmingSuffix("\r\n") }
    try #require(words.count == 3 && words[0] == "CHL" && words[1] == "0")
    #expect(words[2].count == 20 && words[2].allSatisfy(\.isNumber) && words[2].first != "0")
    return (stage, words[2])
  }

  @Test("none below MSNP6")
  func olderDialects() throws {
    var stage = try Stage.signedIn(.msnp5)
    _ = try stage.says("CHG 6 NLN")
    #expect(stage.hears(.answer(.watched([]))).lines.isEmpty)
  }

  @Test("a wrong answer: 540 and close")
  func wrong() throws {
    var (stage, _) = try challenged()
    let step = try stage.says("QRY 8 msmsgs@msnmsgr.com 32\r\n00000000000000000000000000000000")
    #expect(step.lines == "540 8\r\n")
    #expect(step.ending == .refused(.challengeFailed))
  }

  @Test("a product with an unknown key is believed")
  func unknownProduct() throws {
    var (stage, _) = try challenged()
    let step = try stage.says("QRY 8 PROD00517IFH4@RV 32\r\n00000000000000000000000000000000")
    #expect(step.lines == "QRY 8\r\n")
    #expect(step.ending == nil)
  }

  @Test("a product with an unknown key is refused by a service that is strict")
  func unknownProductOfStrictService() throws {
    var settings = Stage.settings
    settings.refusesUnknownProducts = true
    var (stage, _) = try challenged(settings)
    let step = try stage.says("QRY 8 PROD00517IFH4@RV 32\r\n00000000000000000000000000000000")
    #expect(step.lines == "540 8\r\n")
    #expect(step.ending == .refused(.challengeFailed))
  }

  @Test("one left unanswered ends the session with OUT")
  func unanswered() throws {
    var (stage, _) = try challenged()
    stage.now = stage.now + .seconds(50)
    let step = stage.timerFires()
    #expect(step.lines == "OUT\r\n")
    #expect(step.ending == .server("left a challenge unanswered"))
  }

  @Test("no challenge outstanding: 540")
  func uncalledFor() throws {
    var stage = try Stage.signedIn(.msnp6)
    let step = try stage.says("QRY 8 msmsgs@msnmsgr.com 32\r\n8f2f5a91b72102cd28355e9fc9000d6e")
    #expect(step.lines == "540 8\r\n")
  }
}

extension Substring {
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : String(self)
  }
}
