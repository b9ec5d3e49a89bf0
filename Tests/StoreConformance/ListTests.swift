import MSNP
import Roster
import Store
import Testing

extension EveryStore {
  @Suite("Lists")
  struct Lists {
    @Test("ADD FL: the contact, the other's reverse list and the notice", arguments: StoreKind.allCases)
    func addForward(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      let (alice, bob) = (people[0], people[1])
      let asked = try FriendlyName("bob@example.com")
      let outcome = try await stage.change(.add(.forward, bob.handle, asked, group: nil), by: alice)
      #expect(
        outcome
          == ChangeOutcome(
            version: ListVersion(2), result: .added(bob.account, newOnForward: true, properties: .blank),
            notices: [Notice(bob, 2, .reverseAdded(alice.handle, alice.name))]))
      let hers = try await stage.snapshot(alice)
      #expect(hers.version == ListVersion(2))
      #expect(hers.forward == [try bob.entry("bob@example.com", groups: .zero)])
      #expect(hers.allow.isEmpty && hers.block.isEmpty && hers.reverse.isEmpty)
      let his = try await stage.snapshot(bob)
      #expect(his.version == ListVersion(2))
      #expect(his.reverse == [try alice.entry()])
      #expect(his.forward.isEmpty && his.allow.isEmpty && his.block.isEmpty)
    }

