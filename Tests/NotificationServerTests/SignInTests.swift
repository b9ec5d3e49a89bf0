import MSNP
import NIOCore
import ServerKit
import SignIn
import Testing

@testable import NotificationServer

@Suite("Signing in, without a socket")
struct SignInTests {
  @Test("a challenge is good for thirty seconds", arguments: [(29, true), (30, false), (300, false)])
  func challengeExpires(seconds: Int64, isGood: Bool) throws {
    var stage = Stage()
    _ = try stage.says("VER 1 MSNP7 CVR0")
    _ = try stage.says("USR 2 MD5 I alice@example.com")
    stage.now = stage.now + .seconds(seconds)
    let step = try stage.says("USR 3 MD5 S 00000000000000000000000000000000")
    if isGood {
      guard case .verify = step.effects.first else { return #expect(Bool(false), "nothing was verified") }
    } else {
      #expect(step.lines == "911 3\r\n")
      #expect(step.effects.isEmpty)
      #expect(step.ending == .refused(.authenticationFailed))
    }
  }

  @Test("a challenge is good for one answer")
  func challengeIsSingleUse() throws {
    var stage = Stage()
    _ = try stage.says("VER 1 MSNP7 CVR0")
    _ = try stage.says("USR 2 MD5 I alice@example.com")
    #expect(try stage.says("USR 3 MD5 S 00000000000000000000000000000000").waits)
    let second = try stage.says("USR 4 MD5 S 11111111111111111111111111111111")
    #expect(second.lines.isEmpty && second.effects.isEmpty && second.ending != nil)
  }

  @Test("each attempt gets another challenge")
  func challengesDiffer() throws {
    var seen: Set<String> = []
    for _ in 0..<100 {
      var stage = Stage(NotificationSettings(site: "http://example.com/"))
      _ = try stage.says("VER 1 MSNP2 CVR0")
      seen.insert(try stage.says("USR 2 MD5 I alice@example.com").lines)
    }
    #expect(seen.count == 100)
  }

  @Test("a store that is away ends a sign-in with 601")
  func storeAway() throws {
    var stage = Stage()
    _ = try stage.says("VER 1 MSNP5 CVR0")
    _ = try stage.says("USR 2 MD5 I alice@example.com")
    _ = try stage.says("USR 3 MD5 S 00000000000000000000000000000000")
    let step = stage.hears(.answer(.storeUnavailable))
    #expect(step.lines == "601 3\r\n")
    #expect(step.ending == .refused(.serverUnavailable))
  }

  @Test("the account is given back once, whenever the connection goes")
  func accountIsReleased() throws {
    var stage = Stage()
    _ = try stage.says("VER 1 MSNP5 CVR0")
    _ = try stage.says("USR 2 MD5 I alice@example.com")
    _ = try stage.says("USR 3 MD5 S 00000000000000000000000000000000")
    guard case .enter = stage.hears(.answer(.verdict(.judged(Stage.alice)))).effects.first else {
      return #expect(Bool(false), "the account was not claimed")
    }
    guard case .leave(Stage.alice, let watching) = stage.isClosed().effects.first else {
      return #expect(Bool(false), "the account was not given back")
    }
    #expect(watching.isEmpty)
    #expect(stage.isClosed().effects.isEmpty)
  }

  @Test("an answer that comes after the session was taken over signs nobody in")
  func lateAnswer() throws {
    var stage = Stage()
    _ = try stage.says("VER 1 MSNP5 CVR0")
    _ = try stage.says("USR 2 MD5 I alice@example.com")
    _ = try stage.says("USR 3 MD5 S 00000000000000000000000000000000")
    _ = stage.hears(.answer(.verdict(.judged(Stage.alice))))
    #expect(stage.hears(.signedInElsewhere).lines == "OUT OTH\r\n")
    let late = stage.hears(.answer(.noAccount))
    #expect(late.lines.isEmpty && late.effects.isEmpty)
  }

  @Test("only a step forward earns more time, and the whole way takes a few commands")
  func stalling() throws {
    var stage = Stage()
    #expect(try stage.says("VER 1 MSNP7 CVR0").timer != nil)
    for number in 2...32 {
      let step = try stage.says("INF \(number)")
      #expect(step.lines == "INF \(number) MD5\r\n")
      #expect(step.timer == nil)
    }
    #expect(try stage.says("INF 33").ending == .violation("sent 32 commands without signing in"))
  }

  @Test("a step of signing in has a time limit, a signed-in session none")
  func timeLimit() throws {
    var stage = Stage()
    let opened = stage.timerFires()
    #expect(opened.ending == .server("took longer than 30 s for a step"))
    var signedIn = try Stage.signedIn(.msnp5)
    #expect(try signedIn.says("PNG").timer == nil)
  }
}
