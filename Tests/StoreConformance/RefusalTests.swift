import MSNP
import Roster
import Store
import Testing

/// One change that is refused, or goes through where `refusal` is nil.
///
/// The scene: alice has bob on FL in group 0, carol on AL, dave on BL, and the groups 0 and 1 ("Friends"). Erin is on
/// no list; nobody has no account.
struct RefusalCase: Sendable, CustomTestStringConvertible {
  let change: String
  let name: String
  var list = ContactList.forward
  var group: UInt8?
  /// No list and no set of groups may grow any more.
  var full = false
  let refusal: RosterRefusal?

  var testDescription: String {
    "\(change) \(list.rawValue) \(name) \(group.map { String($0) } ?? "-")\(full ? " full" : "")"
  }

  /// `ADD`, in the order of the reference, section 3.1: 205, 215, 219, 224, 210.
  static let adding: [RefusalCase] = [
    RefusalCase(change: "ADD", name: "nobody", group: 9, full: true, refusal: .noSuchAccount),
    RefusalCase(change: "ADD", name: "nobody", list: .allow, full: true, refusal: .noSuchAccount),
    RefusalCase(change: "ADD", name: "nobody", list: .block, full: true, refusal: .noSuchAccount),
    RefusalCase(change: "ADD", name: "bob", full: true, refusal: .alreadyThere),
    RefusalCase(change: "ADD", name: "bob", group: 0, full: true, refusal: .alreadyThere),
    RefusalCase(change: "ADD", name: "carol", list: .allow, full: true, refusal: .alreadyThere),
    RefusalCase(change: "ADD", name: "dave", list: .block, full: true, refusal: .alreadyThere),
    RefusalCase(change: "ADD", name: "dave", list: .allow, full: true, refusal: .onOppositeList),
    RefusalCase(change: "ADD", name: "carol", list: .block, full: true, refusal: .onOppositeList),
    RefusalCase(change: "ADD", name: "bob", group: 9, full: true, refusal: .noSuchGroup),
    RefusalCase(change: "ADD", name: "erin", group: 9, full: true, refusal: .noSuchGroup),
    RefusalCase(change: "ADD", name: "erin", group: 1, full: true, refusal: .listFull),
    RefusalCase(change: "ADD", name: "dave", full: true, refusal: .listFull),
    RefusalCase(change: "ADD", name: "erin", list: .allow, full: true, refusal: .listFull),
    RefusalCase(change: "ADD", name: "erin", list: .block, full: true, refusal: .listFull),
    RefusalCase(change: "ADD", name: "bob", group: 1, full: true, refusal: nil),
    RefusalCase(change: "ADD", name: "dave", refusal: nil),
    RefusalCase(change: "ADD", name: "bob", list: .block, refusal: nil),
  ]

  /// `REM`, section 3.3: 205, 216, 224, 225.
  static let removing: [RefusalCase] = [
    RefusalCase(change: "REM", name: "nobody", group: 9, refusal: .noSuchAccount),
    RefusalCase(change: "REM", name: "nobody", list: .block, refusal: .noSuchAccount),
    RefusalCase(change: "REM", name: "erin", group: 9, refusal: .notOnList),
    RefusalCase(change: "REM", name: "carol", group: 9, refusal: .notOnList),
    RefusalCase(change: "REM", name: "bob", list: .allow, refusal: .notOnList),
    RefusalCase(change: "REM", name: "carol", list: .block, refusal: .notOnList),
    RefusalCase(change: "REM", name: "bob", group: 9, refusal: .noSuchGroup),
    RefusalCase(change: "REM", name: "bob", group: 1, refusal: .notInGroup),
    RefusalCase(change: "REM", name: "bob", group: 0, refusal: nil),
    RefusalCase(change: "REM", name: "dave", list: .block, refusal: nil),
  ]

