import Foundation
import GRDB
import MSNP
import Roster
import Store

extension SQLiteStore: AccountStore {
  public func create(_ accounts: [NewAccount]) async throws -> [UserHandle: AccountID] {
    try await write { database in
      var made: [UserHandle: AccountID] = [:]
      for account in accounts {
        if let number = try database.create(account) { made[account.handle] = number }
      }
      return made
    }
  }

  public func account(_ handle: UserHandle) async throws -> AccountRecord? {
    try await read { database in
      try database.row("SELECT \(AccountRecord.columns) FROM account WHERE handle = ?", [handle.text])
        .map(AccountRecord.init)
    }
  }

  public func accounts(after: AccountID?, limit: Int) async throws -> [AccountRecord] {
    try await read { database in
      try database.rows(
        "SELECT \(AccountRecord.columns) FROM account WHERE id > ? ORDER BY id LIMIT ?",
        [after?.rawValue ?? 0, max(limit, 0)]
      ).map(AccountRecord.init)
    }
  }

  public func forwardLists(of accounts: [AccountID]) async throws -> [AccountID: [UserHandle]] {
    try await read { database in
      var lists: [AccountID: [UserHandle]] = [:]
      for account in accounts {
        let rows = try database.rows(
          """
          SELECT account.handle FROM contact JOIN account ON account.id = contact.contact
          WHERE contact.owner = ? AND contact.lists & 1 ORDER BY contact.contact
          """, [account.rawValue])
        if !rows.isEmpty { lists[account] = try rows.map { try $0.handle(0) } }
      }
      return lists
    }
  }

  public func rename(_ handle: UserHandle, to name: FriendlyName) async throws -> Notice? {
    try await write { database in
      guard let account = try database.account(handle)?.account else { return nil }
      try database.rename(account, to: name)
      return Notice(account: account, version: try database.raiseVersion(of: account), news: .renamed(name))
    }
  }

  public func setPassword(
    _ handle: UserHandle, hash: String, sealOldPassword: (@Sendable (AccountID) throws -> [UInt8])?
  ) async throws -> AccountID? {
    try await write { database in
      guard let account = try database.account(handle)?.account else { return nil }
      try database.setPassword(of: account, hash: hash, sealed: sealOldPassword?(account))
      return account
    }
  }

  /// Puts an account's list version to a value of the caller's, for restoring a backup and for the fixtures of tests.
  /// Answers nil when there is no such account.
  @discardableResult
  public func setListVersion(of handle: UserHandle, to version: ListVersion) async throws -> AccountID? {
    try await write { database in
      guard let account = try database.account(handle)?.account else { return nil }
      try database.run("UPDATE account SET list_version = ? WHERE id = ?", [version.rawValue, account.rawValue])
      return account
    }
  }
}

extension Database {
  /// Makes an account in the form the service gives a new one: everybody allowed, asked about people on the reverse
  /// list, and group 0 named `~`, which makes MSNP7 clients set up their usual groups. Nil if the handle is taken.
  func create(_ account: NewAccount) throws -> AccountID? {
    let row = try row(
      """
      INSERT INTO account (
        handle, name, password, list_version, privacy, prompt, administrator, banned, profile, created)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, CAST(strftime('%s', 'now') AS INTEGER))
      ON CONFLICT (handle) DO NOTHING RETURNING id
      """,
      [
        account.handle.text, account.name.text, account.passwordHash, ListVersion.initial.rawValue,
        PrivacyMode.allow.rawValue, ReversePrompt.ask.rawValue, account.isAdministrator, account.isBanned,
        try account.profile.stored(),
      ])
    guard let number = row?.account(0) else { return nil }
    try insertGroup(.zero, named: "~", .random(), of: number)
    if let seal = account.sealOldPassword {
      try setPassword(of: number, hash: account.passwordHash, sealed: seal(number))
    }
    return number
  }

  fileprivate func setPassword(of account: AccountID, hash: String, sealed: [UInt8]?) throws {
    try run(
      "UPDATE account SET password = ?, old_password = ? WHERE id = ?",
      [hash, sealed.map { Data($0) }, account.rawValue])
  }
}

extension AccountRecord {
  fileprivate static let columns = "id, handle, name, password, old_password, list_version, created"

  fileprivate init(_ row: Row) throws {
    self.init(
      account: row.account(0), handle: try row.handle(1), name: try row.name(2), passwordHash: row[3],
      sealedOldPassword: row.bytes(4), listVersion: row.version(5), created: row[6])
  }
}
