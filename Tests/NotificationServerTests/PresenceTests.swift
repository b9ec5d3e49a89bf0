import Cluster
import MSNP
import NIOCore
import Roster
import ServerKit
import Testing

@testable import NotificationServer

@Suite("What a watcher is told")
struct PresenceTests {
  @Test("each contact's state is told once, in the order of its stamps, whatever overtakes what")
  func watchList() throws {
    var list = WatchList(AccountSet([Stage.bob]))
    let online = Stage.record(Stage.bob, try Stage.presence(Stage.bob, "bob"), stamp: 5)
    #expect(list.look(at: online, as: Stage.alice, showing: .status) == .online)
    #expect(list.look(at: online, as: Stage.alice, showing: .status) == .nothingNew)
    let older = Stage.record(Stage.bob, nil, stamp: 4)
    #expect(list.look(at: older, as: Stage.alice, showing: .status) == .nothingNew)
    let busy = Stage.record(Stage.bob, try Stage.presence(Stage.bob, "bob", .busy), stamp: 6)
    #expect(list.look(at: busy, as: Stage.alice, showing: .status) == .online)
    let sameFace = Stage.record(Stage.bob, try Stage.presence(Stage.bob, "bob", .busy), stamp: 7, face: 6)
    #expect(list.look(at: sameFace, as: Stage.alice, showing: .status) == .nothingNew)
    let blocking = Stage.record(
      Stage.bob, try Stage.presence(Stage.bob, "bob", .busy, audience: .everyone(except: AccountSet([Stage.alice]))),
      stamp: 8, face: 6)
    #expect(list.look(at: blocking, as: Stage.alice, showing: .status) == .offline)
    let offline = Stage.record(Stage.bob, nil, stamp: 9)
    #expect(list.look(at: offline, as: Stage.alice, showing: .status) == .nothingNew)
    let unblocked = Stage.record(Stage.bob, try Stage.presence(Stage.bob, "bob", .busy), stamp: 10, face: 6)
    #expect(list.look(at: unblocked, as: Stage.alice, showing: .status) == .online)
  }

  @Test("somebody who is not on the list is nobody's news")
  func strangers() throws {
    var list = WatchList(AccountSet([Stage.bob]))
    let record = Stage.record(Stage.carol, try Stage.presence(Stage.carol, "carol"), stamp: 1)
    #expect(list.look(at: record, as: Stage.alice, showing: .status) == .nothingNew)
  }

  @Test("the first CHG brings ILN for those who can be seen, a later one its echo only")
  func firstStatus() throws {
    var stage = try Stage.signedIn(.msnp2)
    let step = try stage.says("CHG 8 NLN")
    #expect(step.lines == "CHG 8 NLN\r\n")
    #expect(step.waits)
    let records = [
      Stage.record(Stage.bob, try Stage.presence(Stage.bob, "bob", .away), stamp: 3),
      Stage.record(
        Stage.carol, try Stage.presence(Stage.carol, "carol", audience: .only(AccountSet([Stage.bob]))), stamp: 4),
    ]
    #expect(stage.hears(.answer(.watched(records))).lines == "ILN 8 AWY bob@example.com Bob\r\n")
    let later = try stage.says("CHG 9 BSY")
    #expect(later.lines == "CHG 9 BSY\r\n")
    #expect(!later.waits)
  }

  @Test("who hides is announced as offline", arguments: ["HDN", "FLN"])
  func hiding(status: String) throws {
    var stage = try Stage.signedIn(
      .msnp7, settings: NotificationSettings(site: "http://example.com/", challenges: false))
    let step = try stage.says("CHG 8 \(status)")
    #expect(step.lines == "CHG 8 \(status)\r\n")
    guard case .announce(let presence, Stage.alice) = step.effects.first else {
      return #expect(Bool(false), "nothing was announced")
    }
    #expect(presence == nil)
  }

  @Test("blocking changes who is told, not what they are told")
  func blocking() throws {
    var stage = try Stage.signedIn(.msnp2, version: 255)
    try stage.goesOnline()
    _ = try stage.says("ADD 10 BL carol@example.com Carol")
    let outcome = ChangeOutcome(
      version: ListVersion(256), result: .added(Stage.carol, Stage.guid, newOnForward: false, properties: .blank))
    let step = stage.hears(.answer(.changed(outcome)))
    #expect(step.lines == "ADD 10 BL 256 carol@example.com Carol\r\n")
    guard case .announce(let presence?, Stage.alice) = step.effects.first else {
      return #expect(Bool(false), "the new audience was not announced")
    }
    #expect(presence.audience == .everyone(except: AccountSet([Stage.carol])))
  }
}
