import MSNP
import Roster
import Store
import Testing

extension EveryStore {
  @Suite("Members")
  struct Members {
    static func profile() throws -> MemberProfile {
      let fields = [
        "full-name": "Alice \"Liddell\" \\ 🐈", "city": "Oxford", "country": "gb", "postal-code": "OX1 4EH",
        "language": "2057", "birthday": "1852-05-04", "gender": "f", "about": "Two\nlines, 'quoted' {}",
        "audience": "everyone",
      ]
      // Nobody is that old here.
      return try MemberProfile(fields: { $0 == "birthday" ? "1952-05-04" : fields[$0] })
    }

    @Test("A new account is a member with an empty profile", arguments: StoreKind.allCases)
    func new(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try await stage.people("alice")[0]
      let created = try #require(try await stage.store.account(alice.handle)).created
      let expected = MemberRecord(account: alice.account, handle: alice.handle, name: alice.name, created: created)
      #expect(try await stage.store.member(alice.account) == expected)
      #expect(try await stage.store.member(alice.handle) == expected)
      #expect(try await stage.store.picture(of: alice.account) == nil)
      #expect(try await stage.store.passwordHash(of: alice.account) == "hash")
      #expect(try await stage.store.hasAdministrator() == false)
      #expect(try await stage.store.memberCount() == 1)
    }

    @Test("Everything about a member can be changed, and changes that member alone", arguments: StoreKind.allCases)
    func changes(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      let (alice, bob) = (people[0], people[1])
      let before = try await stage.store.member(bob.account)
      #expect(try await stage.store.setOldPassword(of: alice.account, sealed: [0, 1, 255]))
      #expect(try await stage.store.setProfile(of: alice.account, to: try Self.profile()))
      #expect(try await stage.store.setAdministrator(alice.handle, true) == alice.account)
      #expect(try await stage.store.setKeepsHistory(of: alice.account, true))
      #expect(try await stage.store.setPasswordHash(of: alice.account, to: "other", keeping: nil))
      let member = try #require(try await stage.store.member(alice.account))
      #expect(
        member
          == MemberRecord(
            account: alice.account, handle: alice.handle, name: alice.name, admitsOldClients: true,
            isAdministrator: true, isBanned: false, keepsHistory: true, profile: try Self.profile(),
            created: member.created))
      #expect(
        try await stage.store.credentials(of: alice.handle)
          == StoredCredentials(account: alice.account, passwordHash: "other", sealedOldPassword: [0, 1, 255]))
      #expect(try await stage.store.passwordHash(of: alice.account) == "other")
      #expect(try await stage.version(alice) == 1)
      #expect(try await stage.store.member(bob.account) == before)
      #expect(try await stage.store.passwordHash(of: bob.account) == "hash")

