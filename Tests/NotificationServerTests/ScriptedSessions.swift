import Cluster
import MSNP
import Roster
import Store
import Synchronization
import Testing

/// What a store was asked, until the test answers it.
struct Asked<Question: Sendable, Answer: Sendable>: Sendable {
  let question: Question
  let then: StoreAnswer<Answer, StoreFailure>

  func answer(_ answer: Answer) { then(.success(answer)) }
  func fails() { then(.failure(StoreFailure("the database is away"))) }
}

/// Questions of one kind, in order.
final class Questions<Question: Sendable, Answer: Sendable>: Sendable {
  private let waiting = Mutex<[Asked<Question, Answer>]>([])

  func put(_ question: Question, _ then: @escaping StoreAnswer<Answer, StoreFailure>) {
    waiting.withLock { $0.append(Asked(question: question, then: then)) }
  }

  var count: Int { waiting.withLock(\.count) }

  /// The first that is not taken yet; there has to be one.
  func take() throws -> Asked<Question, Answer> {
    try #require(waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() })
  }
}

/// The sessions of a cluster as a test tells them.
final class ScriptedSessions: SessionStore {
  struct Write: Sendable {
    let states: [SessionState]
    let ended: [AccountID: SessionMark]
    let run: NodeRun
  }

  let claims = Questions<(AccountID, NodeRun), SessionClaim?>()
  let writes = Questions<Write, Set<AccountID>>()
  let restores = Questions<([SessionState], NodeRun), Set<AccountID>>()
  let lookups = Questions<[AccountID], [PlacedSession]>()
  let rows = Questions<NodeRun, [AccountID: SessionMark]>()
  let recalls = Questions<(AccountID, ListVersion), [Notice]>()
  let versions = Questions<[AccountID], [AccountID: ListVersion]>()

  func claim(_ account: AccountID, for run: NodeRun, then: @escaping StoreAnswer<SessionClaim?, StoreFailure>) {
    claims.put((account, run), then)
  }

  /// No test here changes lists.
  func change(
    _ change: RosterChange, by account: AccountID, in generation: UInt64, limits: ListLimits,
    then: @escaping StoreAnswer<ChangeOutcome, ChangeFailure>
  ) { then(.failure(.superseded)) }

  func write(
    _ states: [SessionState], ended: [AccountID: SessionMark], of run: NodeRun,
    then: @escaping StoreAnswer<Set<AccountID>, StoreFailure>
  ) { writes.put(Write(states: states, ended: ended, run: run), then) }

  func restore(
    _ states: [SessionState], for run: NodeRun, then: @escaping StoreAnswer<Set<AccountID>, StoreFailure>
  ) { restores.put((states, run), then) }

  func sessions(of accounts: [AccountID], then: @escaping StoreAnswer<[PlacedSession], StoreFailure>) {
    lookups.put(accounts, then)
  }

  func sessions(on run: NodeRun, then: @escaping StoreAnswer<[AccountID: SessionMark], StoreFailure>) {
    rows.put(run, then)
  }

  func notices(
    of account: AccountID, after version: ListVersion, then: @escaping StoreAnswer<[Notice], StoreFailure>
  ) { recalls.put((account, version), then) }

  func listVersions(
    of accounts: [AccountID], then: @escaping StoreAnswer<[AccountID: ListVersion], StoreFailure>
  ) { versions.put(accounts, then) }
}
