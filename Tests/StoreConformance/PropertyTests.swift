import MSNP
import Roster
import Store
import Testing

extension EveryStore {
  /// Section 6 of the reference: who is told of phone numbers, and when.
  @Suite("Properties")
  struct Properties {
    @Test("PRP is kept, cleared by nil, and an empty number is none", arguments: StoreKind.allCases)
    func kept(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try await stage.people("alice")[0]
      #expect(
        try await stage.change(.setProperty(.homePhone, "1 (555) 555-0100"), by: alice)
          == ChangeOutcome(version: ListVersion(2), result: .property("1 (555) 555-0100")))
      try await stage.make([.setProperty(.workPhone, "2"), .setProperty(.mobilePhone, "3")], by: alice)
      #expect(
        try await stage.snapshot(alice).properties
          == ContactProperties([.homePhone: "1 (555) 555-0100", .workPhone: "2", .mobilePhone: "3"]))
      try await stage.make([.setProperty(.homePhone, nil), .setProperty(.workPhone, "")], by: alice)
      #expect(try await stage.snapshot(alice).properties == ContactProperties([.mobilePhone: "3"]))
      #expect(try await stage.version(alice) == 6)
    }

    @Test("A switch that is neither Y nor N is stored as N", arguments: StoreKind.allCases)
    func switches(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try await stage.people("alice")[0]
      try await stage.make([.setProperty(.mobileEnabled, "Y"), .setProperty(.mobileAllowed, "Y")], by: alice)
      #expect(try await stage.snapshot(alice).properties[.mobileAllowed] == "Y")
      try await stage.make([.setProperty(.mobileAllowed, "maybe")], by: alice)
      #expect(try await stage.snapshot(alice).properties.stored[.mobileAllowed] == "N")
      try await stage.make([.setProperty(.mobileAllowed, "Y"), .setProperty(.mobileEnabled, "y")], by: alice)
      #expect(try await stage.snapshot(alice).properties.stored[.mobileEnabled] == "N")
      #expect(try await stage.snapshot(alice).properties[.mobileAllowed] == "N")
    }

    /// Whether bob is told when alice sets a number, by what alice has of him and he of her.
    static let audience: [(alice: ContactList?, bob: ContactList?, told: Bool)] = [
      (nil, nil, false), (nil, .forward, false), (nil, .allow, false),
      (.allow, nil, false), (.allow, .forward, true), (.allow, .allow, false), (.allow, .block, false),
      (.block, .forward, false), (.forward, .forward, false), (.forward, nil, false),
    ]

    @Test("Only who has me on FL and is on my AL is told", arguments: StoreKind.allCases, audience.indices)
    func watchers(kind: StoreKind, row: Int) async throws {
      let stage = try Stage(kind)
      let expected = Self.audience[row]
      let people = try await stage.people("alice", "bob")
      let (alice, bob) = (people[0], people[1])
      if let list = expected.alice { try await stage.change(.add(bob, to: list), by: alice) }
      if let list = expected.bob { try await stage.change(.add(alice, to: list), by: bob) }
      let version = try await stage.version(bob)
      let outcome = try await stage.change(.setProperty(.workPhone, "555"), by: alice)
      let news = Notice.News.properties(alice.handle, [.workPhone], ContactProperties([.workPhone: "555"]))
      #expect(outcome.notices == (expected.told ? [Notice(bob, version + 1, news)] : []))
      #expect(try await stage.version(bob) == version + (expected.told ? 1 : 0))
      let seen = try await stage.snapshot(bob).forwardProperties
      let shown = expected.told ? ContactProperties([.workPhone: "555"]) : .blank
      #expect(seen == (expected.bob == .forward ? [shown] : []))
    }

    @Test("MOB is news when others read another value, MBE itself never", arguments: StoreKind.allCases)
    func mobile(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let (alice, bob) = try await acquainted(on: stage)
      func told(_ property: ContactProperty, _ value: String?) async throws -> [Notice] {
        try await stage.change(.setProperty(property, value), by: alice).notices
      }
      #expect(try await told(.mobileAllowed, "Y") == [])
      var properties = ContactProperties([.mobileAllowed: "Y", .mobileEnabled: "Y"])
      #expect(
        try await told(.mobileEnabled, "Y")
          == [Notice(bob, 3, .properties(alice.handle, [.mobileAllowed], properties))])
      #expect(try await told(.mobileEnabled, "Y") == [])
      #expect(try await told(.mobileAllowed, "Y") == [])
      properties[.mobileEnabled] = nil
      #expect(
        try await told(.mobileEnabled, nil)
          == [Notice(bob, 4, .properties(alice.handle, [.mobileAllowed], properties))])
      #expect(try await told(.mobileAllowed, nil) == [])
      #expect(try await stage.version(bob) == 4)
      #expect(try await stage.version(alice) == 9)
    }

    @Test("A number that stays the same is no news; one that is cleared is", arguments: StoreKind.allCases)
    func unchanged(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let (alice, bob) = try await acquainted(on: stage)
      try await stage.make([.setProperty(.homePhone, "1")], by: alice)
      #expect(
        try await stage.change(.setProperty(.homePhone, "1"), by: alice)
          == ChangeOutcome(version: ListVersion(5), result: .property("1")))
      #expect(
        try await stage.change(.setProperty(.homePhone, nil), by: alice)
          == ChangeOutcome(
            version: ListVersion(6), result: .property(nil),
            notices: [Notice(bob, 4, .properties(alice.handle, [.homePhone], .blank))]))
    }

    @Test("Putting on the allow list shows everything, taking off blanks it", arguments: StoreKind.allCases)
    func disclosed(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      let (alice, bob) = (people[0], people[1])
      try await stage.make([.add(alice, to: .forward)], by: bob)
      try await stage.make([.setProperty(.homePhone, "1"), .setProperty(.mobilePhone, "3")], by: alice)
      let properties = ContactProperties([.homePhone: "1", .mobilePhone: "3"])
      #expect(
        try await stage.change(.add(bob, to: .allow), by: alice)
          == ChangeOutcome(
            version: ListVersion(5), result: .added(bob.account, newOnForward: false, properties: .blank),
            notices: [
              Notice(
                bob, 3, .properties(alice.handle, [.homePhone, .workPhone, .mobilePhone, .mobileAllowed], properties))
            ]))
      #expect(try await stage.snapshot(bob).forwardProperties == [properties])
      #expect(
        try await stage.change(.remove(bob, from: .allow), by: alice)
          == ChangeOutcome(
            version: ListVersion(6), result: .removed(bob.account, leftForward: false),
            notices: [
              Notice(bob, 4, .properties(alice.handle, [.homePhone, .workPhone, .mobilePhone, .mobileAllowed], .blank))
            ]))
      #expect(try await stage.snapshot(bob).forwardProperties == [.blank])
      #expect(try await stage.version(bob) == 4)
    }

    @Test("Nothing to show is nothing to tell", arguments: StoreKind.allCases)
    func nothingToTell(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob", "carol")
      let (alice, bob, carol) = (people[0], people[1], people[2])
      try await stage.make([.add(alice, to: .forward)], by: bob)
      // MOB reads N as long as there is no device.
      try await stage.make([.setProperty(.mobileAllowed, "Y")], by: alice)
      for change in [RosterChange.add(bob, to: .allow), .remove(bob, from: .allow)] {
        #expect(try await stage.change(change, by: alice).notices == [])
      }
      // Carol does not have alice on her forward list.
      try await stage.make([.setProperty(.homePhone, "1")], by: alice)
      for change in [RosterChange.add(carol, to: .allow), .remove(carol, from: .allow)] {
        #expect(try await stage.change(change, by: alice).notices == [])
      }
      #expect(try await stage.version(bob) == 2)
      #expect(try await stage.version(carol) == 1)
    }

    @Test("ADD FL brings what the contact lets the adder see", arguments: StoreKind.allCases, [true, false])
    func adding(kind: StoreKind, isAllowed: Bool) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob")
      let (alice, bob) = (people[0], people[1])
      try await stage.make([.setProperty(.homePhone, "1"), .add(alice, to: isAllowed ? .allow : .block)], by: bob)
      let properties = isAllowed ? ContactProperties([.homePhone: "1"]) : .blank
      #expect(
        try await stage.change(.add(bob, to: .forward), by: alice).result
          == .added(bob.account, newOnForward: true, properties: properties))
      #expect(try await stage.snapshot(alice).forwardProperties == [properties])
    }

    @Test("Each of many watchers is told once, in ascending order", arguments: StoreKind.allCases)
    func manyWatchers(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people(["alice"] + (1...40).map { "user\($0)" })
      _ = try await stage.store.makeMutual(people.dropFirst().map { (people[0].handle, $0.handle) })
      let versions = Dictionary(
        uniqueKeysWithValues: try await stage.store.accounts(after: nil, limit: 100).map {
          ($0.account, $0.listVersion.rawValue)
        })
      let news = Notice.News.properties(
        people[0].handle, [.homePhone], ContactProperties([.homePhone: "1"]))
      let notices = try people.dropFirst().map { Notice($0, try #require(versions[$0.account]) + 1, news) }
      #expect(try await stage.change(.setProperty(.homePhone, "1"), by: people[0]).notices == notices)
    }

    @Test("The reply tells what a switch reads, not what was asked for", arguments: StoreKind.allCases)
    func effectiveValue(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try await stage.people("alice")[0]
      let steps: [(ContactProperty, String, String)] = [
        (.mobileAllowed, "Y", "N"), (.mobileEnabled, "Y", "Y"), (.mobileAllowed, "Y", "Y"),
        (.mobileAllowed, "maybe", "N"),
      ]
      for (property, asked, kept) in steps {
        #expect(try await stage.change(.setProperty(property, asked), by: alice).result == .property(kept))
      }
    }

    @Test("Who has himself on FL and AL is told after his reply", arguments: StoreKind.allCases)
    func oneself(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try await stage.people("alice")[0]
      try await stage.make([.add(alice, to: .forward), .add(alice, to: .allow)], by: alice)
      let news = Notice.News.properties(alice.handle, [.homePhone], ContactProperties([.homePhone: "1"]))
      #expect(
        try await stage.change(.setProperty(.homePhone, "1"), by: alice)
          == ChangeOutcome(version: ListVersion(5), result: .property("1"), notices: [Notice(alice, 6, news)]))
      #expect(try await stage.version(alice) == 6)
    }

    /// Alice has bob on AL, bob has alice on FL. Versions: alice 3, bob 2.
    private func acquainted(on stage: Stage) async throws -> (alice: Person, bob: Person) {
      let people = try await stage.people("alice", "bob")
      try await stage.make([.add(people[0], to: .forward)], by: people[1])
      try await stage.make([.add(people[1], to: .allow)], by: people[0])
      return (people[0], people[1])
    }
  }
}
