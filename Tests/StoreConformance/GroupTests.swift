import MSNP
import Roster
import Store
import Testing

extension EveryStore {
  @Suite("Groups")
  struct Groups {
    private typealias Group = RosterSnapshot.Group

    @Test("ADG gives the smallest free number; names stay as they are", arguments: StoreKind.allCases)
    func adding(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try await stage.people("alice")[0]
      let (one, two, three) = try (GroupNumber.number(1), GroupNumber.number(2), GroupNumber.number(3))
      for (version, group, name) in [(2, one, "Friends"), (3, two, "Fämily % 20"), (4, three, "c")] {
        #expect(
          try await stage.change(.addGroup(name), by: alice)
            == ChangeOutcome(version: ListVersion(UInt32(version)), result: .group(group)))
      }
      #expect(
        try await stage.change(.removeGroup(.number(two)), by: alice)
          == ChangeOutcome(version: ListVersion(5), result: .group(two)))
      #expect(
        try await stage.change(.addGroup("Second"), by: alice)
          == ChangeOutcome(version: ListVersion(6), result: .group(two)))
      #expect(
        try await stage.change(.renameGroup(.zero, "Other Contacts"), by: alice)
          == ChangeOutcome(version: ListVersion(7), result: .group(.zero)))
      #expect(
        try await stage.snapshot(alice).groups == [
          Group(number: .zero, name: "Other Contacts"), Group(number: one, name: "Friends"),
          Group(number: two, name: "Second"), Group(number: three, name: "c"),
        ])
    }

    @Test("Thirty groups, group 0 included, and no more", arguments: StoreKind.allCases)
    func thirty(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try await stage.people("alice")[0]
      for number in 1...29 { try await stage.change(.addGroup("Group \(number)"), by: alice) }
      #expect(try await stage.refusal(.addGroup("Group 30"), by: alice) == .tooManyGroups)
      let wide = ListLimits(groups: 100)
      #expect(try await stage.refusal(.addGroup("Group 30"), by: alice, limits: wide) == .tooManyGroups)
      #expect(
        try await stage.snapshot(alice).groups.map(\.name) == ["~"] + (1...29).map { "Group \($0)" })
    }

    @Test("RMG moves who was in no other group to group 0", arguments: StoreKind.allCases)
    func removing(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob", "carol", "dave")
      let (one, two) = try (GroupNumber.number(1), GroupNumber.number(2))
      try await stage.make(
        [
          .addGroup("Friends"), .addGroup("Family"), .add(people[1], to: .forward, group: one),
          .add(people[2], to: .forward, group: one), .add(people[2], to: .forward, group: two),
          .add(people[3], to: .forward, group: two),
        ], by: people[0])
      #expect(
        try await stage.change(.removeGroup(.number(one)), by: people[0])
          == ChangeOutcome(version: ListVersion(8), result: .group(one)))
      let snapshot = try await stage.snapshot(people[0])
      #expect(snapshot.groups == [Group(number: .zero, name: "~"), Group(number: two, name: "Family")])
      #expect(
        snapshot.forward == [
          try people[1].entry(groups: .zero), try people[2].entry(groups: two), try people[3].entry(groups: two),
        ])
      #expect(try await stage.version(people[1]) == 2)
    }

    @Test("Groups are the account's own", arguments: StoreKind.allCases)
    func separate(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      try await stage.make([.addGroup("Friends")], by: people[0])
      try await stage.make([.addGroup("Friends"), .addGroup("Family")], by: people[1])
      try await stage.make([.removeGroup(try .numbered(1))], by: people[1])
      let friends = Group(number: try .number(1), name: "Friends")
      #expect(try await stage.snapshot(people[0]).groups == [Group(number: .zero, name: "~"), friends])
      let family = Group(number: try .number(2), name: "Family")
      #expect(try await stage.snapshot(people[1]).groups == [Group(number: .zero, name: "~"), family])
    }
  }
}
