import Cluster
import MSNP
import Roster
import Testing

@testable import NotificationServer

@Suite("What is to be written")
struct PendingStatesTests {
  private func state(
    _ account: Int64, _ generation: UInt64, _ sequence: UInt64, _ status: Status? = .online
  ) throws -> SessionState {
    let account = AccountID(account)
    return SessionState(
      account: account, handle: try Stage.handle("a\(account.rawValue)"),
      mark: SessionMark(generation: generation, sequence: sequence),
      presence: try status.map { try Stage.presence(account, "alice", $0) })
  }

  /// The marks in a batch, by account.
  private func marks(_ states: [SessionState]) -> [[UInt64]] {
    states.map { [UInt64($0.account.rawValue), $0.mark.generation, $0.mark.sequence] }.sorted { $0[0] < $1[0] }
  }

  private func expectNothing(_ pending: inout PendingStates) {
    let batch = pending.take()
    #expect(batch.map(\.states) == nil)
  }

  @Test("however often a session changes, its newest state is written; one batch is on its way at a time")
  func coalescing() throws {
    var pending = PendingStates()
    expectNothing(&pending)
    for sequence in 1...3 as ClosedRange<UInt64> { pending.add(try state(1, 7, sequence), isOver: false) }
    pending.add(try state(2, 8, 1), isOver: false)
    let batchTaken = pending.take()
    let batch = try #require(batchTaken)
    #expect(marks(batch.states) == [[1, 7, 3], [2, 8, 1]])
    #expect(batch.ended.isEmpty)
    pending.add(try state(1, 7, 4), isOver: false)
    expectNothing(&pending)
    pending.goOn()
    let nextTaken = pending.take()
    let next = try #require(nextTaken)
    #expect(marks(next.states) == [[1, 7, 4]])
    pending.goOn()
    expectNothing(&pending)
  }

  @Test("a session that is over is written as such only; one that came after it stays")
  func ended() throws {
    var pending = PendingStates()
    pending.add(try state(1, 7, 1), isOver: false)
    pending.add(try state(1, 7, 2, nil), isOver: true)
    pending.add(try state(2, 9, 1), isOver: false)
    pending.add(try state(2, 8, 4, nil), isOver: true)
    let batchTaken = pending.take()
    let batch = try #require(batchTaken)
    #expect(marks(batch.states) == [[2, 9, 1]])
    #expect(marks(batch.ended) == [[1, 7, 2], [2, 8, 4]])
  }

  @Test("of two sessions that are over the newer one counts, whichever is told first")
  func endedTwice() throws {
    var pending = PendingStates()
    pending.add(try state(1, 9, 2, nil), isOver: true)
    pending.add(try state(1, 8, 1, nil), isOver: true)
    let batchTaken = pending.take()
    let batch = try #require(batchTaken)
    #expect(marks(batch.ended) == [[1, 9, 2]])
  }

  @Test("a batch that failed is merged under what is newer")
  func failed() throws {
    var pending = PendingStates()
    for account in 1...4 as ClosedRange<Int64> { pending.add(try state(account, 7, 1), isOver: false) }
    pending.add(try state(5, 7, 2, nil), isOver: true)
    let batchTaken = pending.take()
    let batch = try #require(batchTaken)
    pending.add(try state(2, 7, 2), isOver: false)
    pending.add(try state(3, 7, 2, nil), isOver: true)
    // An older session of the fourth account is over: that says nothing of the one to be written.
    pending.add(try state(4, 6, 9, nil), isOver: true)
    pending.failed(batch)
    expectNothing(&pending)
    pending.goOn()
    let againTaken = pending.take()
    let again = try #require(againTaken)
    #expect(marks(again.states) == [[1, 7, 1], [2, 7, 2], [4, 7, 1]])
    #expect(marks(again.ended) == [[3, 7, 2], [4, 6, 9], [5, 7, 2]])
  }

  @Test("so many go in one batch, the rest in the next")
  func limit() throws {
    var pending = PendingStates()
    for account in 1...Int64(PendingStates.limit + 1) { pending.add(try state(account, 7, 1), isOver: false) }
    var seen: Set<AccountID> = []
    for count in [PendingStates.limit, 1] {
      let batchTaken = pending.take()
      let batch = try #require(batchTaken)
      #expect(batch.states.count == count)
      seen.formUnion(batch.states.map(\.account))
      pending.goOn()
    }
    #expect(seen.count == PendingStates.limit + 1)
    expectNothing(&pending)
  }
}

@Suite("Presence kept for claims")
struct KeptPresenceTests {
  private func session(_ account: Int64, _ sequence: UInt64) throws -> PlacedSession {
    let account = AccountID(account)
    let state = SessionState(
      account: account, handle: try Stage.handle("a\(account.rawValue)"),
      mark: SessionMark(generation: 7, sequence: sequence), presence: try Stage.presence(account, "alice"))
    return PlacedSession(state: state, run: NodeRun(name: "ns-2", epoch: 3))
  }

  @Test("nothing is kept while nobody claims")
  func idle() throws {
    var kept = KeptPresence()
    kept.keep(try session(1, 1))
    #expect(!kept.isNeeded)
    let claim = kept.begin()
    #expect(kept.states(of: AccountSet([AccountID(1)]), since: claim) == [])
  }

  @Test("a claim gets what came since it began, of those it asks for, in order")
  func since() throws {
    var kept = KeptPresence()
    let first = kept.begin()
    kept.keep(try session(1, 1))
    let second = kept.begin()
    kept.keep(try session(2, 1))
    kept.keep(try session(1, 2))
    kept.keep(try session(3, 1))
    let both = AccountSet([AccountID(1), AccountID(2)])
    #expect(kept.states(of: both, since: first) == [try session(1, 1), try session(2, 1), try session(1, 2)])
    #expect(kept.states(of: both, since: second) == [try session(2, 1), try session(1, 2)])
    #expect(kept.states(of: AccountSet(), since: first) == [])
  }

  @Test("what every claim under way has begun after is forgotten, the rest stays until the last is over")
  func pruning() throws {
    var kept = KeptPresence()
    let everybody = AccountSet([AccountID(1)])
    let first = kept.begin()
    kept.keep(try session(1, 1))
    let second = kept.begin()
    kept.keep(try session(1, 2))
    kept.end(first)
    #expect(kept.isNeeded)
    #expect(kept.states(of: everybody, since: 0) == [try session(1, 2)])
    kept.end(second)
    #expect(!kept.isNeeded)
    #expect(kept.states(of: everybody, since: 0) == [])
  }

  @Test("a later claim that is over first takes nothing from an earlier one")
  func overtaking() throws {
    var kept = KeptPresence()
    let first = kept.begin()
    kept.keep(try session(1, 1))
    let second = kept.begin()
    kept.end(second)
    #expect(kept.states(of: AccountSet([AccountID(1)]), since: first) == [try session(1, 1)])
  }
}
