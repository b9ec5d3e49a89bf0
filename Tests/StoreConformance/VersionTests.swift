import MSNP
import Roster
import Store
import Testing

extension EveryStore {
  @Suite("List versions")
  struct Versions {
    @Test("Each change raises the changer by one and only those it concerns", arguments: StoreKind.allCases)
    func exactly(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob", "carol")
      let one = try GroupNumber.number(1)
      // The change by alice, and by how much it raises bob, who never allowed her anything.
      let changes: [(RosterChange, UInt32)] = [
        (.add(people[1], to: .forward), 1), (.add(people[1], to: .allow), 0), (.remove(people[1], from: .allow), 0),
        (.add(people[1], to: .block), 0), (.remove(people[1], from: .block), 0), (.addGroup("Friends"), 0),
        (.add(people[1], to: .forward, group: one), 0), (.remove(people[1], from: .forward, group: .zero), 0),
        (.renameGroup(.number(one), "Family"), 0), (.removeGroup(.number(one)), 0),
        (.renameContact(people[1].handle, try FriendlyName("Bobby")), 0), (.rename(try FriendlyName("Al")), 0),
        (.setPrivacyMode(.block), 0), (.setReversePrompt(.never), 0), (.setProperty(.homePhone, "1"), 0),
        (.remove(people[1], from: .forward), 1),
      ]
      var expected: (alice: UInt32, bob: UInt32) = (1, 1)
      for (change, raisesBob) in changes {
        expected.alice += 1
        expected.bob += raisesBob
        let outcome = try await stage.change(change, by: people[0])
        #expect(outcome.version.rawValue == expected.alice, "\(change)")
        #expect(try await stage.version(people[0]) == expected.alice, "\(change)")
        #expect(try await stage.version(people[1]) == expected.bob, "\(change)")
      }
      #expect(try await stage.version(people[2]) == 1)
    }

    @Test("After the last number comes 1, never 0", arguments: StoreKind.allCases)
    func wraps(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try await stage.people("alice")[0]
      try await stage.store.setListVersion(of: alice.handle, to: ListVersion(.max))
      #expect(try await stage.change(.setPrivacyMode(.block), by: alice).version == ListVersion(1))
      #expect(try await stage.snapshot(alice).version == ListVersion(1))
    }
  }
}