    @Test("ADD AL and BL concern nobody else", arguments: StoreKind.allCases, [ContactList.allow, .block])
    func addPrivate(kind: StoreKind, list: ContactList) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      let (alice, bob) = (people[0], people[1])
      #expect(
        try await stage.change(.add(bob, to: list), by: alice)
          == ChangeOutcome(
            version: ListVersion(2), result: .added(bob.account, newOnForward: false, properties: .blank)))
      let hers = try await stage.snapshot(alice)
      #expect(hers.entries(of: list) == [try bob.entry()])
      #expect(hers.forward.isEmpty)
      #expect(try await stage.version(bob) == 1)
      let session = try #require(try await stage.store.sessionRoster(of: alice.account))
      let members = AccountSet([bob.account])
      #expect(session.privacy.allowed == (list == .allow ? members : AccountSet()))
      #expect(session.privacy.blocked == (list == .block ? members : AccountSet()))
    }

    @Test("REM FL keeps allow and block; the last list takes the row with it", arguments: StoreKind.allCases)
    func removeForward(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      let (alice, bob) = (people[0], people[1])
      try await stage.make([.add(bob, to: .allow), .add(bob, to: .forward)], by: alice)
      #expect(
        try await stage.change(.remove(bob, from: .forward), by: alice)
          == ChangeOutcome(
            version: ListVersion(4), result: .removed(bob.account, leftForward: true),
            notices: [Notice(bob, 3, .reverseRemoved(alice.handle))]))
      #expect(try await stage.snapshot(alice).forward.isEmpty)
      #expect(try await stage.snapshot(alice).allow == [try bob.entry()])
      #expect(try await stage.snapshot(bob).reverse.isEmpty)
      #expect(
        try await stage.change(.remove(bob, from: .allow), by: alice)
          == ChangeOutcome(version: ListVersion(5), result: .removed(bob.account, leftForward: false)))
      #expect(try await stage.snapshot(alice).allow.isEmpty)
      // A new row, so the name asked for before is forgotten.
      try await stage.change(.add(.block, bob.handle, try FriendlyName("Robert"), group: nil), by: alice)
      #expect(try await stage.snapshot(alice).block == [try bob.entry("Robert")])
    }

    @Test("REM of the last group takes the contact off the forward list", arguments: StoreKind.allCases)
    func removeByGroup(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      let (alice, bob) = (people[0], people[1])
      let friends = try GroupNumber.number(1)
      try await stage.make([.addGroup("Friends"), .add(bob, to: .forward, group: .zero)], by: alice)
      #expect(
        try await stage.change(.add(bob, to: .forward, group: friends), by: alice)
          == ChangeOutcome(
            version: ListVersion(4), result: .added(bob.account, newOnForward: false, properties: .blank)))
      #expect(try await stage.snapshot(alice).forward == [try bob.entry(groups: .zero, friends)])
      #expect(
        try await stage.change(.remove(bob, from: .forward, group: .zero), by: alice)
          == ChangeOutcome(version: ListVersion(5), result: .removed(bob.account, leftForward: false)))
      #expect(try await stage.snapshot(alice).forward == [try bob.entry(groups: friends)])
      #expect(try await stage.version(bob) == 2)
      #expect(
        try await stage.change(.remove(bob, from: .forward, group: friends), by: alice)
          == ChangeOutcome(
            version: ListVersion(6), result: .removed(bob.account, leftForward: true),
            notices: [Notice(bob, 3, .reverseRemoved(alice.handle))]))
      #expect(try await stage.snapshot(alice).forward.isEmpty)
    }

    @Test("REA of a contact changes the stored name, not the contact's own", arguments: StoreKind.allCases)
    func renameContact(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      let (alice, bob) = (people[0], people[1])
      try await stage.make([.add(bob, to: .forward)], by: alice)
      try await stage.make([.add(alice, to: .forward)], by: bob)
      #expect(
        try await stage.change(.renameContact(bob.handle, try FriendlyName("Bobby")), by: alice)
          == ChangeOutcome(version: ListVersion(4), result: .done))
      #expect(try await stage.snapshot(alice).forward == [try bob.entry("Bobby", groups: .zero)])
      #expect(try await stage.snapshot(alice).reverse == [try bob.entry()])
      #expect(try await stage.version(bob) == 3)
    }

    @Test("REA of the own handle shows in others' reverse lists at once", arguments: StoreKind.allCases)
    func rename(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      let (alice, bob) = (people[0], people[1])
      try await stage.make([.add(bob, to: .forward)], by: alice)
      #expect(
        try await stage.change(.rename(try FriendlyName("Alice B")), by: alice)
          == ChangeOutcome(version: ListVersion(3), result: .done))
      #expect(try await stage.store.sessionRoster(of: alice.account)?.name == (try FriendlyName("Alice B")))
      #expect(try await stage.snapshot(bob).reverse == [try alice.entry("Alice B")])
    }

    @Test("Adding oneself raises the version twice: the change, then the notice", arguments: StoreKind.allCases)
    func selfAdd(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try await stage.people("alice")[0]
      #expect(
        try await stage.change(.add(alice, to: .forward), by: alice)
          == ChangeOutcome(
            version: ListVersion(2), result: .added(alice.account, newOnForward: true, properties: .blank),
            notices: [Notice(alice, 3, .reverseAdded(alice.handle, alice.name))]))
      let snapshot = try await stage.snapshot(alice)
      #expect(snapshot.version == ListVersion(3))
      #expect(snapshot.forward == [try alice.entry(groups: .zero)])
      #expect(snapshot.reverse == [try alice.entry()])
      #expect(
        try await stage.change(.remove(alice, from: .forward), by: alice)
          == ChangeOutcome(
            version: ListVersion(4), result: .removed(alice.account, leftForward: true),
            notices: [Notice(alice, 5, .reverseRemoved(alice.handle))]))
      #expect(try await stage.version(alice) == 5)
    }

    @Test("Somebody who was removed from the forward list comes back under a new name", arguments: StoreKind.allCases)
    func addAgain(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      let (alice, bob) = (people[0], people[1])
      try await stage.make(
        [.add(bob, to: .allow), .add(bob, to: .forward), .remove(bob, from: .forward)], by: alice)
      try await stage.change(.add(.forward, bob.handle, try FriendlyName("Robert"), group: nil), by: alice)
      #expect(try await stage.snapshot(alice).forward == [try bob.entry("Robert", groups: .zero)])
      #expect(try await stage.version(bob) == 4)
    }

    @Test("BLP and GTC are kept", arguments: StoreKind.allCases)
    func switches(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try await stage.people("alice")[0]
      #expect(
        try await stage.change(.setPrivacyMode(.block), by: alice)
          == ChangeOutcome(version: ListVersion(2), result: .done))
      #expect(
        try await stage.change(.setReversePrompt(.never), by: alice)
          == ChangeOutcome(version: ListVersion(3), result: .done))
      let snapshot = try await stage.snapshot(alice)
      #expect(snapshot.privacyMode == .block)
      #expect(snapshot.reversePrompt == .never)
      #expect(try await stage.store.sessionRoster(of: alice.account)?.privacy.mode == .block)
      try await stage.make([.setPrivacyMode(.allow), .setReversePrompt(.ask)], by: alice)
      #expect(try await stage.snapshot(alice).privacyMode == .allow)
      #expect(try await stage.snapshot(alice).reversePrompt == .ask)
    }
  }
}
