import Foundation
import GRDB
import MSNP
import Roster
import Store

extension SQLiteStore: PageSessionStore {
  /// Opens none for who is banned or gone meanwhile.
  public func openPageSession(_ digest: [UInt8], of account: AccountID, now: Int64) async throws {
    try await write { database in
      try database.run(
        """
        INSERT INTO page_session (digest, account, opened, seen)
        SELECT ?, id, ?, ? FROM account WHERE id = ? AND NOT banned
        """, [Data(digest), now, now, account.rawValue])
    }
  }

  public func visitor(_ digest: [UInt8], now: Int64, idle: Int64, age: Int64) async throws -> MemberRecord? {
    let found = try await read { database -> (member: MemberRecord, seen: Int64)? in
      let session = try database.row(
        "SELECT account, seen FROM page_session WHERE digest = ? AND seen > ? AND opened > ?",
        [Data(digest), now - idle, now - age])
      guard let session, let member = try database.member("WHERE id = ? AND NOT banned", [session[0] as Int64])
      else { return nil }
      return (member, session[1])
    }
    guard let (member, seen) = found else { return nil }
    if seen <= now - PageSessionNoting.interval(idle: idle) {
      try await write { database in
        try database.run("UPDATE page_session SET seen = max(seen, ?) WHERE digest = ?", [now, Data(digest)])
      }
    }
    return member
  }

  public func closePageSession(_ digest: [UInt8]) async throws {
    try await write { try $0.run("DELETE FROM page_session WHERE digest = ?", [Data(digest)]) }
  }

  @discardableResult
  public func closePageSessions(of account: AccountID, but digest: [UInt8]?) async throws -> Int {
    try await write { try $0.closePageSessions(of: account, but: digest) }
  }

  public func sweepPageSessions(now: Int64, idle: Int64, age: Int64) async throws {
    try await write {
      try $0.run("DELETE FROM page_session WHERE seen <= ? OR opened <= ?", [now - idle, now - age])
    }
  }
}

extension Database {
  @discardableResult
  func closePageSessions(of account: AccountID, but digest: [UInt8]?) throws -> Int {
    try run(
      "DELETE FROM page_session WHERE account = ? AND digest IS NOT ?",
      [account.rawValue, digest.map { Data($0) }])
    return changesCount
  }
}