  /// Sections 4 to 6.
  static let others: [RefusalCase] = [
    RefusalCase(change: "REA", name: "nobody", refusal: .notOnList),
    RefusalCase(change: "REA", name: "carol", refusal: .notOnList),
    RefusalCase(change: "REA", name: "bob", refusal: nil),
    RefusalCase(change: "BLP", name: "AL", refusal: .alreadyInMode),
    RefusalCase(change: "BLP", name: "BL", refusal: nil),
    RefusalCase(change: "GTC", name: "A", refusal: .alreadyInMode),
    RefusalCase(change: "GTC", name: "N", refusal: nil),
    RefusalCase(change: "ADG", name: "Friends", full: true, refusal: .groupExists),
    RefusalCase(change: "ADG", name: "Family", full: true, refusal: .tooManyGroups),
    RefusalCase(change: "ADG", name: "Family", refusal: nil),
    RefusalCase(change: "REG", name: "Friends", group: 9, refusal: .noSuchGroup),
    RefusalCase(change: "REG", name: "Friends", group: 0, refusal: .groupExists),
    RefusalCase(change: "REG", name: "Friends", group: 1, refusal: nil),
    RefusalCase(change: "REG", name: "Other Contacts", group: 0, refusal: nil),
    RefusalCase(change: "RMG", name: "", group: 0, refusal: .groupZero),
    RefusalCase(change: "RMG", name: "", group: 9, refusal: .noSuchGroup),
    RefusalCase(change: "RMG", name: "", group: 1, refusal: nil),
  ]

  func rosterChange() throws -> RosterChange {
    let number = try group.map(GroupNumber.number)
    return switch change {
    case "ADD": .add(list, try .named(name), try .named(name), group: number)
    case "REM": .remove(list, try .named(name), group: number)
    case "REA": .renameContact(try .named(name), try FriendlyName("Renamed"))
    case "BLP": .setPrivacyMode(try #require(PrivacyMode(rawValue: name)))
    case "GTC": .setReversePrompt(try #require(ReversePrompt(rawValue: name)))
    case "ADG": .addGroup(name)
    case "REG": .renameGroup(.number(try #require(number)), name)
    default: .removeGroup(.number(try #require(number)))
    }
  }
}

extension EveryStore {
  @Suite("Refusals")
  struct Refusals {
    @Test(
      "Refusals come in the order of the reference and change nothing", arguments: StoreKind.allCases,
      RefusalCase.adding + RefusalCase.removing + RefusalCase.others)
    func order(kind: StoreKind, refused: RefusalCase) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob", "carol", "dave", "erin")
      let alice = people[0]
      try await stage.make(
        [
          .addGroup("Friends"), .add(people[1], to: .forward), .add(people[2], to: .allow),
          .add(people[3], to: .block),
        ], by: alice)
      let before = try await snapshots(of: people, on: stage)
      let limits = refused.full ? ListLimits(forward: 1, allow: 1, block: 1, groups: 2) : ListLimits()
      #expect(try await stage.refusal(try refused.rosterChange(), by: alice, limits: limits) == refused.refusal)
      if refused.refusal == nil {
        #expect(try await stage.version(alice) == 6)
      } else {
        #expect(try await snapshots(of: people, on: stage) == before)
      }
    }

    @Test("A list that is longer than the limit is not cut", arguments: StoreKind.allCases)
    func longer(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people("alice", "bob", "carol", "dave")
      for person in people[1...2] { try await stage.change(.add(person, to: .forward), by: people[0]) }
      let limits = ListLimits(forward: 1)
      #expect(try await stage.refusal(.add(people[3], to: .forward), by: people[0], limits: limits) == .listFull)
      #expect(try await stage.refusal(.setPrivacyMode(.block), by: people[0], limits: limits) == nil)
      #expect(
        try await stage.snapshot(people[0]).forward
          == [people[1].entry(groups: .zero), people[2].entry(groups: .zero)])
    }

    @Test("The limit is the last that goes in", arguments: StoreKind.allCases, [ContactList.forward, .allow, .block])
    func limit(kind: StoreKind, list: ContactList) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people((0...5).map { "user\($0)" })
      let limits = ListLimits(forward: 4, allow: 4, block: 4)
      for person in people[1...4] {
        #expect(try await stage.refusal(.add(person, to: list), by: people[0], limits: limits) == nil)
      }
      #expect(try await stage.refusal(.add(people[5], to: list), by: people[0], limits: limits) == .listFull)
      #expect(try await stage.snapshot(people[0]).entries(of: list).map(\.handle) == people[1...4].map(\.handle))
      try await stage.change(.remove(people[2], from: list), by: people[0])
      #expect(try await stage.refusal(.add(people[5], to: list), by: people[0], limits: limits) == nil)
    }

    private func snapshots(of people: [Person], on stage: Stage) async throws -> [RosterSnapshot] {
      var snapshots: [RosterSnapshot] = []
      for person in people { snapshots.append(try await stage.snapshot(person)) }
      return snapshots
    }
  }
}
