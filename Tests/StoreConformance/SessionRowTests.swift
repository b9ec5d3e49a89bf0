import Cluster
import MSNP
import Roster
import Store
import Testing

@testable import PostgreSQL
@testable import PostgreSQLStore

@Suite("Rows of sessions", .enabled(if: TestDatabase.url != nil, TestDatabase.missing))
struct SessionRowTests {
  private let cluster: SessionStage

  init() throws { cluster = try SessionStage() }

  @Test("a state comes back as it was written, whatever it holds")
  func roundTrip() async throws {
    let people = try await cluster.stage.people("alice", "bob")
    let (alice, bob) = (people[0], people[1])
    let both = AccountSet([alice.account, bob.account])
    let generation = try await cluster.claim(alice, on: cluster.here).mark.generation
    let shown: [(Status?, String, Audience)] = [
      (.online, "Alice", .everyone(except: AccountSet())), (.away, "A \"b\" {c}, \\ 🐈", .everyone(except: both)),
      (.busy, "NULL", .only(both)), (.idle, "-", .only(AccountSet())), (nil, "", .only(AccountSet())),
    ]
    for (index, (status, name, audience)) in shown.enumerated() {
      let mark = SessionMark(generation: generation, sequence: UInt64(index + 1))
      let state = try cluster.state(alice, mark, status, name: status == nil ? nil : name, audience)
      #expect(try await cluster.store.write([state], of: cluster.here) == [])
      #expect(try await cluster.store.sessions(of: alice, bob) == [PlacedSession(state: state, run: cluster.here)])
    }
  }

  @Test("what a client can do, shows and says comes back with its state; nothing of it while the person hides")
  func looks() async throws {
    let alice = try await cluster.stage.people("alice")[0]
    let generation = try await cluster.claim(alice, on: cluster.here).mark.generation
    for (sequence, status) in [(1, .online), (2, nil), (3, .away)] as [(UInt64, Status?)] {
      let state = try cluster.showing(alice, SessionMark(generation: generation, sequence: sequence), status)
      #expect(try await cluster.store.write([state], of: cluster.here) == [])
      #expect(try await cluster.store.sessions(of: alice) == [PlacedSession(state: state, run: cluster.here)])
    }
    let bare = try cluster.state(alice, SessionMark(generation: generation, sequence: 4), .away)
    #expect(try await cluster.store.write([bare], of: cluster.here) == [])
    #expect(try await cluster.store.sessions(of: alice) == [PlacedSession(state: bare, run: cluster.here)])
  }

