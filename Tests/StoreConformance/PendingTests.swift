import MSNP
import Roster
import Store
import Testing

extension EveryStore {
  /// Who waits for an answer (contacts reference, section 1).
  @Suite("Pending")
  struct Pending {
    private func state(of person: Person, for owner: Person, _ stage: Stage) async throws -> PendingState? {
      try await stage.snapshot(owner).contacts.first { $0.account == person.account && $0.lists.contains(.reverse) }?
        .pending
    }

    @Test("an adder waits until put on the reverse list and taken off the pending list", arguments: StoreKind.allCases)
    func life(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      let (alice, bob) = (people[0], people[1])
      #expect(try await stage.refusal(.accept(bob.handle), by: alice) == .notPending)
      #expect(try await stage.refusal(.endPending(bob.handle), by: alice) == .notOnList)
      try await stage.make([.add(alice, to: .forward)], by: bob)
      #expect(try await state(of: bob, for: alice, stage) == .pending)
      try await stage.make([.add(.allow, bob.handle, bob.name, group: nil, answers: false)], by: alice)
      #expect(try await state(of: bob, for: alice, stage) == .pending)
      let before = try await stage.version(bob)
      try await stage.make([.accept(bob.handle)], by: alice)
      #expect(try await state(of: bob, for: alice, stage) == .accepted)
      #expect(try await stage.refusal(.accept(bob.handle), by: alice) == .alreadyThere)
      try await stage.make([.endPending(bob.handle)], by: alice)
      #expect(try await state(of: bob, for: alice, stage) == .settled)
      #expect(try await stage.refusal(.endPending(bob.handle), by: alice) == .notOnList)
      #expect(try await stage.refusal(.accept(bob.handle), by: alice) == .notPending)
      // The adder learns nothing of it.
      #expect(try await stage.version(bob) == before)
      #expect(try await stage.version(alice) == 5)
      let nobody = try UserHandle.named("nobody")
      #expect(try await stage.refusal(.accept(nobody), by: alice) == .noSuchAccount)
      #expect(try await stage.refusal(.endPending(nobody), by: alice) == .noSuchAccount)
    }

    @Test("refusing without accepting leaves the adder on the reverse list", arguments: StoreKind.allCases)
    func refused(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      try await stage.make([.add(people[0], to: .forward)], by: people[1])
      try await stage.make([.endPending(people[1].handle)], by: people[0])
      #expect(try await state(of: people[1], for: people[0], stage) == .settled)
    }

    @Test(
      "clients before MSNP10 answer by allowing or blocking", arguments: StoreKind.allCases,
      [ContactList.allow, .block])
    func old(kind: StoreKind, list: ContactList) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      try await stage.make([.add(people[0], to: .forward)], by: people[1])
      try await stage.make([.add(people[1], to: .forward)], by: people[0])
      #expect(try await state(of: people[1], for: people[0], stage) == .pending)
      try await stage.make([.add(people[1], to: list)], by: people[0])
      #expect(try await state(of: people[1], for: people[0], stage) == .settled)
    }

    @Test(
      "whoever was allowed or blocked before does not wait", arguments: StoreKind.allCases, [ContactList.allow, .block])
    func decided(kind: StoreKind, list: ContactList) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      try await stage.make([.add(people[1], to: list)], by: people[0])
      try await stage.make([.add(people[0], to: .forward)], by: people[1])
      #expect(try await state(of: people[1], for: people[0], stage) == .settled)
    }

    @Test("who leaves and comes again waits again; oneself does not", arguments: StoreKind.allCases)
    func again(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      try await stage.make([.add(people[0], to: .forward), .add(people[0], to: .allow)], by: people[1])
      try await stage.make([.accept(people[1].handle), .endPending(people[1].handle)], by: people[0])
      try await stage.make([.remove(people[0], from: .forward)], by: people[1])
      #expect(try await state(of: people[1], for: people[0], stage) == nil)
      try await stage.make([.add(people[0], to: .forward)], by: people[1])
      #expect(try await state(of: people[1], for: people[0], stage) == .pending)
      try await stage.make([.add(people[0], to: .forward)], by: people[0])
      #expect(try await state(of: people[0], for: people[0], stage) == .settled)
    }

    @Test("people whom an operator makes contacts of each other do not wait", arguments: StoreKind.allCases)
    func mutual(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      _ = try await stage.store.makeMutual([(people[0].handle, people[1].handle)])
      #expect(try await state(of: people[1], for: people[0], stage) == .settled)
      #expect(try await state(of: people[0], for: people[1], stage) == .settled)
    }

    @Test("the bits of LST: 8 before MSNP10, then 16, 24 and 8")
    func bits() throws {
      let handle = try UserHandle.named("bob")
      var contact = RosterContact(account: AccountID(2), handle: handle, ownName: FriendlyName(handle), lists: .reverse)
      let expected: [(PendingState, UInt8)] = [(.settled, 8), (.pending, 16), (.accepted, 24)]
      for (state, bits) in expected {
        contact.pending = state
        #expect(contact.lists(in: .msnp9).rawValue == 8)
        #expect(contact.lists(in: .msnp10).rawValue == bits)
      }
      contact.lists = [.forward, .allow]
      #expect(contact.lists(in: .msnp12).rawValue == 3)
    }
  }
}
