import Foundation
import GRDB
import MSNP
import Roster
import Store

extension SQLiteStore: InvitationStore {
  /// Forgets those that are void by then.
  public func invite(_ invitation: Invitation) async throws {
    try await write { database in
      try database.run("DELETE FROM invitation WHERE expires <= ? OR uses = 0", [invitation.created])
      try database.run(
        "INSERT INTO invitation (\(Invitation.columns)) VALUES (?, ?, ?, ?, ?, ?)",
        [
          Data(invitation.digest), invitation.created, invitation.expires, invitation.uses,
          invitation.makesAdministrator, invitation.note,
        ])
    }
  }

  public func invitations(now: Int64) async throws -> [Invitation] {
    try await read { database in
      try database.rows(
        """
        SELECT \(Invitation.columns) FROM invitation WHERE expires > ? AND uses > 0 ORDER BY created DESC, digest
        """, [now]
      ).map(Invitation.init)
    }
  }

  public func revokeInvitation(_ prefix: [UInt8]) async throws -> Invitation? {
    guard !prefix.isEmpty else { return nil }
    return try await write { database in
      let rows = try database.rows(
        "SELECT \(Invitation.columns) FROM invitation WHERE substr(digest, 1, ?) = ? AND uses > 0 LIMIT 2",
        [prefix.count, Data(prefix)])
      guard rows.count == 1, let invitation = rows.first.map(Invitation.init) else { return nil }
      try database.run("DELETE FROM invitation WHERE digest = ?", [Data(invitation.digest)])
      return invitation
    }
  }

  public func join(_ account: NewAccount, invitation digest: [UInt8]?, now: Int64) async throws -> JoinOutcome {
    try await write { database in
      guard let digest else { return try database.create(account).map(JoinOutcome.made) ?? .handleTaken }
      let row = try database.row(
        "SELECT administrator FROM invitation WHERE digest = ? AND expires > ? AND uses > 0", [Data(digest), now])
      guard let row else { return .invitationRefused }
      guard let number = try database.create(account) else { return .handleTaken }
      try database.run("UPDATE invitation SET uses = uses - 1 WHERE digest = ?", [Data(digest)])
      let makesAdministrator: Bool = row[0]
      if makesAdministrator {
        try database.run("UPDATE account SET administrator = 1 WHERE id = ?", [number.rawValue])
      }
      return .made(number)
    }
  }
}

extension Invitation {
  fileprivate static let columns = "digest, created, expires, uses, administrator, note"

  fileprivate init(_ row: Row) {
    self.init(
      digest: row.bytes(0) ?? [], created: row[1], expires: row[2], uses: row[3], makesAdministrator: row[4],
      note: row[5])
  }
}
