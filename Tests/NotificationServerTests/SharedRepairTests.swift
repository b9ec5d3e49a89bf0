import Cluster
import MSNP
import NIOCore
import NIOEmbedded
import Roster
import ServerKit
import Store
import TestKit
import Testing

@testable import NotificationServer

@Suite("Mending what was lost")
struct SharedRepairTests {
  private let cluster = ClusterSeat()
  private var store: ScriptedSessions { cluster.store }

  /// Alice online here under 5.1, written and told.
  private func alice(watching: [AccountID] = []) throws -> Seat {
    let seat = try cluster.enters(watching: watching)
    try cluster.shows(.online, from: seat)
    cluster.loop.run()
    try store.writes.take().answer([])
    _ = cluster.link.takeSent()
    return seat
  }

  private var bob: Presence? { cluster.board.look(at: [Stage.bob])[0].presence }

  @Test("a server that comes back writes all its sessions under new marks and tells of them")
  func rejoin() throws {
    let alice = try alice()
    cluster.link.set(run: NodeRun(name: "ns-1", epoch: 8))
    cluster.sessions.rejoin()
    let restore = try store.restores.take()
    #expect(restore.question.0 == [try ClusterSeat.state(Stage.alice, "alice", 5, 2, .online)])
    #expect(restore.question.1 == NodeRun(name: "ns-1", epoch: 8))
    #expect(cluster.link.takeSent() == [])
    restore.answer([])
    #expect(cluster.link.takeSent() == [ClusterSeat.sent("P 1 5 2 alice@example.com NLN Alice E -")])
    try cluster.shows(.busy, from: alice)
    cluster.loop.run()
    #expect(try store.writes.take().question.states == [try ClusterSeat.state(Stage.alice, "alice", 5, 3, .busy)])
  }

  @Test("a server that comes back ends the sessions that have been taken over meanwhile")
  func rejoinTooLate() throws {
    let seat = try cluster.enters()
    cluster.sessions.rejoin()
    try store.restores.take().answer([Stage.alice])
    cluster.loop.run()
    #expect(seat.connection.isEnded)
    #expect(cluster.link.takeSent() == [])
  }

  @Test("who has no row is taken for offline only when there still is none three seconds later")
  func resynchronise() throws {
    let seat = try alice(watching: [Stage.bob, Stage.carol])
    cluster.board.apply(try placed(Stage.bob, "bob", 7, 1))
    cluster.board.apply(try placed(Stage.carol, "carol", 8, 1))
    cluster.sessions.resynchronise()
    let versions = try store.versions.take()
    #expect(versions.question == [Stage.alice])
    versions.answer([:])
    let first = try store.lookups.take()
    #expect(Set(first.question) == [Stage.bob, Stage.carol])
    first.answer([try placed(Stage.carol, "carol", 8, 2, .busy)])
    #expect(bob?.status == .online)
    #expect(cluster.board.look(at: [Stage.carol])[0].presence?.status == .busy)
    cluster.loop.advanceTime(by: .milliseconds(2_999))
    #expect(store.lookups.count == 0)
    cluster.loop.advanceTime(by: .milliseconds(1))
    let second = try store.lookups.take()
    #expect(Set(second.question) == [Stage.bob, Stage.carol])
    second.answer([try placed(Stage.carol, "carol", 8, 2, .busy)])
    #expect(bob == nil)
    #expect(cluster.board.look(at: [Stage.carol])[0].presence?.status == .busy)
    withExtendedLifetime(seat) {}
  }

  @Test("when the rows cannot be read nobody is taken for offline")
  func unreadable() throws {
    let seat = try alice(watching: [Stage.bob])
    cluster.board.apply(try placed(Stage.bob, "bob", 7, 1))
    cluster.sessions.resynchronise()
    try store.lookups.take().fails()
    cluster.loop.advanceTime(by: .seconds(3))
    try store.lookups.take().fails()
    #expect(bob?.status == .online)
    withExtendedLifetime(seat) {}
  }

  @Test("a session is told the version of its lists")
  func versions() throws {
    let seat = try Seat(5, on: cluster.loop)
    try seat.signsIn(Stage.alice, "alice", watching: [])
    let claimer = try #require(cluster.board.begin(Stage.alice, try seat.reference()))
    _ = cluster.board.enter(
      try seat.member("alice", generation: 5), claimer, watching: AccountSet(), contacts: [])
    cluster.sessions.resynchronise()
    try store.versions.take().answer([Stage.alice: ListVersion(2), Stage.bob: ListVersion(9)])
    cluster.loop.run()
    #expect(seat.asked == ["recall 1 1"])
  }

  @Test("every five seconds rows without a session go, and sessions without a row are written")
  func compareRows() throws {
    let seat = try alice()
    cluster.loop.advanceTime(by: .milliseconds(4_999))
    #expect(store.rows.count == 0)
    cluster.loop.advanceTime(by: .milliseconds(1))
    let rows = try store.rows.take()
    #expect(rows.question == NodeRun(name: "ns-1", epoch: 7))
    rows.answer([Stage.bob: SessionMark(generation: 3, sequence: 2)])
    let write = try store.writes.take()
    #expect(write.question.states == [])
    #expect(write.question.ended == [Stage.bob: SessionMark(generation: 3, sequence: 2)])
    let lookup = try store.lookups.take()
    #expect(lookup.question == [Stage.alice])
    lookup.answer([])
    #expect(try store.restores.take().question.0.map(\.account) == [Stage.alice])
    withExtendedLifetime(seat) {}
  }

  @Test("a row that is there, or is being claimed, is left alone; so is everything while the bus is away")
  func nothingToMend() throws {
    let (seat, guest) = (try alice(), try Seat(9, on: cluster.loop))
    let claimer = cluster.board.begin(Stage.bob, try guest.reference())
    cluster.link.set(isConnected: false)
    cluster.loop.advanceTime(by: .seconds(5))
    #expect(store.rows.count == 0)
    cluster.link.set(isConnected: true)
    cluster.loop.advanceTime(by: .seconds(5))
    try store.rows.take().answer([Stage.alice: SessionMark(generation: 5), Stage.bob: SessionMark(generation: 3)])
    // Written a moment ago: not among the rows yet.
    cluster.loop.advanceTime(by: .seconds(5))
    try store.rows.take().answer([:])
    let row = PlacedSession(
      state: try ClusterSeat.state(Stage.alice, "alice", 5, 1, .online), run: NodeRun(name: "ns-1", epoch: 7))
    try store.lookups.take().answer([row])
    #expect(store.writes.count == 0)
    #expect(store.restores.count == 0)
    withExtendedLifetime((seat, claimer)) {}
  }
}