  @Test("who is told of lost rows: those of another generation, of another run, and those that are not there")
  func lost() async throws {
    let people = try await cluster.stage.people("alice", "bob", "carol", "dave")
    let (alice, bob, carol, dave) = (people[0], people[1], people[2], people[3])
    let marks = [
      try await cluster.claim(alice, on: cluster.here).mark, try await cluster.claim(bob, on: cluster.here).mark,
      try await cluster.claim(carol, on: cluster.here).mark,
    ]
    let taken = try await cluster.claim(bob, on: cluster.there).mark
    let older = SessionMark(generation: marks[2].generation - 1, sequence: 4)
    let states = [
      try cluster.state(alice, marks[0], .online), try cluster.state(bob, marks[1], .online),
      try cluster.state(carol, older, .online), try cluster.state(dave, SessionMark(generation: 1), .online),
    ]
    #expect(
      try await cluster.store.write(states, of: cluster.here) == [bob.account, carol.account, dave.account])
    let restarted = NodeRun(name: cluster.here.name, epoch: cluster.here.epoch + 1)
    #expect(try await cluster.store.write([states[0]], of: restarted) == [alice.account])
    #expect(
      try await cluster.store.sessions(of: alice, bob, carol, dave) == [
        PlacedSession(state: states[0], run: cluster.here),
        PlacedSession(state: try cluster.state(bob, taken, nil), run: cluster.there),
        PlacedSession(state: try cluster.state(carol, marks[2], nil), run: cluster.here),
      ])
  }

  @Test("the end of a session deletes the row of that generation only")
  func ended() async throws {
    let people = try await cluster.stage.people("alice", "bob")
    let (alice, bob) = (people[0], people[1])
    let first = try await cluster.claim(alice, on: cluster.here).mark
    let second = try await cluster.claim(alice, on: cluster.there).mark
    let bobs = try await cluster.claim(bob, on: cluster.here).mark
    _ = try await cluster.store.write(ended: [alice.account: first, bob.account: bobs], of: cluster.here)
    let session = PlacedSession(state: try cluster.state(alice, second, nil), run: cluster.there)
    #expect(try await cluster.store.sessions(of: alice, bob) == [session])
    _ = try await cluster.store.write(
      ended: [alice.account: SessionMark(generation: second.generation, sequence: 9)], of: cluster.there)
    #expect(try await cluster.store.sessions(of: alice, bob) == [])
  }

  @Test("restoring writes what is not there and what is older; a newer session wins, who is gone is told")
  func restore() async throws {
    let people = try await cluster.stage.people("alice", "bob", "carol", "dave")
    let (alice, bob, carol, dave) = (people[0], people[1], people[2], people[3])
    let older = try await cluster.claim(bob, on: cluster.there).mark
    let mine = SessionMark(generation: older.generation + 100, sequence: 4)
    let newer = SessionMark(generation: mine.generation + 1, sequence: 2)
    #expect(
      try await cluster.store.restore([cluster.state(carol, newer, .away)], for: cluster.there) == [])
    _ = try await cluster.store.remove(dave.handle)
    var states = try people.map { try cluster.state($0, mine, .busy, .only(AccountSet([alice.account]))) }
    states[0] = try cluster.showing(alice, mine, .busy)
    #expect(try await cluster.store.restore(states, for: cluster.here) == [carol.account, dave.account])
    #expect(
      try await cluster.store.sessions(of: alice, bob, carol, dave) == [
        PlacedSession(state: states[0], run: cluster.here), PlacedSession(state: states[1], run: cluster.here),
        PlacedSession(state: try cluster.state(carol, newer, .away), run: cluster.there),
      ])
    // The same session under a new run of its server.
    let restarted = NodeRun(name: cluster.here.name, epoch: cluster.here.epoch + 1)
    #expect(try await cluster.store.restore([states[0]], for: restarted) == [])
    #expect(try await cluster.store.sessions(of: alice) == [PlacedSession(state: states[0], run: restarted)])
    // A state that was written after the restored one was taken stays, with all it shows.
    let earlier = try cluster.state(alice, SessionMark(generation: mine.generation, sequence: 3), .away)
    #expect(try await cluster.store.restore([earlier], for: restarted) == [])
    #expect(try await cluster.store.sessions(of: alice) == [PlacedSession(state: states[0], run: restarted)])
    let later = try cluster.state(alice, SessionMark(generation: mine.generation, sequence: 5), nil)
    #expect(try await cluster.store.restore([later], for: restarted) == [])
    #expect(try await cluster.store.sessions(of: alice) == [PlacedSession(state: later, run: restarted)])
    #expect(try await cluster.store.restore([], for: cluster.here) == [])
  }

  @Test("the sessions of a run, but for those of the last seconds")
  func onRun() async throws {
    let people = try await cluster.stage.people("alice", "bob", "carol")
    let marks = [
      try await cluster.claim(people[0], on: cluster.here).mark,
      try await cluster.claim(people[1], on: cluster.here).mark,
      try await cluster.claim(people[2], on: cluster.there).mark,
    ]
    // However long that took.
    let database = try DatabaseSession(DatabaseURL(TestDatabase.url(for: cluster.stage.folder.url)))
    try database.run("UPDATE session SET since = clock_timestamp() + interval '1 hour'")
    #expect(try await cluster.store.sessions(on: cluster.here) == [:])
    try database.run("UPDATE session SET since = clock_timestamp() - interval '6 seconds'")
    #expect(
      try await cluster.store.sessions(on: cluster.here) == [
        people[0].account: marks[0], people[1].account: marks[1],
      ])
    #expect(try await cluster.store.sessions(on: NodeRun(name: "ns-1", epoch: 8)) == [:])
  }

  @Test("list versions of those who are there")
  func listVersions() async throws {
    let people = try await cluster.stage.people("alice", "bob")
    try await cluster.stage.change(.setPrivacyMode(.block), by: people[0])
    let accounts = people.map(\.account) + [AccountID(999_999)]
    #expect(
      try await cluster.store.listVersions(of: accounts) == [
        people[0].account: ListVersion(2), people[1].account: ListVersion(1),
      ])
    #expect(try await cluster.store.listVersions(of: []) == [:])
  }
}

