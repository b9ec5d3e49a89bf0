import MSNP
import PostgreSQL
import Roster
import Store

extension ChangeWrite {
  /// The statement that writes it, for rows of contacts see `Query.contacts`.
  fileprivate func query(of owner: AccountID) -> Query? {
    let by = Parameter.account(owner)
    return switch self {
    case .contact: nil
    case .name(let name): Query(.setName, [by, .text(name.text)])
    case .privacyMode(let mode): Query(.setPrivacy, [by, .text(mode.rawValue)])
    case .reversePrompt(let prompt): Query(.setPrompt, [by, .text(prompt.rawValue)])
    case .property(let property, let value?): Query(.setProperty, [by, .text(property.rawValue), .text(value)])
    case .property(let property, nil): Query(.clearProperty, [by, .text(property.rawValue)])
    case .answer(let other, let state): Query(.answer, [by, .account(other), .integer(state.rawValue)])
    case .note(let contact, let note, let value?):
      Query(.setNote, [by, .account(contact), .text(note.rawValue), .text(value)])
    case .note(let contact, let note, nil): Query(.clearNote, [by, .account(contact), .text(note.rawValue)])
    case .newGroup(let group, let name, let guid):
      Query(.addGroup, [by, .integer(group.rawValue), .text(name), .text(guid.description)])
    case .groupName(let group, let name): Query(.renameGroup, [by, .integer(group.rawValue), .text(name)])
    case .noGroup(let group): Query(.removeGroup, [by, .integer(group.rawValue)])
    }
  }
}

extension ChangePlan {
  /// The statements that carry the plan out, but for the versions.
  func queries(of owner: AccountID) -> [Query] {
    var contacts: [ContactKey: ContactRecord] = [:]
    for case .contact(let contact, let record) in writes {
      contacts[ContactKey(owner: owner, contact: contact)] = record
    }
    return Query.contacts(contacts) + writes.compactMap { $0.query(of: owner) }
  }
}

/// Whose row about whom.
struct ContactKey: Hashable {
  let owner: AccountID
  let contact: AccountID
}

/// The list versions of locked accounts, and those that a transaction gives them.
struct VersionLedger {
  private var versions: [AccountID: ListVersion]
  private(set) var raised: Set<AccountID> = []

  init(_ accounts: some Sequence<AccountFacts>) {
    versions = Dictionary(accounts.map { ($0.account, $0.version) }, uniquingKeysWith: { $1 })
  }

  mutating func raise(_ account: AccountID) throws(StoreFailure) -> ListVersion {
    guard let version = versions[account]?.next() else { throw StoreFailure("\(account) is not locked") }
    versions[account] = version
    raised.insert(account)
    return version
  }

  /// The statement that writes the raised ones.
  var query: Query {
    let new = raised.sorted().compactMap { account in versions[account].map { (account, $0.rawValue) } }
    return Query(.setVersions, [.accounts(new.map(\.0)), .integers(new.map(\.1))])
  }
}

extension Query {
  /// The statements that write rows about contacts, and delete those of contacts on no list any more.
  static func contacts(_ records: [ContactKey: ContactRecord]) -> [Query] {
    func keys(_ records: [(key: ContactKey, value: ContactRecord)]) -> [Parameter] {
      [.accounts(records.map(\.key.owner)), .accounts(records.map(\.key.contact))]
    }
    let gone = records.filter { $0.value.lists.isEmpty }
    let kept = records.filter { !$0.value.lists.isEmpty }
    var queries: [Query] = []
    if !gone.isEmpty { queries.append(Query(.deleteContacts, keys(Array(gone)))) }
    if !kept.isEmpty {
      let kept = Array(kept)
      queries.append(
        Query(
          .writeContacts,
          keys(kept) + [
            .integers(kept.map(\.value.lists.rawValue)), .integers(kept.map(\.value.groups.rawValue)),
            .texts(kept.map(\.value.name.text)), .texts(kept.map(\.value.guid.description)),
            .integers(kept.map(\.value.pending.rawValue)),
          ]))
    }
    return queries
  }
}

extension Statement {
  static let setName = Statement("set name", "UPDATE account SET name = $2::text WHERE id = $1::bigint")
  static let setPrivacy = Statement("set privacy", "UPDATE account SET privacy = $2::text WHERE id = $1::bigint")
  static let setPrompt = Statement("set prompt", "UPDATE account SET prompt = $2::text WHERE id = $1::bigint")

  static let setVersions = Statement(
    "set versions",
    """
    UPDATE account SET list_version = new.version
    FROM unnest($1::bigint[], $2::bigint[]) AS new (id, version) WHERE account.id = new.id
    """)

  static let setProperty = Statement(
    "set property",
    """
    INSERT INTO property (owner, key, value) VALUES ($1::bigint, $2::text, $3::text)
    ON CONFLICT (owner, key) DO UPDATE SET value = excluded.value
    """)
  static let clearProperty = Statement(
    "clear property", "DELETE FROM property WHERE owner = $1::bigint AND key = $2::text")

  static let addGroup = Statement(
    "add group",
    """
    INSERT INTO contact_group (owner, number, name, guid)
    VALUES ($1::bigint, $2::integer, $3::text, $4::uuid)
    """)
  static let renameGroup = Statement(
    "rename group",
    "UPDATE contact_group SET name = $3::text WHERE owner = $1::bigint AND number = $2::integer")
  static let removeGroup = Statement(
    "remove group", "DELETE FROM contact_group WHERE owner = $1::bigint AND number = $2::integer")

  static let writeContacts = Statement(
    "write contacts",
    """
    INSERT INTO contact (owner, contact, lists, groups, name, guid, pending)
    SELECT owner, contact, lists, groups, name, guid, pending
    FROM unnest($1::bigint[], $2::bigint[], $3::integer[], $4::integer[], $5::text[], $6::uuid[], $7::smallint[])
      AS new (owner, contact, lists, groups, name, guid, pending)
    ON CONFLICT (owner, contact) DO UPDATE SET lists = excluded.lists, groups = excluded.groups, name = excluded.name,
      pending = excluded.pending
    """)

  /// Under the locks of both.
  static let answer = Statement(
    "answer",
    "UPDATE contact SET pending = $3::smallint WHERE owner = $2::bigint AND contact = $1::bigint")

  static let setNote = Statement(
    "set note",
    """
    INSERT INTO contact_note (owner, contact, key, value) VALUES ($1::bigint, $2::bigint, $3::text, $4::text)
    ON CONFLICT (owner, contact, key) DO UPDATE SET value = excluded.value
    """)
  static let clearNote = Statement(
    "clear note",
    "DELETE FROM contact_note WHERE owner = $1::bigint AND contact = $2::bigint AND key = $3::text")

  static let deleteContacts = Statement(
    "delete contacts",
    """
    DELETE FROM contact USING unnest($1::bigint[], $2::bigint[]) AS gone (owner, contact)
    WHERE contact.owner = gone.owner AND contact.contact = gone.contact
    """)
}
