import MSNP
import Roster
import Store
import Testing

extension EveryStore {
  @Suite("Snapshots")
  struct Snapshots {
    @Test("600 on FL, 600 on AL, 1,000 on RL", .timeLimit(.minutes(2)), arguments: StoreKind.allCases)
    func large(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people(["alice"] + (1...1_000).map { "user\($0)" })
      let alice = people[0]
      let (friends, others) = (people[1...600], people[601...])
      #expect(others.count == 400)
      _ = try await stage.store.makeMutual(friends.map { (alice.handle, $0.handle) })
      try await withThrowingTaskGroup(of: Void.self) { group in
        for person in others { group.addTask { try await stage.change(.add(alice, to: .forward), by: person) } }
        try await group.waitForAll()
      }
      let snapshot = try await stage.snapshot(alice)
      #expect(snapshot.forward == (try friends.map { try $0.entry(groups: .zero) }))
      #expect(snapshot.allow == (try friends.map { try $0.entry() }))
      #expect(snapshot.reverse == (try people.dropFirst().map { try $0.entry() }))
      #expect(snapshot.block.isEmpty)
      #expect(snapshot.forwardProperties == Array(repeating: .blank, count: 600))
      // FL, AL and the notice for each friend, the notice alone for each other.
      #expect(snapshot.version.rawValue == 1 + 3 * 600 + 400)
      let session = try #require(try await stage.store.sessionRoster(of: alice.account))
      #expect(session.forward == AccountSet(friends.map(\.account)))
      #expect(session.privacy.allowed == AccountSet(friends.map(\.account)))
    }

    @Test("Each contact's properties stand beside the contact", arguments: StoreKind.allCases)
    func properties(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob", "carol", "dave", "erin")
      for (index, person) in people.enumerated().dropFirst() {
        try await stage.make([.setProperty(.homePhone, "\(index)")], by: person)
        // Bob allows alice, carol has her on no list, dave blocks her, erin allows her.
        if index != 2 { try await stage.make([.add(people[0], to: index == 3 ? .block : .allow)], by: person) }
      }
      try await stage.make([4, 3, 2, 1].map { .add(people[$0], to: .forward) }, by: people[0])
      let snapshot = try await stage.snapshot(people[0])
      #expect(snapshot.forward.map(\.handle) == people[1...].map(\.handle))
      #expect(
        snapshot.forwardProperties == [
          ContactProperties([.homePhone: "1"]), .blank, .blank, ContactProperties([.homePhone: "4"]),
        ])
    }
  }
}
