import MSNP
import PostgreSQL
import Roster
import Store

extension PostgreSQLStore: MemberStore {
  public func member(_ account: AccountID) async throws -> MemberRecord? {
    try await read(Query(.memberByNumber, [.account(account)])) { try $0.first.map { try MemberRecord($0) } }
  }

  public func member(_ handle: UserHandle) async throws -> MemberRecord? {
    try await read(Query(.memberByHandle, [.handle(handle)])) { try $0.first.map { try MemberRecord($0) } }
  }

  /// Letters beyond ASCII are compared as the database's locale has them.
  public func members(after: AccountID?, search: String?, limit: Int) async throws -> [MemberRecord] {
    let page = [Parameter.integer(after?.rawValue ?? 0), .integer(max(limit, 0))]
    guard let search else {
      return try await read(Query(.memberPage, page)) { try $0.map { try MemberRecord($0) } }
    }
    // Nobody's name has a NUL in it, and the database could not be asked for one.
    guard !search.utf8.contains(0) else { return [] }
    return try await read(Query(.membersFound, page + [.text(search.lowercased())])) {
      try $0.map { try MemberRecord($0) }
    }
  }

  public func passwordHash(of account: AccountID) async throws -> String? {
    try await read(Query(.passwordHash, [.account(account)])) { try $0.first?.text(0) }
  }

  public func setPasswordHash(
    of account: AccountID, to hash: String, keeping session: [UInt8]?
  ) async throws -> Bool {
    let by = Parameter.account(account)
    return try await changing([
      Query(.setPasswordHash, [by, .text(hash)]), Query(.closePageSessions, [by, .bytes(session)]),
    ]) != nil
  }

  public func setOldPassword(of account: AccountID, sealed: [UInt8]?) async throws -> Bool {
    try await changing([Query(.setOldPassword, [.account(account), .bytes(sealed)])]) != nil
  }

  public func setProfile(of account: AccountID, to profile: MemberProfile) async throws -> Bool {
    try await changing([Query(.setProfile, [.account(account), .text(try profile.stored())])]) != nil
  }

  public func setAdministrator(_ handle: UserHandle, _ isOne: Bool) async throws -> AccountID? {
    try await changing([Query(.setAdministrator, [.handle(handle), .truth(isOne)])])
  }

  public func setBanned(_ handle: UserHandle, _ isBanned: Bool) async throws -> AccountID? {
    // A statement of its own sees sessions that were opened until the account's row was locked.
    let closing = isBanned ? [Query(.closePageSessionsOfHandle, [.handle(handle)])] : []
    return try await changing([Query(.setBanned, [.handle(handle), .truth(isBanned)])] + closing)
  }

  public func hasAdministrator() async throws -> Bool {
    try await read(Query(.hasAdministrator)) { $0.first?.isTrue(0) == true }
  }

  public func memberCount() async throws -> Int {
    try await read(Query(.memberCount)) { try $0.first?.integer(0) ?? 0 }
  }

  public func picture(of account: AccountID) async throws -> MemberPicture? {
    try await read(Query(.picture, [.account(account)])) { rows in
      try rows.first.map { MemberPicture(type: try $0.text(0), bytes: try $0.bytes(1) ?? []) }
    }
  }

  public func setPicture(of account: AccountID, to picture: MemberPicture?) async throws -> Bool {
    let by = Parameter.account(account)
    let query =
      picture.map { Query(.setPicture, [by, .text($0.type), .bytes($0.bytes)]) } ?? Query(.noPicture, [by])
    return try await changing([query]) != nil
  }
}

extension PostgreSQLStore {
  /// Changes one account in one transaction, whose first statement answers with the account's number if there is one.
  func changing(_ queries: [Query]) async throws -> AccountID? {
    try await transaction(
      Transaction(opening: queries) { results in
        guard let account = try results[0].first?.account(0) else { return .nothing(nil) }
        return .commit([], raising: [], account)
      })
  }
}

extension Parameter {
  static func truth(_ value: Bool) -> Parameter { .text(value ? "t" : "f") }
  static func truths(_ values: [Bool]) -> Parameter { .texts(values.map { $0 ? "t" : "f" }) }
}

extension MemberRecord {
  static let columns = """
    account.id, account.handle, account.name, account.old_password IS NOT NULL, account.administrator, account.banned,
    EXISTS (SELECT FROM history_keeper WHERE history_keeper.account = account.id), account.profile, account.created
    """

  init(_ row: Row) throws {
    self.init(
      account: try row.account(0), handle: try row.handle(1), name: try row.name(2), admitsOldClients: row.isTrue(3),
      isAdministrator: row.isTrue(4), isBanned: row.isTrue(5), keepsHistory: row.isTrue(6),
      profile: try MemberProfile(stored: try row.text(7)), created: try row.integer(8))
  }
}

extension Statement {
  static let memberByNumber = Statement(
    "member by number", "SELECT \(MemberRecord.columns) FROM account WHERE id = $1::bigint")

  static let memberByHandle = Statement(
    "member by handle", "SELECT \(MemberRecord.columns) FROM account WHERE handle = $1::text")

  static let memberPage = Statement(
    "member page",
    "SELECT \(MemberRecord.columns) FROM account WHERE id > $1::bigint ORDER BY id LIMIT $2::bigint")

  static let membersFound = Statement(
    "members found",
    """
    SELECT \(MemberRecord.columns) FROM account
    WHERE id > $1::bigint AND (strpos(handle, $3::text) > 0 OR strpos(lower(name), $3::text) > 0)
    ORDER BY id LIMIT $2::bigint
    """)

  static let passwordHash = Statement("password hash", "SELECT password FROM account WHERE id = $1::bigint")

  static let setPasswordHash = Statement(
    "set password hash", "UPDATE account SET password = $2::text WHERE id = $1::bigint RETURNING id")

  static let setOldPassword = Statement(
    "set old password", "UPDATE account SET old_password = $2::bytea WHERE id = $1::bigint RETURNING id")

  static let setProfile = Statement(
    "set profile", "UPDATE account SET profile = $2::text WHERE id = $1::bigint RETURNING id")

  static let setAdministrator = Statement(
    "set administrator", "UPDATE account SET administrator = $2::boolean WHERE handle = $1::text RETURNING id")

  static let setBanned = Statement(
    "set banned", "UPDATE account SET banned = $2::boolean WHERE handle = $1::text RETURNING id")

  static let closePageSessionsOfHandle = Statement(
    "close page sessions of handle",
    "DELETE FROM page_session WHERE account = (SELECT id FROM account WHERE handle = $1::text)")

  static let hasAdministrator = Statement(
    "has administrator", "SELECT EXISTS (SELECT FROM account WHERE administrator AND NOT banned)")

  static let memberCount = Statement("member count", "SELECT count(*) FROM account")

  static let picture = Statement("picture", "SELECT type, bytes FROM picture WHERE account = $1::bigint")

  static let setPicture = Statement(
    "set picture",
    """
    INSERT INTO picture (account, type, bytes) SELECT id, $2::text, $3::bytea FROM account WHERE id = $1::bigint
    ON CONFLICT (account) DO UPDATE SET type = excluded.type, bytes = excluded.bytes RETURNING account
    """)

  static let noPicture = Statement(
    "no picture",
    """
    WITH gone AS (DELETE FROM picture WHERE account = $1::bigint) SELECT id FROM account WHERE id = $1::bigint
    """)
}
