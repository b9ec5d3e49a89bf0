import Cluster
import MSNP
import NIOCore
import Roster
import ServerKit
import Testing

@testable import NotificationServer

@Suite("People on other servers")
struct PresenceBoardTests {
  private let board = PresenceBoard()
  private let other = NodeRun(name: "ns-2", epoch: 3)
  private let third = NodeRun(name: "ns-3", epoch: 4)

  /// Alice here, who watches bob.
  private func alice(_ contacts: [PlacedSession] = []) throws -> Seat {
    let seat = try Seat()
    try seat.signsIn(Stage.alice, "alice", watching: [Stage.bob])
    let claimer = try #require(board.begin(Stage.alice, try seat.reference()))
    let member = try seat.member("alice", generation: 5)
    guard
      case .taken(nil) = board.enter(
        member, claimer, watching: AccountSet([Stage.bob]), contacts: contacts)
    else {
      Issue.record("alice was not let in")
      return seat
    }
    return seat
  }

  private var bob: Presence? { board.look(at: [Stage.bob]).first?.presence }

  @Test("states are shown in the order of their marks, whatever overtakes what")
  func marks() throws {
    let alice = try alice()
    board.apply(try placed(Stage.bob, "bob", 7, 2, .busy))
    #expect(try alice.written() == "NLN BSY bob@example.com Bob\r\n")
    board.apply(try placed(Stage.bob, "bob", 7, 1, .away))
    board.apply(try placed(Stage.bob, "bob", 7, 2, .idle))
    board.apply(try placed(Stage.bob, "bob", 6, 9, nil))
    #expect(try alice.written() == "")
    board.apply(try placed(Stage.bob, "bob", 8, 0, .away, on: third))
    #expect(try alice.written() == "NLN AWY bob@example.com Bob\r\n")
    board.apply(try placed(Stage.bob, "bob", 7, 3, nil))
    #expect(try alice.written() == "")
    board.apply(try placed(Stage.bob, "bob", 8, 1, nil, on: third))
    #expect(try alice.written() == "FLN bob@example.com\r\n")
  }

  @Test("who may not see somebody on another server is not told, and told when that changes")
  func audience() throws {
    let alice = try alice()
    let blocked = Audience.everyone(except: AccountSet([Stage.alice]))
    board.apply(try placed(Stage.bob, "bob", 7, 1, audience: blocked))
    #expect(try alice.written() == "")
    board.apply(try placed(Stage.bob, "bob", 7, 2))
    #expect(try alice.written() == "NLN NLN bob@example.com Bob\r\n")
    board.apply(try placed(Stage.bob, "bob", 7, 3, audience: .only(AccountSet([Stage.carol]))))
    #expect(try alice.written() == "FLN bob@example.com\r\n")
  }

  @Test("a dead server's people are offline, others' are not; what comes late of it counts no more")
  func died() throws {
    let alice = try alice()
    board.apply(try placed(Stage.bob, "bob", 7, 1))
    #expect(try alice.written() == "NLN NLN bob@example.com Bob\r\n")
    board.died(third)
    #expect(try alice.written() == "")
    board.died(other)
    #expect(try alice.written() == "FLN bob@example.com\r\n")
    board.apply(try placed(Stage.bob, "bob", 7, 2))
    #expect(try alice.written() == "")
    #expect(bob == nil)
    // It came back as another run.
    board.apply(try placed(Stage.bob, "bob", 7, 3, on: NodeRun(name: "ns-2", epoch: 9)))
    #expect(try alice.written() == "NLN NLN bob@example.com Bob\r\n")
  }

  @Test("who was read to be on a server that has died meanwhile is offline")
  func diedDuringClaim() throws {
    let seat = try Seat()
    let claimer = try #require(board.begin(Stage.alice, try seat.reference()))
    board.died(other)
    _ = board.enter(
      try seat.member("alice", generation: 5), claimer, watching: AccountSet([Stage.bob]),
      contacts: [try placed(Stage.bob, "bob", 7, 1)])
    #expect(bob == nil)
  }

  @Test("who has no row is offline, unless heard of since the rows were asked for")
  func gone() throws {
    let alice = try alice()
    board.apply(try placed(Stage.bob, "bob", 7, 1))
    _ = try alice.written()
    let (accounts, early) = board.mirrored()
    #expect(accounts == [Stage.bob])
    // The same look under a new mark, as a server tells that is back.
    board.apply(try placed(Stage.bob, "bob", 7, 2))
    board.areGone([Stage.bob], since: early)
    #expect(try alice.written() == "")
    board.areGone([Stage.bob, Stage.carol, Stage.alice], since: board.mirrored().stamp)
    #expect(try alice.written() == "FLN bob@example.com\r\n")
    board.apply(try placed(Stage.bob, "bob", 7, 3))
    #expect(try alice.written() == "NLN NLN bob@example.com Bob\r\n")
  }

  @Test("what came over the bus while alice claimed is newer than what her claim read")
  func kept() throws {
    let seat = try Seat()
    try seat.signsIn(Stage.alice, "alice", watching: [Stage.bob])
    board.apply(try placed(Stage.bob, "bob", 7, 1, .idle))
    let claimer = try #require(board.begin(Stage.alice, try seat.reference()))
    board.apply(try placed(Stage.bob, "bob", 7, 3, .busy))
    #expect(bob == nil)
    _ = board.enter(
      try seat.member("alice", generation: 8), claimer, watching: AccountSet([Stage.bob]),
      contacts: [try placed(Stage.bob, "bob", 7, 2, .away)])
    #expect(bob?.status == .busy)
  }

  @Test("a state that is to be read matters while anybody claims, or watches")
  func needs() throws {
    #expect(!board.needs(Stage.bob))
    let seat = try Seat()
    let claimer = try #require(board.begin(Stage.alice, try seat.reference()))
    #expect(board.needs(Stage.bob))
    board.abandon(claimer)
    #expect(!board.needs(Stage.bob))
    let alice = try alice()
    #expect(board.needs(Stage.bob))
    #expect(!board.needs(Stage.carol))
    withExtendedLifetime(alice) {}
  }

  @Test("somebody elsewhere whom nobody here watches is forgotten")
  func forgetting() throws {
    let alice = try alice()
    board.apply(try placed(Stage.bob, "bob", 7, 1))
    board.apply(try placed(Stage.carol, "carol", 7, 1))
    #expect(board.mirrored().accounts == [Stage.bob])
    #expect(board.knows(Stage.bob))
    #expect(board.watch(Stage.bob, by: Stage.carol, isAsked: false).presence?.status == .online)
    board.unwatch(Stage.bob, by: Stage.carol)
    #expect(bob?.status == .online)
    board.release(Stage.alice, alice.id, watching: [Stage.bob])
    #expect(board.mirrored().accounts == [])
    #expect(bob == nil)
    #expect(!board.knows(Stage.bob))
  }

  @Test("what comes of somebody while it is found out how they are is kept until they are watched")
  func asking() throws {
    #expect(!board.knows(Stage.bob))
    board.apply(try placed(Stage.bob, "bob", 7, 2, .busy))
    #expect(board.knows(Stage.bob))
    // The row that was read before.
    board.apply(try placed(Stage.bob, "bob", 7, 1, .away))
    #expect(board.watch(Stage.bob, by: Stage.carol, isAsked: true).presence?.status == .busy)
    board.unwatch(Stage.bob, by: Stage.carol)
    #expect(!board.knows(Stage.bob))
  }
}
