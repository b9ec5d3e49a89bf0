import Foundation
import MSNP
import Roster
import Store
import Testing

extension EveryStore {
  @Suite("Accounts")
  struct Accounts {
    @Test("A new account has the roster of a brand-new account", arguments: StoreKind.allCases)
    func newAccount(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let before = Int64(Date().timeIntervalSince1970)
      let alice = try await stage.people("alice")[0]
      let record = try #require(try await stage.store.account(alice.handle))
      #expect((before...before + 60).contains(record.created))
      #expect(
        record
          == AccountRecord(
            account: alice.account, handle: alice.handle, name: alice.name, passwordHash: "hash",
            sealedOldPassword: nil, listVersion: ListVersion(1), created: record.created))
      #expect(
        try await stage.snapshot(alice)
          == RosterSnapshot(
            version: ListVersion(1), name: alice.name, privacyMode: .allow, reversePrompt: .ask,
            groups: [RosterSnapshot.Group(number: .zero, name: "~")]))
      #expect(
        try await stage.store.sessionRoster(of: alice.account)
          == SessionRoster(
            handle: alice.handle, name: alice.name, privacy: Privacy(mode: .allow), forward: AccountSet(),
            version: ListVersion(1)))
    }

    @Test("Handles that exist, or come twice, are left as they are", arguments: StoreKind.allCases)
    func existing(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try await stage.people("alice")[0]
      let bob = try UserHandle.named("bob")
      let made = try await stage.store.create([
        NewAccount(handle: alice.handle, name: try FriendlyName("Other"), passwordHash: "other"),
        NewAccount(handle: bob, name: try FriendlyName("First"), passwordHash: "first"),
        NewAccount(handle: bob, name: try FriendlyName("Second"), passwordHash: "second"),
      ])
      #expect(Set(made.keys) == [bob])
      #expect(try await stage.store.account(alice.handle)?.passwordHash == "hash")
      #expect(try await stage.store.account(alice.handle)?.name == alice.name)
      #expect(try await stage.store.account(bob)?.passwordHash == "first")
      #expect(try await stage.store.account(bob)?.account == made[bob])
    }

    @Test("A handle without an account has nothing", arguments: StoreKind.allCases)
    func unknown(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let nobody = try UserHandle.named("nobody")
      let number = AccountID(4711)
      #expect(try await stage.store.account(nobody) == nil)
      #expect(try await stage.store.credentials(of: nobody) == nil)
      #expect(try await stage.store.snapshot(of: number) == nil)
      #expect(try await stage.store.sessionRoster(of: number) == nil)
      #expect(try await stage.store.rename(nobody, to: try FriendlyName("X")) == nil)
      #expect(try await stage.store.setPassword(nobody, hash: "h", sealOldPassword: nil) == nil)
      #expect(try await stage.store.remove(nobody) == nil)
      #expect(try await stage.store.forwardLists(of: [number]).isEmpty)
      await #expect(throws: ChangeFailure.self) {
        try await stage.store.change(.setPrivacyMode(.block), by: number, limits: ListLimits())
      }
    }

    @Test("Accounts are listed in ascending order, page by page", arguments: StoreKind.allCases)
    func pages(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people((1...7).map { "user\($0)" })
      let numbers = people.map(\.account)
      #expect(numbers == numbers.sorted())
      let first = try await stage.store.accounts(after: nil, limit: 3)
      #expect(first.map(\.handle) == people[0..<3].map(\.handle))
      let second = try await stage.store.accounts(after: first.last?.account, limit: 3)
      #expect(second.map(\.handle) == people[3..<6].map(\.handle))
      let third = try await stage.store.accounts(after: second.last?.account, limit: 3)
      #expect(third.map(\.handle) == people[6..<7].map(\.handle))
      #expect(try await stage.store.accounts(after: third.last?.account, limit: 3).isEmpty)
    }

    @Test("A number is never given again", arguments: StoreKind.allCases)
    func numbers(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try await stage.people("alice")[0]
      #expect(try await stage.store.remove(alice.handle)?.account == alice.account)
      #expect(try await stage.store.account(alice.handle) == nil)
      let again = try await stage.people("alice")[0]
      #expect(again.account > alice.account)
    }

    @Test("A rename is kept and raises the version", arguments: StoreKind.allCases)
    func rename(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try await stage.people("alice")[0]
      let name = try FriendlyName("Älice 🐈 \\ 'quoted' %20")
      #expect(
        try await stage.store.rename(alice.handle, to: name)
          == Notice(account: alice.account, version: ListVersion(2), news: .renamed(name)))
      #expect(try await stage.store.account(alice.handle)?.name == name)
      #expect(try await stage.store.sessionRoster(of: alice.account)?.name == name)
      #expect(try await stage.version(alice) == 2)
    }

    @Test("Forward lists are read for many accounts at once", arguments: StoreKind.allCases)
    func forwardLists(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob", "carol")
      try await stage.make([.add(people[2], to: .forward), .add(people[1], to: .forward)], by: people[0])
      try await stage.make([.add(people[0], to: .allow)], by: people[1])
      let lists = try await stage.store.forwardLists(of: people.map(\.account))
      #expect(lists == [people[0].account: [people[1].handle, people[2].handle]])
      #expect(try await stage.store.forwardLists(of: [people[1].account]).isEmpty)
    }

    @Test("A list version can be put back", arguments: StoreKind.allCases)
    func listVersion(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try await stage.people("alice")[0]
      #expect(try await stage.store.setListVersion(of: alice.handle, to: ListVersion(254)) == alice.account)
      #expect(try await stage.snapshot(alice).version == ListVersion(254))
      #expect(try await stage.store.setListVersion(of: try .named("nobody"), to: ListVersion(254)) == nil)
    }
  }
}
