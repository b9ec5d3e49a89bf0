import Cluster
import MSNP
import Roster
import Store
import Testing

@testable import PostgreSQL
@testable import PostgreSQLStore

extension EveryStore {
  @Suite("Bans")
  struct Bans {
    @Test("Who is banned is not there for signing in, and is again afterwards", arguments: StoreKind.allCases)
    func signingIn(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      let alice = people[0]
      try await stage.make([.add(people[1], to: .forward), .add(people[1], to: .allow)], by: alice)
      let credentials = try await stage.store.credentials(of: alice.handle)
      let roster = try await stage.store.sessionRoster(of: alice.account)
      #expect(roster?.forward == AccountSet([people[1].account]))

      #expect(try await stage.store.setBanned(alice.handle, true) == alice.account)
      #expect(try await stage.store.credentials(of: alice.handle) == nil)
      #expect(try await stage.store.sessionRoster(of: alice.account) == nil)
      #expect(try await stage.store.member(alice.account)?.isBanned == true)
      #expect(try await stage.store.credentials(of: people[1].handle) != nil)
      #expect(try await stage.store.sessionRoster(of: people[1].account) != nil)

      #expect(try await stage.store.setBanned(alice.handle, false) == alice.account)
      #expect(try await stage.store.credentials(of: alice.handle) == credentials)
      #expect(try await stage.store.sessionRoster(of: alice.account) == roster)
      #expect(try await stage.store.member(alice.account)?.isBanned == false)
    }

    @Test("Who is banned keeps the place on others' lists, and can be added", arguments: StoreKind.allCases)
    func lists(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob", "carol")
      try await stage.make([.add(people[0], to: .forward), .add(people[0], to: .allow)], by: people[1])
      let before = try await stage.snapshot(people[1])
      _ = try await stage.store.setBanned(people[0].handle, true)
      #expect(try await stage.snapshot(people[1]) == before)
      try await stage.make([.add(people[0], to: .forward)], by: people[2])
      #expect(try await stage.store.forwardLists(of: [people[2].account]) == [people[2].account: [people[0].handle]])
      #expect(try await stage.snapshot(people[0]).contacts.map(\.account) == [people[1].account, people[2].account])
    }

    @Test("A ban ends the sessions on pages for good", arguments: StoreKind.allCases)
    func pages(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      try await stage.store.openPageSession([1], of: people[0].account, now: 100)
      try await stage.store.openPageSession([2], of: people[1].account, now: 100)
      _ = try await stage.store.setBanned(people[0].handle, true)
      // Somebody whose password was found right just before.
      try await stage.store.openPageSession([3], of: people[0].account, now: 100)
      _ = try await stage.store.setBanned(people[0].handle, false)
      #expect(try await stage.store.visitor([1], now: 101, idle: 60, age: 60) == nil)
      #expect(try await stage.store.visitor([3], now: 101, idle: 60, age: 60) == nil)
      #expect(try await stage.store.visitor([2], now: 101, idle: 60, age: 60)?.account == people[1].account)
    }
  }
}

/// What only a cluster has: sessions in rows.
@Suite("Bans in a cluster", .enabled(if: TestDatabase.url != nil, TestDatabase.missing))
struct ClusterBanTests {
  @Test("Nobody claims a session of somebody who is banned")
  func claim() async throws {
    let stage = try SessionStage()
    let alice = try await stage.stage.people("alice")[0]
    _ = try await stage.store.setBanned(alice.handle, true)
    #expect(try await stage.store.claim(alice.account, for: stage.here) == nil)
    #expect(try await stage.store.sessions(of: alice).isEmpty)
    _ = try await stage.store.setBanned(alice.handle, false)
    #expect(try await stage.claim(alice, on: stage.here).roster.handle == alice.handle)
  }

  @Test("A session whose server has not heard of the ban is no session, and is not restored")
  func unheard() async throws {
    let stage = try SessionStage()
    let people = try await stage.stage.people("alice", "bob")
    let mark = try await stage.claim(people[0], on: stage.here).mark
    let others = try await stage.claim(people[1], on: stage.here).mark
    #expect(try await stage.store.sessions(of: people[0], people[1]).count == 2)
    _ = try await stage.store.setBanned(people[0].handle, true)
    #expect(try await stage.store.sessions(of: people[0], people[1]).map(\.state.account) == [people[1].account])
    let states = [try stage.state(people[0], mark, .online), try stage.state(people[1], others, .online)]
    #expect(try await stage.store.restore(states, for: stage.here) == [people[0].account])
    // The row is gone too: nothing comes back with the ban's end.
    _ = try await stage.store.setBanned(people[0].handle, false)
    #expect(try await stage.store.sessions(of: people[0], people[1]).map(\.state.account) == [people[1].account])
  }
}
