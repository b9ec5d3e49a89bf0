import MSNP
import PostgreSQL
import Roster
import Store

extension PostgreSQLStore: InvitationStore {
  /// Forgets those that are void by then.
  public func invite(_ invitation: Invitation) async throws {
    let insert = Query(
      .invite,
      [
        .bytes(invitation.digest), .integer(invitation.created), .integer(invitation.expires),
        .integer(invitation.uses), .truth(invitation.makesAdministrator), .text(invitation.note),
      ])
    let opening = [Query(.forgetVoid, [.integer(invitation.created)]), insert]
    _ = try await transaction(Transaction(opening: opening) { _ in .commit([], raising: [], true) })
  }

  public func invitations(now: Int64) async throws -> [Invitation] {
    try await read(Query(.invitations, [.integer(now)])) { try $0.map { try Invitation($0) } }
  }

  public func revokeInvitation(_ prefix: [UInt8]) async throws -> Invitation? {
    guard !prefix.isEmpty else { return nil }
    return try await read(Query(.revokeInvitation, [.bytes(prefix)])) { try $0.first.map { try Invitation($0) } }
  }

  /// Three statements of one transaction, each of which does nothing where the one before found nothing to go on: the
  /// invitation is locked, the account made if it is good, and its use taken if the account was made.
  public func join(_ account: NewAccount, invitation digest: [UInt8]?, now: Int64) async throws -> JoinOutcome {
    guard let digest else { return try await create([account])[account.handle].map(JoinOutcome.made) ?? .handleTaken }
    let number = try await read(Query(.reserveAccounts, [.integer(1)])) { try $0.first?.account(0) }
    guard let number else { throw StoreFailure("the database gave no number for an account") }
    let sealed: [UInt8]?
    do { sealed = try account.sealOldPassword?(number) } catch { throw StoreFailure(wrapping: error) }
    let key = Parameter.bytes(digest)
    let opening = [
      Query(.lockInvitation, [key, .integer(now)]),
      Query(
        .createInvited,
        [
          .account(number), .handle(account.handle), .text(account.name.text), .text(account.passwordHash),
          .bytes(sealed), .integer(ListVersion.initial.rawValue), .text(PrivacyMode.allow.rawValue),
          .text(ReversePrompt.ask.rawValue), key, .integer(now), .truth(account.isAdministrator),
          .truth(account.isBanned), .text(try account.profile.stored()),
        ]),
      Query(.useInvitation, [key, .account(number)]),
    ]
    return try await transaction(
      Transaction(opening: opening) { results in
        guard !results[0].isEmpty else { return .nothing(.invitationRefused) }
        guard !results[1].isEmpty else { return .nothing(.handleTaken) }
        return .commit([], raising: [], .made(number))
      })
  }
}

extension Invitation {
  fileprivate static let columns = "digest, created, expires, uses, administrator, note"

  fileprivate init(_ row: Row) throws {
    self.init(
      digest: try row.bytes(0) ?? [], created: try row.integer(1), expires: try row.integer(2),
      uses: try row.integer(3), makesAdministrator: row.isTrue(4), note: try row.text(5))
  }
}

extension Statement {
  static let forgetVoid = Statement(
    "forget void invitations", "DELETE FROM invitation WHERE expires <= $1::bigint OR uses = 0")

  static let invite = Statement(
    "invite",
    """
    INSERT INTO invitation (\(Invitation.columns))
    VALUES ($1::bytea, $2::bigint, $3::bigint, $4::integer, $5::boolean, $6::text)
    """)

  static let invitations = Statement(
    "invitations",
    """
    SELECT \(Invitation.columns) FROM invitation WHERE expires > $1::bigint AND uses > 0
    ORDER BY created DESC, digest
    """)

  static let revokeInvitation = Statement(
    "revoke invitation",
    """
    WITH named AS (
      SELECT digest FROM invitation WHERE substring(digest FOR length($1::bytea)) = $1::bytea AND uses > 0)
    DELETE FROM invitation WHERE digest IN (SELECT digest FROM named) AND (SELECT count(*) FROM named) = 1
    RETURNING \(Invitation.columns)
    """)

  static let lockInvitation = Statement(
    "lock invitation",
    "SELECT digest FROM invitation WHERE digest = $1::bytea AND expires > $2::bigint AND uses > 0 FOR UPDATE")

  /// The roster of a new account, as `createAccounts` makes it.
  static let createInvited = Statement(
    "create invited",
    """
    WITH made AS (
      INSERT INTO account (id, handle, name, password, old_password, list_version, privacy, prompt, created,
        administrator, banned, profile)
      SELECT $1::bigint, $2::text, $3::text, $4::text, $5::bytea, $6::bigint, $7::text, $8::text,
        extract(epoch FROM clock_timestamp())::bigint, administrator OR $11::boolean, $12::boolean, $13::text
      FROM invitation WHERE digest = $9::bytea AND expires > $10::bigint AND uses > 0
      ON CONFLICT (handle) DO NOTHING RETURNING id),
    grouped AS (
      INSERT INTO contact_group (owner, number, name, guid) SELECT id, 0, '~', gen_random_uuid() FROM made)
    SELECT id FROM made
    """)

  static let useInvitation = Statement(
    "use invitation",
    """
    UPDATE invitation SET uses = uses - 1
    WHERE digest = $1::bytea AND EXISTS (SELECT FROM account WHERE id = $2::bigint)
    """)
}
