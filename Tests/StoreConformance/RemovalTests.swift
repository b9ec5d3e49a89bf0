import MSNP
import Roster
import Store
import Testing

extension EveryStore {
  @Suite("Removing an account")
  struct Removal {
    @Test("It leaves every list, and whoever cached it gets a new version", arguments: StoreKind.allCases)
    func leaves(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob", "carol", "dave", "erin")
      let (alice, bob, carol, dave, erin) = (people[0], people[1], people[2], people[3], people[4])
      try await stage.make(
        [.add(bob, to: .forward), .add(alice, to: .forward), .add(erin, to: .allow), .addGroup("x")], by: alice)
      try await stage.make([.add(alice, to: .forward), .add(alice, to: .allow)], by: bob)
      try await stage.make([.add(alice, to: .forward)], by: carol)
      try await stage.make([.add(alice, to: .block), .setProperty(.homePhone, "1")], by: dave)
      var versions: [Person: UInt32] = [:]
      for person in people { versions[person] = try await stage.version(person) }

      let removed = try #require(try await stage.store.remove(alice.handle))
      #expect(removed.account == alice.account)
      let next = versions.mapValues { $0 + 1 }
      #expect(
        removed.notices.map(\.withoutGUIDs) == [
          Notice(bob, next[bob] ?? 0, .unlisted([.forward, .allow], alice.account, alice.handle)),
          Notice(bob, next[bob] ?? 0, .reverseRemoved(alice.handle)),
          Notice(carol, next[carol] ?? 0, .unlisted(.forward, alice.account, alice.handle)),
          Notice(dave, next[dave] ?? 0, .unlisted(.block, alice.account, alice.handle)),
        ])
      for person in [bob, carol, dave] {
        let snapshot = try await stage.snapshot(person)
        #expect(snapshot.version.rawValue == versions[person].map { $0 + 1 })
        for list in ContactList.allCases { #expect(snapshot.entries(of: list).isEmpty) }
      }
      // Erin was on alice's allow list, which she never saw.
      #expect(try await stage.version(erin) == versions[erin])
      #expect(try await stage.snapshot(dave).properties == ContactProperties([.homePhone: "1"]))
      #expect(try await stage.store.snapshot(of: alice.account) == nil)
      #expect(try await stage.store.credentials(of: alice.handle) == nil)
      #expect(try await stage.refusal(.add(alice, to: .forward), by: bob) == .noSuchAccount)
    }

    @Test("The handle's next owner starts with nothing", arguments: StoreKind.allCases)
    func nextOwner(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      try await stage.make(
        [.add(people[1], to: .forward), .addGroup("Friends"), .setProperty(.homePhone, "1"), .setPrivacyMode(.block)],
        by: people[0])
      try await stage.make([.add(people[0], to: .forward), .add(people[0], to: .allow)], by: people[1])
      _ = try await stage.store.remove(people[0].handle)
      let again = try await stage.people("alice")[0]
      #expect(
        try await stage.snapshot(again)
          == RosterSnapshot(
            version: ListVersion(1), name: again.name, groups: [RosterSnapshot.Group(number: .zero, name: "~")]))
      #expect(try await stage.snapshot(people[1]).forward.isEmpty)
    }
  }
}
