import MSNP
import PostgreSQL
import Roster
import Store

// What operators do that reaches into other accounts' lists.
extension PostgreSQLStore {
  public func remove(_ handle: UserHandle) async throws -> (account: AccountID, notices: [Notice])? {
    let by = Parameter.handle(handle)
    let opening = [Query(.longWait), Query(.lockLeaver, [by]), Query(.leaverBonds, [by])]
    return try await transaction(
      Transaction(opening: opening, patience: Patience.long) { results in
        let accounts = try results[1].map(AccountFacts.init)
        guard let leaver = accounts.first(where: { $0.handle == handle })?.account else { return .nothing(nil) }
        var versions = VersionLedger(accounts)
        var notices: [Notice] = []
        for row in results[2] {
          let affected = try row.account(0)
          guard accounts.contains(where: { $0.account == affected }) else { return .again }
          guard affected != leaver else { continue }
          let version = try versions.raise(affected)
          let lists = try row.lists(2)
          if !lists.isEmpty {
            let news = Notice.News.unlisted(lists, leaver, handle, try row.guid(3))
            notices.append(Notice(account: affected, version: version, news: news))
          }
          guard row.isTrue(1) else { continue }
          notices.append(Notice(account: affected, version: version, news: .reverseRemoved(handle)))
        }
        let writes = [versions.query, Query.notices(notices), Query(.deleteAccount, [.account(leaver)])]
        return .commit(writes, raising: versions.raised, (leaver, notices))
      })
  }

  public func makeMutual(
    _ pairs: [(UserHandle, UserHandle)]
  ) async throws -> (notices: [Notice], unknown: Set<UserHandle>) {
    let handles = Set(pairs.flatMap { [$0.0, $0.1] })
    let named = Parameter.texts(handles.map(\.text))
    let opening = [
      Query(.longWait), Query(.lockHandles, [named]), Query(.bondsAmong, [named]), Query(.propertiesAmong, [named]),
    ]
    return try await transaction(
      Transaction(opening: opening, patience: Patience.long) { results in
        var circle = try Circle(accounts: results[1], contacts: results[2], properties: results[3])
        for (one, other) in pairs where one != other { try circle.befriend(one, other) }
        let unknown = handles.filter { circle.accounts[$0] == nil }
        let writes = Query.contacts(circle.written) + [circle.versions.query, Query.notices(circle.notices)]
        return .commit(writes, raising: circle.versions.raised, (circle.notices, unknown))
      })
  }
}

/// Accounts under lock with all they have of each other, in which many changes are made before they are written.
private struct Circle {
  let accounts: [UserHandle: AccountFacts]
  private var contacts: [ContactKey: ContactRecord] = [:]
  private let properties: [AccountID: ContactProperties]
  private(set) var versions: VersionLedger
  private(set) var notices: [Notice] = []
  private(set) var written: [ContactKey: ContactRecord] = [:]

  /// An operator's doing is not bound by the limits of lists.
  private static let unlimited = ListLimits(forward: .max, allow: .max, block: .max, groups: .max)

  init(accounts: QueryResult, contacts: QueryResult, properties: QueryResult) throws {
    let facts = try accounts.map(AccountFacts.init)
    self.accounts = Dictionary(facts.map { ($0.handle, $0) }, uniquingKeysWith: { $1 })
    self.properties = try [AccountID: ContactProperties](properties)
    versions = VersionLedger(facts)
    for row in contacts {
      self.contacts[ContactKey(owner: try row.account(0), contact: try row.account(1))] = try row.contact(2)
    }
  }

  mutating func befriend(_ first: UserHandle, _ second: UserHandle) throws {
    guard let one = accounts[first], let other = accounts[second] else { return }
    try admit(other, by: one)
    try admit(one, by: other)
  }

  /// Puts `other` on the owner's forward and allow lists, as far as the rules let it.
  private mutating func admit(_ other: AccountFacts, by owner: AccountFacts) throws {
    for list in [ContactList.forward, .allow] {
      do {
        try add(other, to: list, by: owner)
      } catch RosterRefusal.alreadyThere, RosterRefusal.onOppositeList {}
    }
  }

