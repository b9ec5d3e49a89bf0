import Foundation
import GRDB
import MSNP
import Roster
import Store

extension AccountFacts {
  fileprivate static let columns = "id, handle, name, list_version, privacy, prompt"

  fileprivate init(_ row: Row) throws {
    self.init(
      account: row.account(0), handle: try row.handle(1), name: try row.name(2), version: row.version(3),
      privacyMode: PrivacyMode(rawValue: row[4]) ?? .allow, reversePrompt: ReversePrompt(rawValue: row[5]) ?? .ask)
  }
}

// Accounts.
extension Database {
  func account(_ account: AccountID) throws -> AccountFacts? {
    try row("SELECT \(AccountFacts.columns) FROM account WHERE id = ?", [account.rawValue]).map(AccountFacts.init)
  }

  func account(_ handle: UserHandle) throws -> AccountFacts? {
    try row("SELECT \(AccountFacts.columns) FROM account WHERE handle = ?", [handle.text]).map(AccountFacts.init)
  }

  /// Adds one to an account's list version and answers with the new one.
  func raiseVersion(of account: AccountID) throws -> ListVersion {
    guard let row = try row("SELECT list_version FROM account WHERE id = ?", [account.rawValue]) else {
      throw StoreFailure("\(account) is gone")
    }
    let version = row.version(0).next()
    try run("UPDATE account SET list_version = ? WHERE id = ?", [version.rawValue, account.rawValue])
    return version
  }

  func rename(_ account: AccountID, to name: FriendlyName) throws {
    try run("UPDATE account SET name = ? WHERE id = ?", [name.text, account.rawValue])
  }
}

// Contacts.
extension Database {
  func contact(_ contact: AccountID, of owner: AccountID) throws -> ContactRecord? {
    let row = try row(
      "SELECT lists, groups, name, guid, pending FROM contact WHERE owner = ? AND contact = ?",
      [owner.rawValue, contact.rawValue])
    return try row.map {
      try ContactRecord(
        lists: ListMembership(rawValue: $0[0]), groups: GroupSet(rawValue: $0[1]), name: $0.name(2), guid: $0.guid(3),
        pending: PendingState(rawValue: $0[4]) ?? .settled)
    }
  }

  /// The account that the owner's contact of that GUID is.
  func account(of guid: GUID, on owner: AccountID) throws -> AccountFacts? {
    let row = try row(
      "SELECT contact FROM contact WHERE owner = ? AND guid = ?", [owner.rawValue, Data(guid.raw)])
    return try row.flatMap { try account($0.account(0)) }
  }

  func isContact(_ contact: AccountID, on list: ContactList, of owner: AccountID) throws -> Bool {
    try self.contact(contact, of: owner)?.lists.contains(ListMembership(list)) ?? false
  }

  func count(of list: ContactList, of owner: AccountID) throws -> Int {
    let row = try row(
      "SELECT count(*) FROM contact WHERE owner = ? AND lists & ?", [owner.rawValue, ListMembership(list).rawValue])
    return row?[0] ?? 0
  }

  /// Writes the row, or deletes it when the contact is on no list any more.
  func write(_ record: ContactRecord, about contact: AccountID, of owner: AccountID) throws {
    guard !record.lists.isEmpty else {
      return try run("DELETE FROM contact WHERE owner = ? AND contact = ?", [owner.rawValue, contact.rawValue])
    }
    try run(
      """
      INSERT INTO contact (owner, contact, lists, groups, name, guid, pending) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (owner, contact) DO UPDATE SET lists = excluded.lists, groups = excluded.groups,
        name = excluded.name, pending = excluded.pending
      """,
      [
        owner.rawValue, contact.rawValue, record.lists.rawValue, record.groups.rawValue, record.name.text,
        Data(record.guid.raw), record.pending.rawValue,
      ])
  }
}

// Groups.
extension Database {
  func groups(of owner: AccountID) throws -> GroupCatalog {
    let rows = try rows("SELECT number, name, guid FROM contact_group WHERE owner = ?", [owner.rawValue])
    return GroupCatalog(
      try Dictionary(
        rows.map { (try $0.group(0), GroupCatalog.Group($0[1], try $0.guid(2))) }, uniquingKeysWith: { $1 }))
  }

  func insertGroup(_ group: GroupNumber, named name: String, _ guid: GUID, of owner: AccountID) throws {
    try run(
      "INSERT INTO contact_group (owner, number, name, guid) VALUES (?, ?, ?, ?)",
      [owner.rawValue, group.rawValue, name, Data(guid.raw)])
  }
}

// Properties.
extension Database {
  func properties(of owner: AccountID) throws -> ContactProperties {
    var properties = ContactProperties()
    for row in try rows("SELECT key, value FROM property WHERE owner = ?", [owner.rawValue]) {
      if let key = ContactProperty(rawValue: row[0]) { properties[key] = row[1] }
    }
    return properties
  }
}
