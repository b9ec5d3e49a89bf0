import Cluster
import MSNP
import Roster
import Store
import Synchronization
import Testing

@testable import PostgreSQL
@testable import PostgreSQLStore

/// People with lists, on a database of a test's own, and two servers that hold sessions.
struct SessionStage: Sendable {
  let stage: Stage
  let store: PostgreSQLStore
  let here = NodeRun(name: "ns-1", epoch: 7)
  let there = NodeRun(name: "ns-2", epoch: 3)

  init() throws {
    stage = try Stage(.postgresql)
    store = try #require(stage.store as? PostgreSQLStore)
  }

  /// A claim that has to succeed.
  func claim(_ person: Person, on run: NodeRun) async throws -> SessionClaim {
    try #require(try await store.claim(person.account, for: run))
  }

  func state(
    _ person: Person, _ mark: SessionMark, _ status: Status?, name: String? = nil,
    _ audience: Audience = .everyone(except: AccountSet()), capabilities: Capabilities = .none,
    object: MSNObject? = nil, personal: PersonalMessage? = nil
  ) throws -> SessionState {
    let name = try name.map { try FriendlyName($0) } ?? person.name
    let presence = status.map {
      Presence(
        account: person.account, handle: person.handle, name: name, status: $0, audience: audience,
        capabilities: capabilities, object: object, personal: personal)
    }
    return SessionState(account: person.account, handle: person.handle, mark: mark, presence: presence)
  }

  /// What a client of MSNP11 shows, in letters that SQL and its arrays have a use for.
  static let object = MSNObject(argument: "%3Cmsnobj%20Creator%3D%22a%22/>{\"\\',}%00".utf8)
  static let personal = PersonalMessage(
    payload: #"<Data><PSM>it's {"a"}, \0 &amp; 🐈</PSM><CurrentMedia>NULL</CurrentMedia></Data>"#)

  /// A session that shows all that it can.
  func showing(_ person: Person, _ mark: SessionMark, _ status: Status?) throws -> SessionState {
    let object = try #require(Self.object)
    let personal = try #require(Self.personal)
    return try state(
      person, mark, status, capabilities: 4_294_967_295, object: object, personal: personal)
  }

  /// Signs a person in on a server and shows them to others; answers with the session as it is then.
  @discardableResult
  func online(
    _ person: Person, on run: NodeRun, _ status: Status? = .online,
    _ audience: Audience = .everyone(except: AccountSet())
  ) async throws -> PlacedSession {
    let claim = try await claim(person, on: run)
    let mark = SessionMark(generation: claim.mark.generation, sequence: 1)
    let state = try state(person, mark, status, audience)
    #expect(try await store.write([state], of: run) == [])
    return PlacedSession(state: state, run: run)
  }
}

// The callbacks of the protocol as `await`.
extension SessionStore {
  func claim(_ account: AccountID, for run: NodeRun) async throws -> SessionClaim? {
    try await withCheckedThrowingContinuation { continuation in
      claim(account, for: run) { continuation.resume(with: $0) }
    }
  }

  func write(
    _ states: [SessionState] = [], ended: [AccountID: SessionMark] = [:], of run: NodeRun
  ) async throws -> Set<AccountID> {
    try await withCheckedThrowingContinuation { continuation in
      write(states, ended: ended, of: run) { continuation.resume(with: $0) }
    }
  }

  func restore(_ states: [SessionState], for run: NodeRun) async throws -> Set<AccountID> {
    try await withCheckedThrowingContinuation { continuation in
      restore(states, for: run) { continuation.resume(with: $0) }
    }
  }

  func sessions(of people: Person...) async throws -> Set<PlacedSession> {
    Set(
      try await withCheckedThrowingContinuation { continuation in
        sessions(of: people.map(\.account)) { continuation.resume(with: $0) }
      })
  }

  func sessions(on run: NodeRun) async throws -> [AccountID: SessionMark] {
    try await withCheckedThrowingContinuation { continuation in
      sessions(on: run) { continuation.resume(with: $0) }
    }
  }

  func notices(of person: Person, after version: UInt32) async throws -> [Notice] {
    try await withCheckedThrowingContinuation { continuation in
      notices(of: person.account, after: ListVersion(version)) { continuation.resume(with: $0) }
    }
  }

  func listVersions(of accounts: [AccountID]) async throws -> [AccountID: ListVersion] {
    try await withCheckedThrowingContinuation { continuation in
      listVersions(of: accounts) { continuation.resume(with: $0) }
    }
  }
}

@Suite("Claims of accounts", .enabled(if: TestDatabase.url != nil, TestDatabase.missing))
struct SessionClaimTests {
  private let cluster: SessionStage

  init() throws { cluster = try SessionStage() }

