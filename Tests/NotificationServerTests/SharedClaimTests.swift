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

@Suite("Claiming an account in the cluster")
struct SharedClaimTests {
  private let cluster = ClusterSeat()

  private final class Heard: Sendable {
    private let marks = Mutex<[SessionMark?]>([])
    func put(_ result: Result<SessionClaim?, StoreFailure>) {
      marks.withLock { $0.append((try? result.get())?.mark) }
    }
    var all: [SessionMark?] { marks.withLock { $0 } }
  }

  private let mark = SessionMark(generation: 9)

  /// A claim of alice that is answered so: the former session was of that run.
  private func claim(from run: NodeRun?) throws -> Heard {
    let heard = Heard()
    cluster.sessions.claim(Stage.alice) { heard.put($0) }
    let asked = try cluster.store.claims.take()
    #expect(asked.question == (Stage.alice, NodeRun(name: "ns-1", epoch: 7)))
    let roster = SessionRoster(
      handle: try Stage.handle("alice"), name: try FriendlyName("Alice"), privacy: Privacy(),
      forward: AccountSet(), version: ListVersion(1))
    asked.answer(SessionClaim(mark: mark, loser: run.map { ($0, 4) }, roster: roster, contacts: []))
    return heard
  }

  @Test("nobody held it, or a session here, or of an earlier run here: nobody is asked")
  func alone() throws {
    for run in [nil, NodeRun(name: "ns-1", epoch: 7), NodeRun(name: "ns-1", epoch: 6)] {
      #expect(try claim(from: run).all == [mark])
      #expect(cluster.link.takeSent() == [])
    }
  }

  @Test("the server that held it is told, and waited for until its client has been told")
  func farewell() throws {
    cluster.link.set(ClusterSeat.other, .alive)
    let heard = try claim(from: ClusterSeat.other)
    #expect(cluster.link.takeSent() == [ClusterSeat.sent("O 1 4 1", to: .node("ns-2"))])
    #expect(heard.all == [])
    cluster.sessions.heardFarewell(2)
    #expect(heard.all == [])
    cluster.sessions.heardFarewell(1)
    #expect(heard.all == [mark])
    cluster.sessions.heardFarewell(1)
    cluster.loop.advanceTime(by: .seconds(1))
    #expect(heard.all == [mark])
  }

  @Test("half a second is the longest wait")
  func patience() throws {
    cluster.link.set(ClusterSeat.other, .alive)
    let heard = try claim(from: ClusterSeat.other)
    cluster.loop.advanceTime(by: .milliseconds(499))
    #expect(heard.all == [])
    cluster.loop.advanceTime(by: .milliseconds(1))
    #expect(heard.all == [mark])
    cluster.sessions.heardFarewell(1)
    #expect(heard.all == [mark])
  }

  @Test("a dead server is not told; one that has stopped for a while is, and not waited for")
  func away() throws {
    cluster.link.set(ClusterSeat.other, .dead)
    #expect(try claim(from: ClusterSeat.other).all == [mark])
    #expect(cluster.link.takeSent() == [])
    cluster.link.set(ClusterSeat.other, .stalled)
    #expect(try claim(from: ClusterSeat.other).all == [mark])
    #expect(cluster.link.takeSent() == [ClusterSeat.sent("O 1 4 1", to: .node("ns-2"))])
  }

  @Test("an account that is gone, and a database that is away, are said so at once")
  func nothing() throws {
    let heard = Heard()
    cluster.sessions.claim(Stage.alice) { heard.put($0) }
    try cluster.store.claims.take().answer(nil)
    cluster.sessions.claim(Stage.alice) { heard.put($0) }
    try cluster.store.claims.take().fails()
    #expect(heard.all == [nil, nil])
    #expect(cluster.link.takeSent() == [])
  }
}
