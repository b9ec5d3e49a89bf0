import Cluster
import MSNP
import NIOCore
import NIOEmbedded
import Roster
import ServerKit
import Store
import Synchronization
import TestKit
import Testing

@testable import NotificationServer

@Suite("Writing sessions and telling of them")
struct SharedWritingTests {
  private let cluster = ClusterSeat()
  private var store: ScriptedSessions { cluster.store }

  private func state(_ sequence: UInt64, _ status: Status?) throws -> SessionState {
    try ClusterSeat.state(Stage.alice, "alice", 5, sequence, status)
  }

  @Test("a row is written before others are told, one batch at a time, the states of a tick together")
  func order() throws {
    let seat = try cluster.enters()
    try cluster.shows(.online, from: seat)
    try cluster.shows(.busy, from: seat)
    #expect(store.writes.count == 0)
    cluster.loop.run()
    #expect(store.writes.count == 1)
    let write = try store.writes.take()
    #expect(write.question.states == [try state(2, .busy)])
    #expect(write.question.ended == [:])
    #expect(write.question.run == NodeRun(name: "ns-1", epoch: 7))
    #expect(cluster.link.takeSent() == [])
    try cluster.shows(.away, from: seat)
    cluster.loop.run()
    #expect(store.writes.count == 0)
    write.answer([])
    #expect(cluster.link.takeSent() == [ClusterSeat.sent("P 1 5 2 alice@example.com BSY Alice E -")])
    let next = try store.writes.take()
    #expect(next.question.states == [try state(3, .away)])
    next.answer([])
    #expect(cluster.link.takeSent() == [ClusterSeat.sent("P 1 5 3 alice@example.com AWY Alice E -")])
    cluster.loop.run()
    #expect(store.writes.count == 0)
  }

  @Test("a session that is over: its row goes, then others are told")
  func ended() throws {
    let seat = try cluster.enters()
    try cluster.shows(.online, from: seat)
    cluster.board.release(Stage.alice, seat.id, watching: [])
    cluster.loop.run()
    let write = try store.writes.take()
    #expect(write.question.states == [])
    #expect(write.question.ended == [Stage.alice: SessionMark(generation: 5, sequence: 2)])
    write.answer([])
    #expect(cluster.link.takeSent() == [ClusterSeat.sent("P 1 5 2 alice@example.com -")])
  }

  @Test("while the database refuses nothing is told; a quarter of a second later the newest state is written")
  func failure() throws {
    let seat = try cluster.enters()
    try cluster.shows(.online, from: seat)
    cluster.loop.run()
    try store.writes.take().fails()
    try cluster.shows(.busy, from: seat)
    cluster.loop.advanceTime(by: .milliseconds(249))
    #expect(store.writes.count == 0)
    #expect(cluster.link.takeSent() == [])
    cluster.loop.advanceTime(by: .milliseconds(1))
    let again = try store.writes.take()
    #expect(again.question.states == [try state(2, .busy)])
    again.fails()
    cluster.loop.advanceTime(by: .milliseconds(250))
    let third = try store.writes.take()
    #expect(third.question.states == [try state(2, .busy)])
    third.answer([])
    #expect(cluster.link.takeSent() == [ClusterSeat.sent("P 1 5 2 alice@example.com BSY Alice E -")])
  }

  @Test("too long an event tells others to read the row")
  func look() throws {
    let seat = try cluster.enters()
    cluster.link.set(longest: 20)
    try cluster.shows(.online, from: seat)
    cluster.loop.run()
    try store.writes.take().answer([])
    #expect(cluster.link.takeSent() == [ClusterSeat.sent("L 1")])
  }

  @Test("a lost row is written again and told; where a newer session holds the account this one is ended")
  func lost() throws {
    let (alice, bob) = (try cluster.enters(), try cluster.enters(Stage.bob, "bob", generation: 6))
    try cluster.shows(.online, from: alice)
    try cluster.shows(.away, Stage.bob, "bob", from: bob)
    cluster.loop.run()
    let write = try store.writes.take()
    #expect(Set(write.question.states.map(\.account)) == [Stage.alice, Stage.bob])
    write.answer([Stage.alice, Stage.bob])
    #expect(cluster.link.takeSent() == [])
    let restore = try store.restores.take()
    #expect(
      Set(restore.question.0) == [
        try state(2, .online), try ClusterSeat.state(Stage.bob, "bob", 6, 2, .away),
      ])
    #expect(restore.question.1 == NodeRun(name: "ns-1", epoch: 7))
    restore.answer([Stage.bob])
    cluster.loop.run()
    #expect(cluster.link.takeSent() == [ClusterSeat.sent("P 1 5 2 alice@example.com NLN Alice E -")])
    #expect(!alice.connection.isEnded)
    #expect(bob.connection.isEnded)
  }

  @Test("notices of one change travel together, sign-ins for the counts of guesses")
  func telling() throws {
    let notices = try [(2, 5, "a"), (2, 5, "b"), (3, 9, "c")].map {
      Notice(
        account: AccountID($0.0), version: ListVersion($0.1), news: .reverseRemoved(try Stage.handle($0.2)))
    }
    cluster.sessions.tell(notices)
    cluster.sessions.tell(signIn: try Stage.handle("alice"), from: "192.0.2.7", failed: true)
    cluster.sessions.tell(signIn: try Stage.handle("alice"), from: nil, failed: false)
    let expected = [
      "N 2 5 RR a@example.com RR b@example.com", "N 3 9 RR c@example.com", "F alice@example.com 192.0.2.7",
      "S alice@example.com -",
    ]
    #expect(cluster.link.takeSent() == expected.map { ClusterSeat.sent($0) })
  }
}
