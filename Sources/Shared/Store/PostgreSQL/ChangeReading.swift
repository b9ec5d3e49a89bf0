import MSNP
import PostgreSQL
import Roster
import Store

// What a change locks and reads, in one round trip.
//
// Every statement sees what was committed when it began (READ COMMITTED), so those behind the locking one read what is
// true under its locks. FOR NO KEY UPDATE lets foreign keys be checked meanwhile; only deleting an account excludes
// that, which is why a row about somebody is written under the lock of that account too.
extension RosterChange {
  func opening(by owner: AccountID) -> [Query] {
    let by = Parameter.account(owner)
    switch self {
    case .add(let list, let handle, _, _, _):
      return RosterChange.meeting(owner, handle, counting: list) + [Query(.groups, [by])]
    case .remove(let list, let handle, _):
      return RosterChange.meeting(owner, handle, counting: list) + [Query(.groups, [by])]
    case .renameContact(let handle, _), .accept(let handle), .endPending(let handle):
      return RosterChange.meeting(owner, handle, counting: .forward)
    case .addToGroup(let guid, _), .removeContact(let guid, _):
      return RosterChange.meeting(owner, guid) + [Query(.groups, [by])]
    case .nameContact(let guid, _), .setNote(let guid, _, _): return RosterChange.meeting(owner, guid)
    case .rename, .setPrivacyMode, .setReversePrompt: return [Query(.lockOwner, [by])]
    case .setProperty:
      return [Query(.lockWatched, [by]), Query(.watchers, [by]), Query(.properties, [by, .null])]
    case .addGroup, .renameGroup: return [Query(.lockOwner, [by]), Query(.groups, [by])]
    case .removeGroup: return [Query(.lockOwner, [by]), Query(.groups, [by]), Query(.members, [by])]
    }
  }

  private static func meeting(_ owner: AccountID, _ handle: UserHandle, counting list: ContactList) -> [Query] {
    let pair = [Parameter.account(owner), .handle(handle)]
    return [
      Query(.lockPair, pair), Query(.bond, pair + [.list(list)]), Query(.properties, pair),
    ]
  }

  private static func meeting(_ owner: AccountID, _ guid: GUID) -> [Query] {
    let pair = [Parameter.account(owner), .text(guid.description)]
    return [Query(.lockContact, pair), Query(.bondByGUID, pair), Query(.propertiesByGUID, pair)]
  }

  /// The scene from the results of `opening`; nil when it is not all locked.
  func scene(of owner: AccountID, _ results: [QueryResult]) throws -> ChangeScene? {
    let accounts = try results[0].map(AccountFacts.init)
    guard let facts = accounts.first(where: { $0.account == owner }) else { throw StoreFailure("\(owner) is gone") }
    var scene = ChangeScene(owner: facts)
    switch self {
    case .add(_, let handle, _, _, _), .remove(_, let handle, _):
      try scene.meet(accounts.first { $0.handle == handle }, results)
      scene.groups = try GroupCatalog(results[3])
    case .addToGroup, .removeContact:
      try scene.meetContact(among: accounts, results)
      scene.groups = try GroupCatalog(results[3])
    case .nameContact, .setNote: try scene.meetContact(among: accounts, results)
    case .renameContact(let handle, _), .accept(let handle), .endPending(let handle):
      try scene.meet(accounts.first { $0.handle == handle }, results)
    case .rename, .setPrivacyMode, .setReversePrompt: break
    case .setProperty:
      scene.watchers = try results[1].map { try $0.account(0) }
      scene.properties = try [AccountID: ContactProperties](results[2])[owner] ?? .blank
      guard Set(scene.watchers).isSubset(of: accounts.map(\.account)) else { return nil }
    case .addGroup, .renameGroup: scene.groups = try GroupCatalog(results[1])
    case .removeGroup:
      scene.groups = try GroupCatalog(results[1])
      for row in results[2] { scene.members[try row.account(0)] = try row.contact(1) }
    }
    return scene
  }
}

extension ChangeScene {
  /// The contact that a GUID named when the accounts were locked, if it still does. A contact may be oneself.
  fileprivate mutating func meetContact(among accounts: [AccountFacts], _ results: [QueryResult]) throws {
    guard let number = try results[1].first?.account(8) else { return }
    try meet(accounts.first { $0.account == number }, results)
  }

