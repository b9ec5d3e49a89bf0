import MSNP
import Roster
import Store
import Testing

extension EveryStore {
  @Suite("Sessions on pages")
  struct PageSessions {
    private static let (idle, age) = (Int64(86_400), Int64(30 * 86_400))
    private static let start = Int64(1_700_000_000)

    private static func visitor(_ digest: [UInt8], _ stage: Stage, at time: Int64) async throws -> AccountID? {
      try await stage.store.visitor(digest, now: start + time, idle: idle, age: age)?.account
    }

    @Test("A session is its account's until it is closed", arguments: StoreKind.allCases)
    func life(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      let digests = [[UInt8](repeating: 1, count: 32), [UInt8](repeating: 2, count: 32)]
      for (digest, person) in zip(digests, people) {
        try await stage.store.openPageSession(digest, of: person.account, now: Self.start)
      }
      #expect(
        try await stage.store.visitor(digests[0], now: Self.start, idle: Self.idle, age: Self.age)
          == stage.store.member(people[0].account))
      #expect(try await Self.visitor(digests[1], stage, at: 1) == people[1].account)
      #expect(try await Self.visitor([1], stage, at: 1) == nil)
      try await stage.store.closePageSession(digests[0])
      try await stage.store.closePageSession(digests[0])
      #expect(try await Self.visitor(digests[0], stage, at: 1) == nil)
      #expect(try await Self.visitor(digests[1], stage, at: 1) == people[1].account)
    }

    @Test("Nobody's session cannot be opened", arguments: StoreKind.allCases)
    func nobody(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      try await stage.store.openPageSession([1], of: AccountID(4711), now: Self.start)
      #expect(try await Self.visitor([1], stage, at: 0) == nil)
    }

    @Test("A session that lies idle is over, and each use carries it on", arguments: StoreKind.allCases)
    func idle(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try await stage.people("alice")[0]
      try await stage.store.openPageSession([1], of: alice.account, now: Self.start)
      try await stage.store.openPageSession([2], of: alice.account, now: Self.start)
      #expect(try await Self.visitor([1], stage, at: Self.idle - 1) == alice.account)
      #expect(try await Self.visitor([1], stage, at: 2 * Self.idle - 2) == alice.account)
      #expect(try await Self.visitor([1], stage, at: 3 * Self.idle - 2) == nil)
      #expect(try await Self.visitor([2], stage, at: Self.idle) == nil)
    }

    @Test("Uses are noted every five minutes, not at each request", arguments: StoreKind.allCases)
    func noted(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try await stage.people("alice")[0]
      try await stage.store.openPageSession([1], of: alice.account, now: Self.start)
      #expect(try await Self.visitor([1], stage, at: 299) == alice.account)
      // It counts from the opening still.
      try await stage.store.sweepPageSessions(now: Self.start + Self.idle - 1, idle: Self.idle, age: Self.age)
      #expect(try await Self.visitor([1], stage, at: 300) == alice.account)
      try await stage.store.sweepPageSessions(now: Self.start + Self.idle + 299, idle: Self.idle, age: Self.age)
      #expect(try await Self.visitor([1], stage, at: 301) == alice.account)
      try await stage.store.sweepPageSessions(now: Self.start + Self.idle + 300, idle: Self.idle, age: Self.age)
      #expect(try await Self.visitor([1], stage, at: 302) == nil)
    }

    @Test("No session becomes older than its age, however much it is used", arguments: StoreKind.allCases)
    func age(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try await stage.people("alice")[0]
      try await stage.store.openPageSession([1], of: alice.account, now: Self.start)
      var time: Int64 = 0
      while time < Self.age {
        #expect(try await Self.visitor([1], stage, at: time) == alice.account)
        time += Self.idle - 3_600
      }
      #expect(try await Self.visitor([1], stage, at: Self.age) == nil)
      #expect(try await Self.visitor([1], stage, at: Self.age - 1) == alice.account)
      try await stage.store.sweepPageSessions(now: Self.start + Self.age, idle: Self.idle, age: Self.age)
      #expect(try await Self.visitor([1], stage, at: Self.age - 1) == nil)
    }

    @Test("A new password ends all sessions but the one that set it", arguments: StoreKind.allCases)
    func password(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      for digest in [[UInt8(1)], [2], [3]] {
        try await stage.store.openPageSession(digest, of: people[0].account, now: Self.start)
      }
      try await stage.store.openPageSession([9], of: people[1].account, now: Self.start)
      #expect(try await stage.store.setPasswordHash(of: people[0].account, to: "other", keeping: [2]))
      #expect(try await Self.visitor([1], stage, at: 1) == nil)
      #expect(try await Self.visitor([2], stage, at: 1) == people[0].account)
      #expect(try await Self.visitor([3], stage, at: 1) == nil)
      #expect(try await Self.visitor([9], stage, at: 1) == people[1].account)
      #expect(try await stage.store.setPasswordHash(of: people[0].account, to: "third", keeping: nil))
      #expect(try await Self.visitor([2], stage, at: 1) == nil)
    }

    @Test("All sessions of an account can be closed but one", arguments: StoreKind.allCases)
    func others(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      for digest in [[UInt8(1)], [2], [3]] {
        try await stage.store.openPageSession(digest, of: people[0].account, now: Self.start)
      }
      try await stage.store.openPageSession([9], of: people[1].account, now: Self.start)
      #expect(try await stage.store.closePageSessions(of: people[0].account, but: [2]) == 2)
      #expect(try await Self.visitor([2], stage, at: 1) == people[0].account)
      #expect(try await stage.store.closePageSessions(of: people[0].account, but: nil) == 1)
      #expect(try await stage.store.closePageSessions(of: people[0].account, but: nil) == 0)
      #expect(try await Self.visitor([9], stage, at: 1) == people[1].account)
    }
  }
}
