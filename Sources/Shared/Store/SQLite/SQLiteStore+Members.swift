import Foundation
import GRDB
import MSNP
import Roster
import Store

extension SQLiteStore: MemberStore {
  public func member(_ account: AccountID) async throws -> MemberRecord? {
    try await read { try $0.member("WHERE id = ?", [account.rawValue]) }
  }

  public func member(_ handle: UserHandle) async throws -> MemberRecord? {
    try await read { try $0.member("WHERE handle = ?", [handle.text]) }
  }

  public func members(after: AccountID?, search: String?, limit: Int) async throws -> [MemberRecord] {
    // Nobody's name has a NUL in it, and SQLite would search for what is before it.
    guard search?.utf8.contains(0) != true else { return [] }
    // GRDB's function: SQLite itself knows the case of ASCII letters only.
    let condition = search == nil ? "" : " AND (instr(handle, ?2) OR instr(swiftLowercaseString(name), ?2))"
    let arguments: StatementArguments = [after?.rawValue ?? 0] + (search.map { [$0.lowercased()] } ?? [])
    return try await read { database in
      try database.rows(
        "SELECT \(MemberRecord.columns) FROM account WHERE id > ?1\(condition) ORDER BY id LIMIT \(max(limit, 0))",
        arguments
      ).map(MemberRecord.init)
    }
  }

  public func passwordHash(of account: AccountID) async throws -> String? {
    try await read { try $0.row("SELECT password FROM account WHERE id = ?", [account.rawValue])?[0] }
  }

  public func setPasswordHash(
    of account: AccountID, to hash: String, keeping session: [UInt8]?
  ) async throws -> Bool {
    try await write { database in
      try database.run("UPDATE account SET password = ? WHERE id = ?", [hash, account.rawValue])
      guard database.changesCount > 0 else { return false }
      try database.closePageSessions(of: account, but: session)
      return true
    }
  }

  public func setOldPassword(of account: AccountID, sealed: [UInt8]?) async throws -> Bool {
    try await change(account, "old_password = ?", sealed.map { Data($0) })
  }

  public func setProfile(of account: AccountID, to profile: MemberProfile) async throws -> Bool {
    try await change(account, "profile = ?", try profile.stored())
  }

  public func setAdministrator(_ handle: UserHandle, _ isOne: Bool) async throws -> AccountID? {
    try await write { database in
      try database.row("UPDATE account SET administrator = ? WHERE handle = ? RETURNING id", [isOne, handle.text])?
        .account(0)
    }
  }

  public func setBanned(_ handle: UserHandle, _ isBanned: Bool) async throws -> AccountID? {
    try await write { database in
      let row = try database.row(
        "UPDATE account SET banned = ? WHERE handle = ? RETURNING id", [isBanned, handle.text])
      guard let account = row?.account(0) else { return nil }
      if isBanned { try database.closePageSessions(of: account, but: nil) }
      return account
    }
  }

  public func hasAdministrator() async throws -> Bool {
    try await read {
      try $0.row("SELECT 1 FROM account WHERE administrator AND NOT banned LIMIT 1", []) != nil
    }
  }

  public func memberCount() async throws -> Int {
    try await read { try $0.row("SELECT count(*) FROM account", [])?[0] ?? 0 }
  }

  private func change(
    _ account: AccountID, _ assignment: String, _ value: (any DatabaseValueConvertible & Sendable)?
  ) async throws -> Bool {
    try await write { database in
      try database.run("UPDATE account SET \(assignment) WHERE id = ?", [value, account.rawValue])
      return database.changesCount > 0
    }
  }
}

// Pictures.
extension SQLiteStore {
  public func picture(of account: AccountID) async throws -> MemberPicture? {
    try await read { database in
      try database.row("SELECT type, bytes FROM picture WHERE account = ?", [account.rawValue]).map {
        MemberPicture(type: $0[0], bytes: $0.bytes(1) ?? [])
      }
    }
  }

  public func setPicture(of account: AccountID, to picture: MemberPicture?) async throws -> Bool {
    try await write { database in
      guard try database.row("SELECT 1 FROM account WHERE id = ?", [account.rawValue]) != nil else { return false }
      guard let picture else {
        try database.run("DELETE FROM picture WHERE account = ?", [account.rawValue])
        return true
      }
      try database.run(
        """
        INSERT INTO picture (account, type, bytes) VALUES (?, ?, ?)
        ON CONFLICT (account) DO UPDATE SET type = excluded.type, bytes = excluded.bytes
        """, [account.rawValue, picture.type, Data(picture.bytes)])
      return true
    }
  }
}

extension Database {
  /// The member that a condition names.
  func member(_ condition: String, _ arguments: StatementArguments) throws -> MemberRecord? {
    try row("SELECT \(MemberRecord.columns) FROM account \(condition)", arguments).map(MemberRecord.init)
  }
}

extension MemberRecord {
  fileprivate static let columns = """
    id, handle, name, old_password IS NOT NULL, administrator, banned,
    EXISTS (SELECT 1 FROM history_keeper WHERE history_keeper.account = account.id), profile, created
    """

  fileprivate init(_ row: Row) throws {
    self.init(
      account: row.account(0), handle: try row.handle(1), name: try row.name(2), admitsOldClients: row[3],
      isAdministrator: row[4], isBanned: row[5], keepsHistory: row[6], profile: try MemberProfile(stored: row[7]),
      created: row[8])
  }
}
