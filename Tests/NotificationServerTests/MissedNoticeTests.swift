import Foundation
import MSNP
import NIOCore
import Roster
import ServerKit
import SignIn
import Testing

@testable import NotificationServer

@Suite("A session that misses notices")
struct MissedNoticeTests {
  private func notice(_ version: UInt32, _ name: String) throws -> Notice {
    Notice(
      account: Stage.alice, version: ListVersion(version),
      news: .reverseAdded(try Stage.handle(name), try FriendlyName(name.capitalized)))
  }

  /// Alice with her lists of version 255.
  private func synchronised() throws -> Stage {
    var stage = try Stage.signedIn(.msnp2, version: 255)
    _ = try stage.says("SYN 5 255")
    _ = stage.hears(.answer(.snapshot(try Stage.roster(255))))
    return stage
  }

  /// Behind which version the effects ask, and how.
  private func asks(_ step: Stage.Step) -> [String] {
    step.effects.compactMap {
      switch $0 {
      case .recallNotices(let account, let version): "recall \(account.rawValue) \(version.rawValue)"
      case .readNotices(let account, let version): "read \(account.rawValue) \(version.rawValue)"
      default: nil
      }
    }
  }

  @Test("a hole is asked for, and nothing newer is told before what was missed")
  func hole() throws {
    var stage = try synchronised()
    let newer = stage.hears(.notices([try notice(258, "frank")]))
    #expect(newer.lines.isEmpty)
    #expect(asks(newer) == ["recall 1 255"])
    let newest = stage.hears(.notices([try notice(259, "gina")]))
    #expect(newest.lines.isEmpty && asks(newest).isEmpty)
    // 259 came after the question: its answer does not say what is before it.
    let step = stage.hears(.recalled([try notice(256, "dave"), try notice(257, "erin"), try notice(258, "frank")]))
    #expect(
      step.lines == """
        ADD 0 RL 256 dave@example.com Dave\r
        ADD 0 RL 257 erin@example.com Erin\r
        ADD 0 RL 258 frank@example.com Frank\r
        ADD 0 RL 259 gina@example.com Gina\r

        """)
    #expect(asks(step).isEmpty)
  }

  @Test("a hole that opened meanwhile is asked for after the first is filled")
  func secondHole() throws {
    var stage = try synchronised()
    _ = stage.hears(.notices([try notice(257, "erin")]))
    _ = stage.hears(.notices([try notice(259, "gina")]))
    let step = stage.hears(.recalled([try notice(256, "dave"), try notice(257, "erin")]))
    #expect(step.lines == "ADD 0 RL 256 dave@example.com Dave\r\nADD 0 RL 257 erin@example.com Erin\r\n")
    #expect(asks(step) == ["recall 1 257"])
    let late = stage.hears(.notices([try notice(258, "frank")]))
    #expect(late.lines == "ADD 0 RL 258 frank@example.com Frank\r\nADD 0 RL 259 gina@example.com Gina\r\n")
    #expect(stage.hears(.recalled([try notice(258, "frank")])).lines.isEmpty)
  }

  @Test("a store that cannot say is not asked again at once, but with the next notice")
  func cannotSay() throws {
    var stage = try synchronised()
    _ = stage.hears(.notices([try notice(257, "erin")]))
    let step = stage.hears(.recalled(nil))
    #expect(step.lines.isEmpty && asks(step).isEmpty)
    #expect(asks(stage.hears(.notices([try notice(258, "frank")]))) == ["recall 1 255"])
  }

  @Test("the version in the store shows that the last notice was lost")
  func version() throws {
    var stage = try synchronised()
    #expect(asks(stage.hears(.listVersion(ListVersion(255)))).isEmpty)
    #expect(asks(stage.hears(.listVersion(ListVersion(256)))) == ["recall 1 255"])
    #expect(stage.hears(.recalled([try notice(256, "dave")])).lines == "ADD 0 RL 256 dave@example.com Dave\r\n")
  }

  @Test("the answer to REA comes behind what was missed before it")
  func rename() throws {
    var stage = try synchronised()
    _ = try stage.says("REA 7 bob@example.com Bobby")
    let step = stage.hears(.answer(.changed(ChangeOutcome(version: ListVersion(257), result: .done))))
    #expect(step.lines.isEmpty)
    #expect(step.waits)
    #expect(asks(step) == ["read 1 255"])
    // It comes over the bus just now: what the store says is the same.
    #expect(stage.hears(.notices([try notice(256, "dave")])).lines == "ADD 0 RL 256 dave@example.com Dave\r\n")
    let answer = stage.hears(.answer(.missed([try notice(256, "dave")])))
    #expect(answer.lines == "REA 7 257 bob@example.com Bobby\r\n")
    #expect(!answer.waits)
  }

  @Test("the answer to ADD comes behind what was missed and before what is newer")
  func add() throws {
    var stage = try synchronised()
    _ = try stage.says("ADD 7 AL carol@example.com Carol")
    let newer = stage.hears(.notices([try notice(259, "gina")]))
    #expect(newer.lines.isEmpty && asks(newer).isEmpty)
    let outcome = ChangeOutcome(
      version: ListVersion(258), result: .added(Stage.carol, Stage.guid, newOnForward: false, properties: .blank))
    #expect(asks(stage.hears(.answer(.changed(outcome)))) == ["read 1 255"])
    let missed = [try notice(256, "dave"), try notice(257, "erin"), try notice(259, "gina")]
    let answer = stage.hears(.answer(.missed(missed)))
    #expect(
      answer.lines == """
        ADD 0 RL 256 dave@example.com Dave\r
        ADD 0 RL 257 erin@example.com Erin\r
        ADD 7 AL 258 carol@example.com Carol\r
        ADD 0 RL 259 gina@example.com Gina\r

        """)
    #expect(asks(answer).isEmpty)
  }

  @Test("a client whose lists changed in a way that nobody can tell it comes back for them")
  func unexplained() throws {
    var stage = try synchronised()
    _ = stage.hears(.listVersion(ListVersion(257)))
    let step = stage.hears(.recalled([try notice(257, "erin")]))
    #expect(step.lines == "OUT SSD\r\n")
    #expect(step.ending == .server("its lists changed and it was not told how"))
    // Nothing behind the hole is told: a client that has heard of that version would not get its lists.
    var other = try synchronised()
    _ = try other.says("REA 7 bob@example.com Bobby")
    _ = other.hears(.answer(.changed(ChangeOutcome(version: ListVersion(258), result: .done))))
    #expect(other.hears(.answer(.missed([try notice(257, "erin")]))).lines == "OUT SSD\r\n")
  }

  @Test("a change that follows directly is answered without a question")
  func direct() throws {
    var stage = try synchronised()
    _ = try stage.says("REA 7 bob@example.com Bobby")
    let step = stage.hears(.answer(.changed(ChangeOutcome(version: ListVersion(256), result: .done))))
    #expect(step.lines == "REA 7 256 bob@example.com Bobby\r\n")
    #expect(step.effects.isEmpty)
  }

  @Test("a hole that showed during a change which is refused is asked for behind its error")
  func refused() throws {
    var stage = try synchronised()
    _ = try stage.says("REA 7 bob@example.com Bobby")
    #expect(asks(stage.hears(.notices([try notice(257, "erin")]))).isEmpty)
    let step = stage.hears(.answer(.refused(.notOnList)))
    #expect(step.lines == "216 7\r\n")
    #expect(asks(step) == ["recall 1 255"])
  }

  @Test("SYN that already holds a notice still on its way: it is not told again, the next one is")
  func readAhead() throws {
    var stage = try Stage.signedIn(.msnp2, version: 255)
    _ = try stage.says("SYN 5 256")
    _ = stage.hears(.answer(.snapshot(try Stage.roster(256))))
    let late = stage.hears(.notices([try notice(256, "dave")]))
    #expect(late.lines.isEmpty && asks(late).isEmpty)
    #expect(stage.hears(.notices([try notice(257, "erin")])).lines == "ADD 0 RL 257 erin@example.com Erin\r\n")
  }

  @Test("what came before the roster was read is followed, and a hole in it asked for at once")
  func whileClaiming() throws {
    var stage = Stage()
    _ = try stage.says("VER 1 MSNP2 CVR0")
    _ = try stage.says("USR 2 MD5 I alice@example.com")
    _ = try stage.says("USR 3 MD5 S 00000000000000000000000000000000")
    _ = stage.hears(.answer(.verdict(.judged(Stage.alice))))
    for version in [255, 256, 258] as [UInt32] {
      let step = stage.hears(.notices([try notice(version, "dave")]))
      #expect(step.lines.isEmpty && step.effects.isEmpty)
    }
    let roster = SessionRoster(
      handle: try Stage.handle("alice"), name: try FriendlyName("Alice"), privacy: Privacy(),
      forward: AccountSet(), version: ListVersion(255))
    let step = stage.hears(.answer(.entered(roster)))
    #expect(asks(step) == ["recall 1 256"])
    #expect(stage.session.me?.notices.version == ListVersion(256))
  }

  @Test("before its first CHG a client is told of nobody, and then shown everybody as they are")
  func silence() throws {
    var stage = try Stage.signedIn(.msnp2)
    let online = Stage.record(Stage.bob, try Stage.presence(Stage.bob, "bob"), stamp: 5)
    #expect(stage.hears(.presence(PresenceNews(online, handle: try Stage.handle("bob")))).lines.isEmpty)
    _ = try stage.says("CHG 8 NLN")
    #expect(stage.hears(.answer(.watched([online]))).lines == "ILN 8 NLN bob@example.com Bob\r\n")
    let busy = Stage.record(Stage.bob, try Stage.presence(Stage.bob, "bob", .busy), stamp: 6)
    let step = stage.hears(.presence(PresenceNews(busy, handle: try Stage.handle("bob"))))
    #expect(step.lines == "NLN BSY bob@example.com Bob\r\n")
  }
}
