import Foundation
import MSNP
import Roster
import Store
import Testing

/// Every behaviour that any store has to show.
@Suite("Every store")
enum EveryStore {}

/// An empty store of one kind, and the words the tests are written in.
struct Stage: Sendable {
  let folder: TemporaryFolder
  let store: any StoreUnderTest

  init(_ kind: StoreKind) throws { try self.init(kind, in: TemporaryFolder()) }

  /// On a folder that outlives the stage.
  init(_ kind: StoreKind, in folder: TemporaryFolder) throws {
    self.folder = folder
    store = try kind.open(in: folder.url)
  }

  /// Makes an account for each name: `alice` is `alice@example.com`, called `Alice`.
  func people(_ names: String...) async throws -> [Person] { try await people(names) }

  func people(_ names: [String]) async throws -> [Person] {
    let accounts = try names.map { NewAccount(handle: try .named($0), name: try .named($0), passwordHash: "hash") }
    let made = try await store.create(accounts)
    return try accounts.map {
      Person(account: try #require(made[$0.handle]), handle: $0.handle, name: $0.name)
    }
  }

  /// Without the GUIDs; see ``GUID/any``.
  func snapshot(_ person: Person) async throws -> RosterSnapshot { try await wholeSnapshot(person).withoutGUIDs }

  func wholeSnapshot(_ person: Person) async throws -> RosterSnapshot {
    try #require(try await store.snapshot(of: person.account))
  }

  func version(_ person: Person) async throws -> UInt32 {
    try #require(try await store.account(person.handle)).listVersion.rawValue
  }

  /// Makes a change that has to succeed; answers without the GUIDs.
  @discardableResult
  func change(
    _ change: RosterChange, by person: Person, limits: ListLimits = ListLimits()
  ) async throws -> ChangeOutcome {
    try await store.change(change, by: person.account, limits: limits).withoutGUIDs
  }

  /// Makes changes that only set the scene.
  func make(_ changes: [RosterChange], by person: Person) async throws {
    for change in changes { try await self.change(change, by: person) }
  }

  /// Why a change was refused; nil if it was not.
  func refusal(
    _ change: RosterChange, by person: Person, limits: ListLimits = ListLimits()
  ) async throws -> RosterRefusal? {
    do {
      try await self.change(change, by: person, limits: limits)
      return nil
    } catch ChangeFailure.refused(let refusal) {
      return refusal
    }
  }
}

/// An account of a test.
struct Person: Hashable, Sendable {
  let account: AccountID
  let handle: UserHandle
  let name: FriendlyName

  /// As somebody's list shows them.
  func entry(_ name: String? = nil, groups: GroupNumber...) throws -> ListEntry {
    ListEntry(handle: handle, name: try name.map { try FriendlyName($0) } ?? self.name, groups: GroupSet(groups))
  }
}

extension RosterChange {
  /// Adds a person under the name they have.
  static func add(_ person: Person, to list: ContactList, group: GroupNumber? = nil) -> RosterChange {
    .add(list, person.handle, person.name, group: group)
  }

  static func remove(_ person: Person, from list: ContactList, group: GroupNumber? = nil) -> RosterChange {
    .remove(list, person.handle, group: group)
  }
}

extension Notice {
  init(_ person: Person, _ version: UInt32, _ news: News) {
    self.init(account: person.account, version: ListVersion(version), news: news)
  }
}

extension UserHandle {
  static func named(_ name: String) throws -> UserHandle { try #require(UserHandle("\(name)@example.com")) }
}

extension FriendlyName {
  static func named(_ name: String) throws -> FriendlyName { try FriendlyName(name.capitalized) }
}

extension GroupReference {
  static let zero = GroupReference.number(.zero)
  static func numbered(_ number: UInt8) throws -> GroupReference { .number(try .number(number)) }
}

extension GroupNumber {
  static func number(_ number: UInt8) throws -> GroupNumber { try #require(GroupNumber(number)) }
}
