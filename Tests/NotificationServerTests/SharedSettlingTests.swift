import Cluster
import MSNP
import NIOCore
import NIOEmbedded
import Roster
import Store
import Synchronization
import TestKit
import Testing

@testable import NotificationServer

@Suite("Settling before a server goes")
struct SharedSettlingTests {
  private final class Flag: Sendable {
    private let value = Mutex(false)
    var isSet: Bool { value.withLock { $0 } }
    func set() { value.withLock { $0 = true } }
  }

  private let loop = NIOAsyncTestingEventLoop()
  private let link = RecordingLink(NodeRun(name: "ns-1", epoch: 7))
  private let store = ScriptedSessions()
  private let sessions: SharedSessions

  init() {
    sessions = SharedSessions(link: link, store: store, loop: loop, logger: .silent)
  }

  /// Runs `body` while the sessions settle, and gives it whether they have.
  private func settling(_ body: (Flag) async throws -> Void) async throws {
    let settled = Flag()
    let task = Task { [sessions] in
      await sessions.settle()
      settled.set()
    }
    try await body(settled)
    await task.value
  }

  private func passes(_ time: TimeAmount = .zero) async {
    await loop.advanceTime(by: time)
    await Task.yield()
  }

  @Test("it ends when what is under way and what came after is written and told", .timeLimit(.minutes(1)))
  func written() async throws {
    sessions.changed(try ClusterSeat.state(Stage.alice, "alice", 5, 1, .online), isOver: false)
    await loop.run()
    let first = try store.writes.take()
    sessions.changed(try ClusterSeat.state(Stage.alice, "alice", 5, 2, nil), isOver: true)
    try await settling { settled in
      for _ in 0..<20 { await passes() }
      #expect(!settled.isSet)
      first.answer([])
      while store.writes.count == 0 { await passes() }
      let second = try store.writes.take()
      for _ in 0..<20 { await passes() }
      #expect(!settled.isSet)
      second.answer([])
      while !settled.isSet { await passes() }
    }
    #expect(
      link.takeSent() == [
        ClusterSeat.sent("P 1 5 1 alice@example.com NLN Alice E -"), ClusterSeat.sent("P 1 5 2 alice@example.com -"),
      ])
  }

  @Test("it ends at once when there is nothing to write", .timeLimit(.minutes(1)))
  func nothing() async throws {
    try await settling { settled in
      while !settled.isSet { await passes() }
    }
    #expect(store.writes.count == 0)
  }

  @Test("it gives up after two seconds", .timeLimit(.minutes(1)))
  func unwritten() async throws {
    sessions.changed(try ClusterSeat.state(Stage.alice, "alice", 5, 1, .online), isOver: false)
    await loop.run()
    let write = try store.writes.take()
    try await settling { settled in
      for _ in 0..<19 { await passes(.milliseconds(100)) }
      #expect(!settled.isSet)
      while !settled.isSet { await passes(.milliseconds(100)) }
    }
    #expect(link.takeSent() == [])
    write.answer([])
  }
}
