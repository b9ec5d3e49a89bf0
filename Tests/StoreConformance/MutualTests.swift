import MSNP
import Roster
import Store
import Testing

extension EveryStore {
  @Suite("Mutual contacts")
  struct Mutual {
    @Test("Both come onto each other's forward and allow lists", arguments: StoreKind.allCases)
    func both(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      let (alice, bob) = (people[0], people[1])
      let nobody = try UserHandle.named("nobody")
      let made = try await stage.store.makeMutual([
        (alice.handle, bob.handle), (alice.handle, nobody), (bob.handle, alice.handle), (bob.handle, bob.handle),
      ])
      #expect(made.unknown == [nobody])
      // Alice adds bob: FL 2 (bob's notice 2), AL 3. Bob adds alice: FL 3 (alice's notice 4), AL 4.
      #expect(
        made.notices.map(\.withoutGUIDs) == [
          Notice(alice, 2, .listed(.forward, bob.account, bob.handle, bob.name)),
          Notice(bob, 2, .reverseAdded(alice.handle, alice.name)),
          Notice(alice, 3, .listed(.allow, bob.account, bob.handle, bob.name)),
          Notice(bob, 3, .listed(.forward, alice.account, alice.handle, alice.name)),
          Notice(alice, 4, .reverseAdded(bob.handle, bob.name)),
          Notice(bob, 4, .listed(.allow, alice.account, alice.handle, alice.name)),
        ])
      for (one, other) in [(alice, bob), (bob, alice)] {
        let snapshot = try await stage.snapshot(one)
        #expect(snapshot.version == ListVersion(4))
        #expect(snapshot.forward == [try other.entry(groups: .zero)])
        #expect(snapshot.allow == [try other.entry()])
        #expect(snapshot.reverse == [try other.entry()])
        #expect(snapshot.block.isEmpty)
      }
    }

    @Test("What is there stays, and who is blocked stays blocked", arguments: StoreKind.allCases)
    func existing(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      let (alice, bob) = (people[0], people[1])
      let friends = try GroupNumber.number(1)
      try await stage.make([.addGroup("Friends")], by: alice)
      try await stage.change(.add(.forward, bob.handle, try FriendlyName("Bobby"), group: friends), by: alice)
      try await stage.make([.add(alice, to: .block)], by: bob)
      let made = try await stage.store.makeMutual([(bob.handle, alice.handle)])
      #expect(made.unknown.isEmpty)
      // Bob (3 so far) adds alice to FL: 4. Alice (3) is told: 4, and allows him: 5.
      #expect(
        made.notices.map(\.withoutGUIDs) == [
          Notice(bob, 4, .listed(.forward, alice.account, alice.handle, alice.name)),
          Notice(alice, 4, .reverseAdded(bob.handle, bob.name)),
          Notice(alice, 5, .listed(.allow, bob.account, bob.handle, bob.name)),
        ])
      #expect(try await stage.snapshot(alice).forward == [try bob.entry("Bobby", groups: friends)])
      #expect(try await stage.snapshot(alice).allow == [try bob.entry("Bobby")])
      #expect(try await stage.version(alice) == 5)
      #expect(try await stage.snapshot(bob).forward == [try alice.entry(groups: .zero)])
      #expect(try await stage.snapshot(bob).allow.isEmpty)
      #expect(try await stage.snapshot(bob).block == [try alice.entry()])
      #expect(try await stage.version(bob) == 4)
    }
  }
}