  fileprivate mutating func meet(_ other: AccountFacts?, _ results: [QueryResult]) throws {
    guard let other else { return }
    self.other = other
    guard let bond = results[1].first else { return }
    contact = try bond.contact(0)
    let theirs = try bond.optionalText(5) == nil ? ListMembership() : bond.lists(5)
    otherHasOwner = theirs.contains(.forward)
    otherAllowsOwner = theirs.contains(.allow)
    otherHasDecided = !theirs.isDisjoint(with: [.allow, .block])
    answered = try bond.pending(6)
    count = try bond.integer(7)
    let properties = try [AccountID: ContactProperties](results[2])
    self.properties = properties[owner.account] ?? .blank
    otherProperties = properties[other.account] ?? .blank
  }
}

extension Statement {
  static let lockOwner = Statement(
    "lock owner", "SELECT \(AccountFacts.columns) FROM account WHERE id = $1::bigint FOR NO KEY UPDATE")

  static let lockPair = Statement(
    "lock pair",
    """
    SELECT \(AccountFacts.columns) FROM account WHERE id = $1::bigint OR handle = $2::text
    ORDER BY id FOR NO KEY UPDATE
    """)

  /// The owner, and who is told of its properties.
  static let lockWatched = Statement(
    "lock watched",
    """
    SELECT \(AccountFacts.columns) FROM account
    WHERE id = $1::bigint OR id IN (
      SELECT theirs.owner FROM contact theirs
      JOIN contact mine ON mine.owner = theirs.contact AND mine.contact = theirs.owner AND mine.lists & 2 <> 0
      WHERE theirs.contact = $1::bigint AND theirs.lists & 1 <> 0)
    ORDER BY id FOR NO KEY UPDATE
    """)

  static let watchers = Statement(
    "watchers",
    """
    SELECT theirs.owner FROM contact theirs
    JOIN contact mine ON mine.owner = theirs.contact AND mine.contact = theirs.owner AND mine.lists & 2 <> 0
    WHERE theirs.contact = $1::bigint AND theirs.lists & 1 <> 0 ORDER BY theirs.owner
    """)

  /// What two have of each other, and how many the first has on a list.
  static let bond = Statement(
    "bond",
    """
    SELECT mine.lists, mine.groups, mine.name, mine.guid, mine.pending, theirs.lists, theirs.pending,
      (SELECT count(*) FROM contact WHERE owner = $1::bigint AND lists & $3::integer <> 0)
    FROM account other
    LEFT JOIN contact mine ON mine.owner = $1::bigint AND mine.contact = other.id
    LEFT JOIN contact theirs ON theirs.owner = other.id AND theirs.contact = $1::bigint
    WHERE other.handle = $2::text
    """)

  /// The owner, and whom a contact of that GUID is.
  static let lockContact = Statement(
    "lock contact",
    """
    SELECT \(AccountFacts.columns) FROM account
    WHERE id = $1::bigint OR id = (SELECT contact FROM contact WHERE owner = $1::bigint AND guid = $2::uuid)
    ORDER BY id FOR NO KEY UPDATE
    """)

  static let bondByGUID = Statement(
    "bond by GUID",
    """
    SELECT mine.lists, mine.groups, mine.name, mine.guid, mine.pending, theirs.lists, theirs.pending, 0, mine.contact
    FROM contact mine LEFT JOIN contact theirs ON theirs.owner = mine.contact AND theirs.contact = mine.owner
    WHERE mine.owner = $1::bigint AND mine.guid = $2::uuid
    """)

  static let propertiesByGUID = Statement(
    "properties by GUID",
    """
    SELECT owner, key, value FROM property
    WHERE owner = $1::bigint OR owner = (SELECT contact FROM contact WHERE owner = $1::bigint AND guid = $2::uuid)
    """)

  static let groups = Statement("groups", "SELECT number, name, guid FROM contact_group WHERE owner = $1::bigint")

  /// Those of an account and, if a handle is given, of another.
  static let properties = Statement(
    "properties",
    """
    SELECT owner, key, value FROM property
    WHERE owner = $1::bigint OR owner = (SELECT id FROM account WHERE handle = $2::text)
    """)

  static let members = Statement(
    "members",
    "SELECT contact, lists, groups, name, guid, pending FROM contact WHERE owner = $1::bigint AND groups <> 0")
}
