import MSNP
import Roster
import Store
import Testing

extension EveryStore {
  /// What clients from MSNP10 know contacts and groups by.
  @Suite("GUIDs")
  struct GUIDs {
    private func guid(of person: Person, on stage: Stage, for owner: Person) async throws -> GUID {
      try #require(try await stage.wholeSnapshot(owner).contacts.first { $0.account == person.account }?.guid)
    }

    @Test("the answer to a change tells the GUID that the lists show from then on", arguments: StoreKind.allCases)
    func told(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      let added = try await stage.store.change(
        .add(people[1], to: .forward), by: people[0].account, limits: ListLimits())
      let contact = try await guid(of: people[1], on: stage, for: people[0])
      #expect(added.result == .added(people[1].account, contact, newOnForward: true, properties: .blank))
      let made = try await stage.store.change(.addGroup("Friends"), by: people[0].account, limits: ListLimits())
      let group = try await stage.wholeSnapshot(people[0]).groups[1]
      #expect(made.result == .group(group.number, group.guid))
      // They stay through everything that happens to the contact and the group.
      try await stage.make(
        [
          .nameContact(contact, try FriendlyName("Bobby")), .addToGroup(contact, group.guid),
          .add(people[1], to: .allow), .renameGroup(.guid(group.guid), "Family"),
        ], by: people[0])
      let after = try await stage.wholeSnapshot(people[0])
      #expect(after.contacts.map(\.guid) == [contact])
      #expect(after.contacts[0].storedName == (try FriendlyName("Bobby")))
      #expect(after.groups[1] == RosterSnapshot.Group(number: group.number, guid: group.guid, name: "Family"))
    }

    @Test("into a group, out of it and off the list", arguments: StoreKind.allCases)
    func groups(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      try await stage.make([.addGroup("a"), .addGroup("b"), .add(people[1], to: .forward)], by: people[0])
      let contact = try await guid(of: people[1], on: stage, for: people[0])
      let groups = try await stage.wholeSnapshot(people[0]).groups.map(\.guid)
      func shown() async throws -> [GUID] {
        let snapshot = try await stage.wholeSnapshot(people[0])
        return snapshot.contacts[0].guids(among: snapshot.groups)
      }
      #expect(try await shown() == [])
      #expect(
        try await stage.change(.addToGroup(contact, groups[1]), by: people[0]).result
          == .added(people[1].account, newOnForward: false, properties: .blank))
      #expect(try await shown() == [groups[1]])
      // In a group it is no longer in none, which clients before MSNP10 show as group 0.
      #expect(try await stage.snapshot(people[0]).forward == [try people[1].entry(groups: .number(1))])
      try await stage.make([.addToGroup(contact, groups[2])], by: people[0])
      #expect(try await shown() == [groups[1], groups[2]])
      for group in [groups[1], groups[2]] {
        #expect(
          try await stage.change(.removeContact(contact, group: group), by: people[0]).result
            == .removed(people[1].account, leftForward: false))
      }
      #expect(try await shown() == [])
      #expect(try await stage.snapshot(people[0]).forward == [try people[1].entry()])
      let left = try await stage.change(.removeContact(contact, group: nil), by: people[0])
      #expect(left.result == .removed(people[1].account, leftForward: true))
      #expect(left.notices == [Notice(people[1], 3, .reverseRemoved(people[0].handle))])
      #expect(try await stage.snapshot(people[0]).contacts == [])
    }

    @Test("a group that is removed leaves its members on the list", arguments: StoreKind.allCases)
    func groupRemoved(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      try await stage.make([.addGroup("a"), .add(people[1], to: .forward)], by: people[0])
      let contact = try await guid(of: people[1], on: stage, for: people[0])
      let group = try await stage.wholeSnapshot(people[0]).groups[1].guid
      try await stage.make([.addToGroup(contact, group), .removeGroup(.guid(group))], by: people[0])
      let snapshot = try await stage.wholeSnapshot(people[0])
      #expect(snapshot.contacts[0].guids(among: snapshot.groups) == [])
      #expect(snapshot.forward == [try people[1].entry(groups: .zero)])
      #expect(try await stage.refusal(.removeGroup(.name("a")), by: people[0]) == .noSuchGroup)
    }

    @Test("what is not there", arguments: StoreKind.allCases)
    func refusals(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob", "carol")
      try await stage.make(
        [.addGroup("a"), .add(people[1], to: .forward), .add(people[2], to: .allow)], by: people[0])
      try await stage.make([.addGroup("b")], by: people[1])
      let contact = try await guid(of: people[1], on: stage, for: people[0])
      let allowed = try await guid(of: people[2], on: stage, for: people[0])
      let group = try await stage.wholeSnapshot(people[0]).groups[1].guid
      let others = try await stage.wholeSnapshot(people[1]).groups[1].guid
      let name = try FriendlyName("x")
      let cases: [(RosterChange, RosterRefusal)] = [
        (.addToGroup(.any, group), .noSuchContact), (.addToGroup(allowed, group), .noSuchContact),
        (.addToGroup(contact, others), .noSuchGroup), (.addToGroup(contact, .any), .noSuchGroup),
        (.removeContact(.any, group: nil), .notOnList), (.removeContact(allowed, group: nil), .notOnList),
        (.removeContact(contact, group: others), .noSuchGroup), (.removeContact(contact, group: group), .notInGroup),
        (.nameContact(.any, name), .noSuchContact), (.nameContact(allowed, name), .noSuchContact),
        (.setNote(.any, .mobilePhone, "1"), .noSuchContact), (.renameGroup(.guid(others), "x"), .noSuchGroup),
        (.removeGroup(.guid(.any)), .noSuchGroup),
      ]
      let before = try await stage.version(people[0])
      for (change, refusal) in cases {
        #expect(try await stage.refusal(change, by: people[0]) == refusal, "\(change)")
      }
      try await stage.make([.addToGroup(contact, group)], by: people[0])
      #expect(try await stage.refusal(.addToGroup(contact, group), by: people[0]) == .alreadyThere)
      #expect(try await stage.version(people[0]) == before + 1)
      // A GUID is its owner's own.
      #expect(try await stage.refusal(.removeContact(contact, group: nil), by: people[1]) == .notOnList)
    }

    @Test("what is kept of a contact goes with the contact", arguments: StoreKind.allCases)
    func notes(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      try await stage.make([.add(people[1], to: .forward)], by: people[0])
      let contact = try await guid(of: people[1], on: stage, for: people[0])
      try await stage.make(
        [
          .setNote(contact, .mobilePhone, "1"), .setNote(contact, .hasSpace, "1"),
          .setNote(contact, .mobilePhone, "tel:+1555"),
        ], by: people[0])
      #expect(
        try await stage.snapshot(people[0]).contacts[0].notes == [.mobilePhone: "tel:+1555", .hasSpace: "1"])
      try await stage.make([.setNote(contact, .hasSpace, nil)], by: people[0])
      #expect(try await stage.snapshot(people[0]).contacts[0].notes == [.mobilePhone: "tel:+1555"])
      #expect(try await stage.version(people[0]) == 6)
      // Nobody else is told.
      #expect(try await stage.version(people[1]) == 2)
      try await stage.make([.removeContact(contact, group: nil), .add(people[1], to: .forward)], by: people[0])
      #expect(try await stage.snapshot(people[0]).contacts[0].notes == [:])
    }
  }
}
