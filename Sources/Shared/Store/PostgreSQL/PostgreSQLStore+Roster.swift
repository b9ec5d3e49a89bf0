import MSNP
import PostgreSQL
import Roster
import Store

extension PostgreSQLStore: RosterStore {
  public func sessionRoster(of account: AccountID, then: @escaping StoreAnswer<SessionRoster?, StoreFailure>) {
    connections.request(behind: account, [Query(.sessionRoster, [.account(account)])]) {
      then(PostgreSQLStore.made($0) { try $0.first.map(SessionRoster.init) })
    }
  }

  public func snapshot(of account: AccountID, then: @escaping StoreAnswer<RosterSnapshot?, StoreFailure>) {
    read(Query(.snapshot, [.account(account)]), RosterSnapshot.read, then: then)
  }

  /// Answers come on the polling thread in the order of the commits: see ``AnswerOrder``.
  ///
  /// When the connection is lost while the commit is under way, the answer is a failure although the change may have
  /// been made: nothing is acknowledged that is not on disk, the reverse cannot be promised.
  public func change(
    _ change: RosterChange, by account: AccountID, limits: ListLimits,
    then: @escaping StoreAnswer<ChangeOutcome, ChangeFailure>
  ) {
    make(change, by: account, in: nil, limits: limits, then: then)
  }

  public func change(
    _ change: RosterChange, by account: AccountID, in generation: UInt64, limits: ListLimits,
    then: @escaping StoreAnswer<ChangeOutcome, ChangeFailure>
  ) {
    make(change, by: account, in: generation, limits: limits, then: then)
  }

  private func make(
    _ change: RosterChange, by account: AccountID, in generation: UInt64?, limits: ListLimits,
    then: @escaping StoreAnswer<ChangeOutcome, ChangeFailure>
  ) {
    var opening = change.opening(by: account)
    // Behind the lock of the account's row, which a claim holds too.
    if generation != nil { opening.append(Query(.generation, [.account(account)])) }
    let transaction = Transaction<ChangeOutcome>(owner: account, opening: opening) { results in
      if let generation { try PostgreSQLStore.check(generation, results.last) }
      guard let scene = try change.scene(of: account, results) else { return .again }
      let plan = try ChangePlan(change, in: scene, limits: limits)
      var versions = VersionLedger(try results[0].map(AccountFacts.init))
      let outcome = try plan.outcome(by: account) { account throws(StoreFailure) in try versions.raise(account) }
      var writes = plan.queries(of: account) + [versions.query]
      if !outcome.notices.isEmpty { writes.append(Query.notices(outcome.notices)) }
      return .commit(writes, raising: versions.raised, outcome)
    }
    connections.transaction(transaction) { result in
      then(
        result.mapError { error in
          if let refusal = error as? RosterRefusal { return .refused(refusal) }
          if error is Superseded { return .superseded }
          return .unavailable(StoreFailure(wrapping: error))
        })
    }
  }

  /// A session whose row is missing goes on: its server is about to write it again.
  private static func check(_ generation: UInt64, _ result: QueryResult?) throws {
    guard let row = result?.first, try row.integer(0) > generation else { return }
    throw Superseded()
  }

  private struct Superseded: Error {}
}

extension PostgreSQLStore: CredentialStore {
  public func credentials(of handle: UserHandle, then: @escaping StoreAnswer<StoredCredentials?, StoreFailure>) {
    read(
      Query(.credentials, [.handle(handle)]),
      { rows in
        try rows.first.map {
          StoredCredentials(
            account: try $0.account(0), passwordHash: try $0.text(1), sealedOldPassword: try $0.bytes(2))
        }
      }, then: then)
  }
}

extension SessionRoster {
  init(_ row: Row) throws(StoreFailure) {
    self.init(
      handle: try row.handle(0), name: try row.name(1),
      privacy: Privacy(
        mode: PrivacyMode(stored: try row.text(2)), allowed: try row.accounts(4), blocked: try row.accounts(5)),
      forward: try row.accounts(3), version: try row.version(6), profile: .forSignIn(try row.text(7)))
  }
}

extension Statement {
  static let generation = Statement("generation", "SELECT generation FROM session WHERE account = $1::bigint")

  static let credentials = Statement(
    "credentials", "SELECT id, password, old_password FROM account WHERE handle = $1::text AND NOT banned")

  static let sessionRoster = Statement(
    "session roster",
    """
    SELECT handle, name, privacy,
      ARRAY(SELECT contact FROM contact WHERE owner = $1::bigint AND lists & 1 <> 0),
      ARRAY(SELECT contact FROM contact WHERE owner = $1::bigint AND lists & 2 <> 0),
      ARRAY(SELECT contact FROM contact WHERE owner = $1::bigint AND lists & 4 <> 0), list_version, profile
    FROM account WHERE id = $1::bigint AND NOT banned
    """)
}