@Suite("Notices that are kept", .enabled(if: TestDatabase.url != nil, TestDatabase.missing))
struct NoticeLogTests {
  private let cluster: SessionStage

  init() throws { cluster = try SessionStage() }

  @Test("a change keeps what it tells others, under their versions and in order; what is behind a version is read")
  func order() async throws {
    let people = try await cluster.stage.people("alice", "bob", "carol")
    let (alice, bob, carol) = (people[0], people[1], people[2])
    var expected: [Notice] = []
    for change in [
      RosterChange.add(bob, to: .forward), .remove(bob, from: .forward),
      .add(.forward, bob.handle, bob.name, group: nil),
    ] { expected += try await cluster.stage.change(change, by: alice).notices }
    expected += try await cluster.stage.change(.add(bob, to: .forward), by: carol).notices
    #expect(expected.map(\.version.rawValue) == [2, 3, 4, 5])
    #expect(try await cluster.store.notices(of: bob, after: 0) == expected)
    #expect(try await cluster.store.notices(of: bob, after: 3) == Array(expected.dropFirst(2)))
    #expect(try await cluster.store.notices(of: bob, after: 5) == [])
    #expect(try await cluster.store.notices(of: alice, after: 0) == [])
  }

  @Test("what one change tells an account stays in its order")
  func together() async throws {
    let people = try await cluster.stage.people("alice", "bob")
    let (alice, bob) = (people[0], people[1])
    try await cluster.stage.make([.add(bob, to: .forward), .add(bob, to: .allow)], by: alice)
    try await cluster.stage.change(.add(alice, to: .forward), by: bob)
    try await cluster.stage.change(.setProperty(.homePhone, "1 555"), by: alice)
    let removed = try #require(try await cluster.store.remove(alice.handle))
    let told = removed.notices.filter { $0.account == bob.account }
    let version = try #require(told.first?.version.rawValue)
    #expect(!told.isEmpty)
    #expect(try await cluster.store.notices(of: bob, after: version - 1) == told)
  }

  @Test("a change that is refused, and one that fails, keep nothing")
  func refused() async throws {
    let people = try await cluster.stage.people("alice", "bob")
    let (alice, bob) = (people[0], people[1])
    try await cluster.stage.change(.add(bob, to: .forward), by: alice)
    #expect(try await cluster.stage.refusal(.add(bob, to: .forward), by: alice) == .alreadyThere)
    let database = try DatabaseSession(DatabaseURL(TestDatabase.url(for: cluster.stage.folder.url)))
    // The commit itself fails: what was written in the transaction goes with it.
    try database.run(
      """
      CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no room'; END $$;
      CREATE CONSTRAINT TRIGGER full_disk AFTER INSERT ON notice DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION fails()
      """)
    await #expect(throws: ChangeFailure.self) {
      try await cluster.stage.change(.remove(bob, from: .forward), by: alice)
    }
    #expect(try await cluster.store.notices(of: bob, after: 0).map(\.version.rawValue) == [2])
    #expect(try await cluster.stage.version(bob) == 2)
  }

  @Test("what is older than a quarter of an hour is forgotten, the rest stays")
  func forgetting() async throws {
    let people = try await cluster.stage.people("alice", "bob")
    try await cluster.stage.make([.add(people[1], to: .forward), .remove(people[1], from: .forward)], by: people[0])
    let database = try DatabaseSession(DatabaseURL(TestDatabase.url(for: cluster.stage.folder.url)))
    try database.run("UPDATE notice SET made = now() - interval '901 seconds' WHERE version = 2")
    try database.run("UPDATE notice SET made = now() - interval '890 seconds' WHERE version = 3")
    cluster.store.forgetOldNotices()
    await cluster.store.close()
    #expect(try database.run("SELECT version FROM notice").map { try $0.integer(0) } == [3])
  }
}
