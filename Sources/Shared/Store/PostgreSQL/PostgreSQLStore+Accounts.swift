import MSNP
import PostgreSQL
import Roster
import Store

extension PostgreSQLStore: AccountStore {
  /// Reserves the numbers, so that passwords can be sealed for them, and then writes all accounts in one statement.
  public func create(_ accounts: [NewAccount]) async throws -> [UserHandle: AccountID] {
    guard !accounts.isEmpty else { return [:] }
    let numbers = try await read(Query(.reserveAccounts, [.integer(accounts.count)])) { rows in
      try rows.map { try $0.account(0) }
    }
    let sealed: [[UInt8]?]
    do {
      sealed = try zip(accounts, numbers).map { try $0.sealOldPassword?($1) }
    } catch {
      throw StoreFailure(wrapping: error)
    }
    let query = Query(
      .createAccounts,
      [
        .accounts(numbers), .texts(accounts.map(\.handle.text)), .texts(accounts.map(\.name.text)),
        .texts(accounts.map(\.passwordHash)), .byteStrings(sealed), .integer(ListVersion.initial.rawValue),
        .text(PrivacyMode.allow.rawValue), .text(ReversePrompt.ask.rawValue),
        .truths(accounts.map(\.isAdministrator)), .truths(accounts.map(\.isBanned)),
        .texts(try accounts.map { try $0.profile.stored() }),
      ])
    return try await read(query) { rows in
      try Dictionary(rows.map { (try $0.handle(1), try $0.account(0)) }, uniquingKeysWith: { $1 })
    }
  }

  public func account(_ handle: UserHandle) async throws -> AccountRecord? {
    try await read(Query(.account, [.handle(handle)])) { try $0.first.map(AccountRecord.init) }
  }

  public func accounts(after: AccountID?, limit: Int) async throws -> [AccountRecord] {
    try await read(Query(.accounts, [.integer(after?.rawValue ?? 0), .integer(max(limit, 0))])) {
      try $0.map(AccountRecord.init)
    }
  }

  public func forwardLists(of accounts: [AccountID]) async throws -> [AccountID: [UserHandle]] {
    try await read(Query(.forwardLists, [.accounts(accounts)])) { rows in
      var lists: [AccountID: [UserHandle]] = [:]
      for row in rows { lists[try row.account(0), default: []].append(try row.handle(1)) }
      return lists
    }
  }

  public func rename(_ handle: UserHandle, to name: FriendlyName) async throws -> Notice? {
    let opening = [Query(.lockHandles, [.texts([handle.text])])]
    return try await transaction(
      Transaction(opening: opening) { results in
        let accounts = try results[0].map(AccountFacts.init)
        guard let account = accounts.first?.account else { return .nothing(nil) }
        var versions = VersionLedger(accounts)
        let notice = Notice(account: account, version: try versions.raise(account), news: .renamed(name))
        let writes = [Query(.setName, [.account(account), .text(name.text)]), versions.query, Query.notices([notice])]
        return .commit(writes, raising: versions.raised, notice)
      })
  }

  public func setPassword(
    _ handle: UserHandle, hash: String, sealOldPassword: (@Sendable (AccountID) throws -> [UInt8])?
  ) async throws -> AccountID? {
    guard let account = try await account(handle)?.account else { return nil }
    let sealed: [UInt8]?
    do { sealed = try sealOldPassword?(account) } catch { throw StoreFailure(wrapping: error) }
    return try await read(Query(.setPassword, [.account(account), .text(hash), .bytes(sealed)])) {
      try $0.first?.account(0)
    }
  }

  /// Puts an account's list version to a value of the caller's, for restoring a backup and for the fixtures of tests.
  /// Answers nil when there is no such account.
  @discardableResult
  public func setListVersion(of handle: UserHandle, to version: ListVersion) async throws -> AccountID? {
    try await read(Query(.setVersion, [.handle(handle), .integer(version.rawValue)])) { try $0.first?.account(0) }
  }
}

extension AccountRecord {
  fileprivate static let columns = "id, handle, name, password, old_password, list_version, created"

  fileprivate init(_ row: Row) throws(StoreFailure) {
    self.init(
      account: try row.account(0), handle: try row.handle(1), name: try row.name(2), passwordHash: try row.text(3),
      sealedOldPassword: try row.bytes(4), listVersion: try row.version(5), created: try row.integer(6))
  }
}

extension Statement {
  static let reserveAccounts = Statement(
    "reserve accounts",
    """
    SELECT nextval(pg_get_serial_sequence('account', 'id')) FROM generate_series(1, $1::integer) ORDER BY 1
    """)

  /// The roster of a new account: everybody allowed, asked about people on the reverse list, and group 0 named `~`,
  /// which makes MSNP7 clients set up their usual groups. A handle that is taken, or comes twice, is left as it is.
  static let createAccounts = Statement(
    "create accounts",
    """
    WITH made AS (
      INSERT INTO account (id, handle, name, password, old_password, list_version, privacy, prompt, created,
        administrator, banned, profile)
      SELECT id, handle, name, password, old_password, $6::bigint, $7::text, $8::text,
        extract(epoch FROM clock_timestamp())::bigint, administrator, banned, profile
      FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bytea[], $9::boolean[], $10::boolean[],
        $11::text[]) AS new (id, handle, name, password, old_password, administrator, banned, profile) ORDER BY id
      ON CONFLICT (handle) DO NOTHING RETURNING id, handle),
    grouped AS (
      INSERT INTO contact_group (owner, number, name, guid) SELECT id, 0, '~', gen_random_uuid() FROM made)
    SELECT id, handle FROM made
    """)

  static let account = Statement(
    "account", "SELECT \(AccountRecord.columns) FROM account WHERE handle = $1::text")

  static let accounts = Statement(
    "accounts",
    "SELECT \(AccountRecord.columns) FROM account WHERE id > $1::bigint ORDER BY id LIMIT $2::bigint")

  static let forwardLists = Statement(
    "forward lists",
    """
    SELECT contact.owner, account.handle FROM contact JOIN account ON account.id = contact.contact
    WHERE contact.owner = ANY ($1::bigint[]) AND contact.lists & 1 <> 0 ORDER BY contact.owner, contact.contact
    """)

  static let lockHandles = Statement(
    "lock handles",
    """
    SELECT \(AccountFacts.columns) FROM account WHERE handle = ANY ($1::text[]) ORDER BY id FOR NO KEY UPDATE
    """)

  static let setPassword = Statement(
    "set password",
    "UPDATE account SET password = $2::text, old_password = $3::bytea WHERE id = $1::bigint RETURNING id")

  static let setVersion = Statement(
    "set version", "UPDATE account SET list_version = $2::bigint WHERE handle = $1::text RETURNING id")
}