      #expect(try await stage.store.setOldPassword(of: alice.account, sealed: nil))
      #expect(try await stage.store.setProfile(of: alice.account, to: MemberProfile()))
      #expect(try await stage.store.setAdministrator(alice.handle, false) == alice.account)
      #expect(try await stage.store.setKeepsHistory(of: alice.account, false))
      #expect(
        try await stage.store.member(alice.account)
          == MemberRecord(account: alice.account, handle: alice.handle, name: alice.name, created: member.created))
    }

    @Test("Pictures come back byte by byte, and the last one is shown", arguments: StoreKind.allCases)
    func pictures(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try await stage.people("alice")[0]
      let first = MemberPicture(type: "image/png", bytes: Array(0...255) + [0, 0])
      #expect(try await stage.store.setPicture(of: alice.account, to: first))
      #expect(try await stage.store.picture(of: alice.account) == first)
      let second = MemberPicture(type: "image/gif", bytes: [UInt8](repeating: 7, count: 200_000))
      #expect(try await stage.store.setPicture(of: alice.account, to: second))
      #expect(try await stage.store.picture(of: alice.account) == second)
      #expect(try await stage.store.setPicture(of: alice.account, to: nil))
      #expect(try await stage.store.picture(of: alice.account) == nil)
    }

    @Test("Nobody there, nothing changed", arguments: StoreKind.allCases)
    func nobody(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let (number, handle) = (AccountID(4711), try UserHandle.named("nobody"))
      #expect(try await stage.store.member(number) == nil)
      #expect(try await stage.store.member(handle) == nil)
      #expect(try await stage.store.passwordHash(of: number) == nil)
      #expect(try await stage.store.setPasswordHash(of: number, to: "x", keeping: nil) == false)
      #expect(try await stage.store.setOldPassword(of: number, sealed: [1]) == false)
      #expect(try await stage.store.setProfile(of: number, to: try Self.profile()) == false)
      #expect(try await stage.store.setPicture(of: number, to: MemberPicture(type: "image/gif", bytes: [1])) == false)
      #expect(try await stage.store.setPicture(of: number, to: nil) == false)
      #expect(try await stage.store.setKeepsHistory(of: number, true) == false)
      #expect(try await stage.store.setKeepsHistory(of: number, false) == false)
      #expect(try await stage.store.setAdministrator(handle, true) == nil)
      #expect(try await stage.store.setBanned(handle, true) == nil)
      #expect(try await stage.store.memberCount() == 0)
      #expect(try await stage.store.members(after: nil, search: nil, limit: 9).isEmpty)
    }

    @Test("Members are listed by number, page by page, and found by handle or name", arguments: StoreKind.allCases)
    func listed(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people((1...5).map { "user\($0)" } + ["anna", "zoe"])
      _ = try await stage.store.rename(people[1].handle, to: try FriendlyName("Tante ÄNNA"))
      _ = try await stage.store.rename(people[6].handle, to: try FriendlyName("50%_off"))
      func page(_ search: String?, after: Person? = nil, limit: Int = 9) async throws -> [UserHandle] {
        try await stage.store.members(after: after?.account, search: search, limit: limit).map(\.handle)
      }
      #expect(try await page(nil, limit: 3) == people[0..<3].map(\.handle))
      #expect(try await page(nil, after: people[2], limit: 3) == people[3..<6].map(\.handle))
      #expect(try await page(nil, after: people[6]) == [])
      #expect(try await page("USER", limit: 2) == people[0..<2].map(\.handle))
      #expect(try await page("uSer", after: people[1]) == people[2..<5].map(\.handle))
      #expect(try await page("nna") == [people[1].handle, people[5].handle])
      #expect(try await page("änn") == [people[1].handle])
      // No character means more than itself.
      #expect(try await page("0%_o") == [people[6].handle])
      #expect(try await page("%") == [people[6].handle])
      #expect(try await page("u_er") == [])
      #expect(try await page("a\0b") == [])
    }

    @Test("An administrator who is banned administers nothing", arguments: StoreKind.allCases)
    func administrators(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      for person in people { _ = try await stage.store.setAdministrator(person.handle, true) }
      _ = try await stage.store.setBanned(people[0].handle, true)
      #expect(try await stage.store.hasAdministrator())
      _ = try await stage.store.setBanned(people[1].handle, true)
      #expect(try await stage.store.hasAdministrator() == false)
      _ = try await stage.store.setBanned(people[0].handle, false)
      #expect(try await stage.store.hasAdministrator())
      _ = try await stage.store.setAdministrator(people[0].handle, false)
      #expect(try await stage.store.hasAdministrator() == false)
    }

    @Test(
      "An account that goes takes everything of its own along, and nothing of others'", arguments: StoreKind.allCases)
    func removal(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      let (alice, bob) = (people[0], people[1])
      for person in people {
        #expect(try await stage.store.setPicture(of: person.account, to: MemberPicture(type: "image/gif", bytes: [1])))
        #expect(try await stage.store.setKeepsHistory(of: person.account, true))
        try await stage.store.openPageSession(
          [UInt8(truncatingIfNeeded: person.account.rawValue)], of: person.account, now: 9)
      }
      let message = try RelayedMessage.said("hello", by: alice, among: people, number: 1, time: 5)
      try await stage.store.keep([message])
      #expect(try await stage.store.remove(alice.handle)?.account == alice.account)

      #expect(try await stage.store.member(alice.account) == nil)
      #expect(try await stage.store.picture(of: alice.account) == nil)
      #expect(try await stage.store.keepers(among: people.map(\.account)) == [bob.account])
      #expect(try await stage.store.history(of: alice.account, since: 0, after: nil, limit: 9).isEmpty)
      let aliceKey = [UInt8(truncatingIfNeeded: alice.account.rawValue)]
      #expect(try await stage.store.visitor(aliceKey, now: 10, idle: 100, age: 100) == nil)
      #expect(try await stage.store.picture(of: bob.account)?.bytes == [1])
      #expect(try await stage.store.history(of: bob.account, since: 0, after: nil, limit: 9) == [message.kept])
      let bobKey = [UInt8(truncatingIfNeeded: bob.account.rawValue)]
      #expect(try await stage.store.visitor(bobKey, now: 10, idle: 100, age: 100)?.account == bob.account)
    }
  }
}
