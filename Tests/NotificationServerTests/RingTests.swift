import Cluster
import MSNP
import NIOCore
import Roster
import ServerKit
import Synchronization
import Testing

@testable import NotificationServer

@Suite("Who may ring whom")
struct RingTests {
  /// What the callee's session says to a ring by `caller`.
  private func ring(_ stage: inout Stage, by caller: AccountID, late: Bool = false) throws -> (
    accepted: Bool, refused: Bool
  ) {
    let ring = Ring(
      Ring.Invitation(
        session: try #require(SessionID(11_752_013)),
        switchboard: SwitchboardNode(name: "s", epoch: 1, address: HostPort(host: "192.0.2.20", port: 1863)),
        caller: caller, callerHandle: try Stage.handle("bob"), callerName: try FriendlyName("Bob"),
        callee: try Stage.handle("alice")),
      deadline: stage.now + TimeAmount.seconds(late ? 0 : 2))
    let answers = Box()
    let step = stage.hears(.ring(ring, answer: { answers.put($0) }))
    #expect(step.lines.isEmpty)
    let accepted = step.effects.contains { if case .acceptRing = $0 { true } else { false } }
    return (accepted, answers.all == [.unavailable])
  }

  private final class Box: Sendable {
    private let answers = Mutex<[RingAnswer]>([])
    func put(_ answer: RingAnswer) { answers.withLock { $0.append(answer) } }
    var all: [RingAnswer] { answers.withLock { $0 } }
  }

  @Test("nobody is rung before the first CHG, while hidden, or after IMS OFF")
  func unreachable() throws {
    var stage = try Stage.signedIn(.msnp4)
    #expect(try ring(&stage, by: Stage.bob) == (false, true))
    try stage.goesOnline()
    #expect(try ring(&stage, by: Stage.bob) == (true, false))
    _ = try stage.says("CHG 10 HDN")
    #expect(try ring(&stage, by: Stage.bob) == (false, true))
    _ = try stage.says("CHG 11 NLN")
    #expect(try stage.says("IMS 12 OFF").lines == "IMS 12 0 OFF\r\n")
    #expect(try ring(&stage, by: Stage.bob) == (false, true))
    #expect(try stage.says("IMS 13 ON").lines == "IMS 13 0 ON\r\n")
    #expect(try ring(&stage, by: Stage.bob) == (true, false))
  }

  @Test("a blocked caller never rings, nor a stranger under BLP BL")
  func privacy() throws {
    var stage = try Stage.signedIn(.msnp2, version: 255)
    try stage.goesOnline()
    #expect(try ring(&stage, by: Stage.carol) == (true, false))
    _ = try stage.says("BLP 10 BL")
    _ = stage.hears(.answer(.changed(ChangeOutcome(version: ListVersion(256), result: .done))))
    #expect(try ring(&stage, by: Stage.carol) == (false, true))
    #expect(try ring(&stage, by: Stage.bob) == (true, false))
  }

  @Test("a ring that comes after its deadline is dropped: the caller has been told that nobody answers")
  func late() throws {
    var stage = try Stage.signedIn(.msnp2)
    try stage.goesOnline()
    #expect(try ring(&stage, by: Stage.bob, late: true) == (false, true))
  }

  @Test("913 where no switchboard may be asked for, 713 where there is none")
  func asking() throws {
    var stage = try Stage.signedIn(.msnp2)
    #expect(try stage.says("XFR 8 SB").lines == "913 8\r\n")
    try stage.goesOnline()
    #expect(try stage.says("XFR 9 NS").lines == "201 9\r\n")
    #expect(try stage.says("XFR 10 SB").waits)
    let step = stage.hears(.answer(.noSwitchboard))
    #expect(step.lines == "713 10\r\n")
    #expect(step.ending == nil)
  }
}