  @Test("the first claim replaces nobody; each later one has a higher generation and names the one before")
  func generations() async throws {
    let alice = try await cluster.stage.people("alice")[0]
    let first = try await cluster.claim(alice, on: cluster.here)
    #expect(first.loser == nil)
    #expect(first.mark.sequence == 0)
    let second = try await cluster.claim(alice, on: cluster.there)
    #expect(second.loser?.run == cluster.here)
    #expect(second.loser?.generation == first.mark.generation)
    let third = try await cluster.claim(alice, on: cluster.there)
    #expect(third.loser?.run == cluster.there)
    #expect(third.loser?.generation == second.mark.generation)
    #expect(first.mark < second.mark && second.mark < third.mark)
    let session = PlacedSession(state: try cluster.state(alice, third.mark, nil), run: cluster.there)
    #expect(try await cluster.store.sessions(of: alice) == [session])
  }

  @Test("a claim hides what the former session showed")
  func hides() async throws {
    let alice = try await cluster.stage.people("alice")[0]
    let only = Audience.only(AccountSet([alice.account]))
    try await cluster.online(alice, on: cluster.here, .busy, only)
    let claim = try await cluster.claim(alice, on: cluster.there)
    let session = PlacedSession(state: try cluster.state(alice, claim.mark, nil), run: cluster.there)
    #expect(try await cluster.store.sessions(of: alice) == [session])
  }

  @Test("nothing of what the former session's client could do, showed or said is in the next one's row")
  func forgetsLooks() async throws {
    let alice = try await cluster.stage.people("alice")[0]
    let former = try await cluster.claim(alice, on: cluster.here).mark
    #expect(try await cluster.store.write([cluster.showing(alice, former, .online)], of: cluster.here) == [])
    _ = try await cluster.claim(alice, on: cluster.there)
    let database = try DatabaseSession(DatabaseURL(TestDatabase.url(for: cluster.stage.folder.url)))
    let row = try #require(try database.run("SELECT capabilities, object, personal FROM session").first)
    #expect(try row.integer(0) == 0)
    #expect(row.optionalText(1) == nil && row.optionalText(2) == nil)
  }

  @Test("an account that is gone cannot be claimed; its session goes with it")
  func gone() async throws {
    let alice = try await cluster.stage.people("alice")[0]
    _ = try await cluster.claim(alice, on: cluster.here)
    _ = try await cluster.store.remove(alice.handle)
    #expect(try await cluster.store.sessions(of: alice) == [])
    let claim = try await cluster.store.claim(alice.account, for: cluster.here)
    #expect(claim == nil)
  }

  @Test("a claim brings the roster of that moment with its version")
  func roster() async throws {
    let people = try await cluster.stage.people("alice", "bob", "carol", "dave")
    let (alice, bob, carol, dave) = (people[0], people[1], people[2], people[3])
    try await cluster.stage.make(
      [.add(bob, to: .forward), .add(carol, to: .allow), .add(dave, to: .block), .setPrivacyMode(.block)], by: alice)
    let claim = try await cluster.claim(alice, on: cluster.here)
    let privacy = Privacy(
      mode: .block, allowed: AccountSet([carol.account]), blocked: AccountSet([dave.account]))
    #expect(
      claim.roster
        == SessionRoster(
          handle: alice.handle, name: alice.name, privacy: privacy, forward: AccountSet([bob.account]),
          version: ListVersion(5)))
    #expect(claim.contacts == [])
  }

  @Test("contacts are brought who are online elsewhere and let the account see it")
  func contacts() async throws {
    let names = ["alice", "open", "blocking", "choosy", "strict", "hidden", "here", "stranger", "offline"]
    let people = try await cluster.stage.people(names)
    let alice = people[0]
    for person in people where person.name.text != "Stranger" && person != alice {
      try await cluster.stage.change(.add(person, to: .forward), by: alice)
    }
    let me = AccountSet([alice.account])
    let open = try await cluster.online(people[1], on: cluster.there, .away, .everyone(except: AccountSet()))
    try await cluster.online(people[2], on: cluster.there, .online, .everyone(except: me))
    let choosy = try await cluster.online(people[3], on: cluster.there, .busy, .only(me))
    try await cluster.online(people[4], on: cluster.there, .online, .only(AccountSet([people[1].account])))
    try await cluster.online(people[5], on: cluster.there, nil)
    try await cluster.online(people[6], on: cluster.here)
    try await cluster.online(people[7], on: cluster.there)
    #expect(Set(try await cluster.claim(alice, on: cluster.here).contacts) == [open, choosy])
    // What they show is brought too.
    var capable = open
    capable.state = try cluster.showing(
      people[1], SessionMark(generation: open.state.mark.generation, sequence: 2), .away)
    #expect(try await cluster.store.write([capable.state], of: cluster.there) == [])
    #expect(Set(try await cluster.claim(alice, on: cluster.here).contacts) == [capable, choosy])
    // An earlier run of this server knows no better: its sessions are elsewhere.
    let restarted = NodeRun(name: cluster.here.name, epoch: cluster.here.epoch + 1)
    #expect(try await cluster.claim(alice, on: restarted).contacts.count == 3)
  }