  private mutating func add(_ other: AccountFacts, to list: ContactList, by owner: AccountFacts) throws {
    let change = RosterChange.add(list, other.handle, other.name, group: nil)
    let row = contacts[ContactKey(owner: other.account, contact: owner.account)]
    let theirs = row?.lists ?? []
    var scene = ChangeScene(owner: owner)
    scene.other = other
    scene.contact = contacts[ContactKey(owner: owner.account, contact: other.account)]
    scene.otherHasOwner = theirs.contains(.forward)
    scene.otherAllowsOwner = theirs.contains(.allow)
    scene.otherHasDecided = !theirs.isDisjoint(with: [.allow, .block])
    scene.answered = row?.pending ?? .settled
    scene.properties = properties[owner.account] ?? .blank
    scene.otherProperties = properties[other.account] ?? .blank
    let plan = try ChangePlan(change, in: scene, limits: Circle.unlimited)
    for case .contact(let contact, let record) in plan.writes {
      let key = ContactKey(owner: owner.account, contact: contact)
      contacts[key] = record
      written[key] = record
    }
    for case .answer(let contact, let state) in plan.writes {
      let key = ContactKey(owner: contact, contact: owner.account)
      contacts[key]?.pending = state
      written[key] = contacts[key]
    }
    let outcome = try plan.outcome(by: owner.account) { account throws(StoreFailure) in try versions.raise(account) }
    guard case .added(_, let guid, _, _) = outcome.result else { return }
    let news = Notice.News.listed(list, other.account, other.handle, other.name, guid)
    notices.append(Notice(account: owner.account, version: outcome.version, news: news))
    notices += outcome.notices
  }
}

extension Statement {
  /// An operator's change may concern a great many accounts.
  static let longWait = Statement(
    "long wait",
    "SELECT set_config('statement_timeout', '60000', true), set_config('lock_timeout', '20000', true)")

  /// The account, and everybody whose version its leaving raises. Stronger locks than a change takes: its number is
  /// not to be referred to any more.
  static let lockLeaver = Statement(
    "lock leaver",
    """
    SELECT \(AccountFacts.columns) FROM account
    WHERE handle = $1::text OR id IN (
      SELECT contact FROM contact JOIN account leaver ON leaver.id = owner
        WHERE leaver.handle = $1::text AND lists & 1 <> 0
      UNION ALL
      SELECT owner FROM contact JOIN account leaver ON leaver.id = contact WHERE leaver.handle = $1::text)
    ORDER BY id FOR UPDATE
    """)

  /// Everybody whose version an account's leaving raises, whether they lose it from their reverse list, and from which
  /// of their own lists, where they know it by which GUID.
  static let leaverBonds = Statement(
    "leaver bonds",
    """
    SELECT affected, bool_or(loses), sum(lists), max(guid) FROM (
      SELECT contact AS affected, true AS loses, 0 AS lists, NULL AS guid FROM contact
        JOIN account leaver ON leaver.id = owner WHERE leaver.handle = $1::text AND lists & 1 <> 0
      UNION ALL
      SELECT owner, false, lists, guid::text FROM contact
        JOIN account leaver ON leaver.id = contact WHERE leaver.handle = $1::text
    ) bonds GROUP BY affected ORDER BY affected
    """)

  static let deleteAccount = Statement("delete account", "DELETE FROM account WHERE id = $1::bigint")

  static let bondsAmong = Statement(
    "bonds among",
    """
    SELECT owner, contact, lists, groups, contact.name, guid, pending FROM contact
    JOIN account one ON one.id = owner AND one.handle = ANY ($1::text[])
    JOIN account other ON other.id = contact AND other.handle = ANY ($1::text[])
    """)

  static let propertiesAmong = Statement(
    "properties among",
    "SELECT owner, key, value FROM property JOIN account ON id = owner AND handle = ANY ($1::text[])")
}