  private final class Seen: Sendable {
    private let state = Mutex<Result<SessionClaim?, StoreFailure>?>(nil)
    var result: Result<SessionClaim?, StoreFailure>? { state.withLock { $0 } }
    func put(_ result: Result<SessionClaim?, StoreFailure>) { state.withLock { $0 = result } }
  }

  @Test(
    "a claim waits for a change that holds the account, and its roster contains that change", .timeLimit(.minutes(1)))
  func waits() async throws {
    let people = try await cluster.stage.people("alice", "bob")
    let (alice, bob) = (people[0], people[1])
    let other = try DatabaseSession(DatabaseURL(TestDatabase.url(for: cluster.stage.folder.url)))
    var seen = Seen()
    // A machine that is busy for longer than a lock is waited for says nothing about the order.
    for _ in 0..<10 {
      seen = Seen()
      try await claimBehindAChange(of: alice, adding: bob, other, seen)
      if case .success = seen.result { break }
      try other.run("DELETE FROM contact WHERE owner = \(alice.account.rawValue)")
    }
    let claim = try #require(try seen.result?.get() ?? nil)
    #expect(claim.roster.forward == AccountSet([bob.account]))
    #expect(claim.roster.version == ListVersion(9))
  }

  /// Holds the account's row, has it claimed, and changes the account once the claim waits for the row.
  private func claimBehindAChange(
    of alice: Person, adding bob: Person, _ other: DatabaseSession, _ seen: Seen
  ) async throws {
    try other.run("BEGIN")
    try other.run("SELECT 1 FROM account WHERE id = $1::bigint FOR NO KEY UPDATE", [.account(alice.account)])
    cluster.store.claim(alice.account, for: cluster.here) { seen.put($0) }
    // The claim is under way once its server process waits for the lock.
    let waiting = """
      SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'
        AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())
        AND transactionid = pg_current_xact_id()::xid
      """
    while try other.run(waiting)[0].integer(0) == 0, seen.result == nil { await Task.yield() }
    if case .success = seen.result { Issue.record("the claim did not wait") }
    try other.run(
      """
      INSERT INTO contact (owner, contact, lists, groups, name, guid)
      VALUES (\(alice.account.rawValue), \(bob.account.rawValue), 1, 1, 'Bob', gen_random_uuid())
      """)
    try other.run("UPDATE account SET list_version = 9 WHERE id = \(alice.account.rawValue)")
    try other.run("COMMIT")
    while seen.result == nil { await Task.yield() }
  }

  @Test("a change of a session that another server has taken over is refused; that of the present one is made")
  func changes() async throws {
    let alice = try await cluster.stage.people("alice", "bob")[0]
    let former = try await cluster.claim(alice, on: cluster.here).mark.generation
    let present = try await cluster.claim(alice, on: cluster.there).mark.generation
    func change(in generation: UInt64) async -> Result<ChangeOutcome, ChangeFailure> {
      await withCheckedContinuation { continuation in
        cluster.store.change(.setPrivacyMode(.block), by: alice.account, in: generation, limits: ListLimits()) {
          continuation.resume(returning: $0)
        }
      }
    }
    #expect(await change(in: former) == .failure(.superseded))
    #expect(try await cluster.stage.version(alice) == 1)
    #expect(await change(in: present) == .success(ChangeOutcome(version: ListVersion(2), result: .done)))
  }

  @Test("round trips: signing in two, a change two, a batch of presence one")
  func roundTrips() async throws {
    let people = try await cluster.stage.people("alice", "bob")
    let (alice, bob) = (people[0], people[1])
    func cost(_ work: () async throws -> Void) async throws -> Int {
      let before = cluster.store.roundTrips
      try await work()
      return cluster.store.roundTrips - before
    }
    #expect(
      try await cost {
        _ = try await cluster.store.credentials(of: alice.handle)
        _ = try await cluster.claim(alice, on: cluster.here)
      } == 2)
    #expect(try await cost { try await cluster.stage.change(.add(bob, to: .forward), by: alice) } == 2)
    let claims = [
      try await cluster.claim(alice, on: cluster.here), try await cluster.claim(bob, on: cluster.here),
    ]
    let states = [
      try cluster.state(alice, claims[0].mark, .online), try cluster.state(bob, claims[1].mark, .busy),
    ]
    let ended = [AccountID(999_999): SessionMark(generation: 1)]
    #expect(try await cost { _ = try await cluster.store.write(states, ended: ended, of: cluster.here) } == 1)
  }
}
