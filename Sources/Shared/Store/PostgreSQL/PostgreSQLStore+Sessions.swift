import Cluster
import MSNP
import PostgreSQL
import Roster
import Store

extension PostgreSQLStore: SessionStore {
  /// The account's row is locked before the session is claimed and the roster read after: a change that others make is
  /// then either in the roster, or committed after the claim and told to the claimer.
  public func claim(
    _ account: AccountID, for run: NodeRun, then: @escaping StoreAnswer<SessionClaim?, StoreFailure>
  ) {
    let by = Parameter.account(account)
    let place = [Parameter.text(run.name), .integer(run.epoch)]
    let queries = [
      Query(.withoutWaiting), Query(.lockOwner, [by]), Query(.claimSession, [by] + place),
      Query(.sessionRoster, [by]), Query(.contactsOnline, [by] + place),
    ]
    connections.whole(queries, behind: account) { result in
      then(
        result.flatMap { results in
          Result { try SessionClaim.read(results) }.mapError(StoreFailure.init(wrapping:))
        })
    }
  }

  public func write(
    _ states: [SessionState], ended: [AccountID: SessionMark], of run: NodeRun,
    then: @escaping StoreAnswer<Set<AccountID>, StoreFailure>
  ) {
    var queries = [Query(.withoutWaiting)]
    if !states.isEmpty { queries.append(Query(.writeSessions, SessionColumns(states).parameters + run.parameters)) }
    if !ended.isEmpty {
      let rows = ended.map { ($0.key, $0.value.generation) }
      queries.append(Query(.endSessions, [.accounts(rows.map(\.0)), .integers(rows.map(\.1))]))
    }
    let asked = Set(states.map(\.account))
    connections.request(queries) { result in
      then(
        result.flatMap { results in
          guard !asked.isEmpty else { return .success([]) }
          return Result { asked.subtracting(try results[1].map { try $0.account(0) }) }
            .mapError(StoreFailure.init(wrapping:))
        })
    }
  }

  public func restore(
    _ states: [SessionState], for run: NodeRun, then: @escaping StoreAnswer<Set<AccountID>, StoreFailure>
  ) {
    let asked = Set(states.map(\.account))
    guard !asked.isEmpty else { return then(.success([])) }
    let queries = [
      Query(.withoutWaiting), Query(.restoreSessions, SessionColumns(states).parameters + run.parameters),
    ]
    connections.request(queries) { result in
      then(
        result.flatMap { results in
          Result { asked.subtracting(try results[1].map { try $0.account(0) }) }.mapError(StoreFailure.init(wrapping:))
        })
    }
  }

  public func sessions(of accounts: [AccountID], then: @escaping StoreAnswer<[PlacedSession], StoreFailure>) {
    read(Query(.sessionsOf, [.accounts(accounts)]), { rows in try rows.map { try $0.placedSession() } }, then: then)
  }

  public func sessions(on run: NodeRun, then: @escaping StoreAnswer<[AccountID: SessionMark], StoreFailure>) {
    read(
      Query(.sessionsOn, run.parameters),
      { rows in
        try Dictionary(
          rows.map {
            (try $0.account(0), SessionMark(generation: try $0.integer(1), sequence: try $0.integer(2)))
          }, uniquingKeysWith: { $1 })
      }, then: then)
  }

  public func listVersions(
    of accounts: [AccountID], then: @escaping StoreAnswer<[AccountID: ListVersion], StoreFailure>
  ) {
    read(
      Query(.listVersions, [.accounts(accounts)]),
      { rows in try Dictionary(rows.map { (try $0.account(0), try $0.version(1)) }, uniquingKeysWith: { $1 }) },
      then: then)
  }
}

extension SessionClaim {
  /// From the results of the claim's statements; nil when there is no such account.
  fileprivate static func read(_ results: [QueryResult]) throws -> SessionClaim? {
    guard let claim = results[2].first, let roster = try results[3].first.map(SessionRoster.init) else { return nil }
    var loser: (run: NodeRun, generation: UInt64)?
    if let node = claim.optionalText(1) {
      loser = (NodeRun(name: node, epoch: try claim.integer(2)), try claim.integer(3))
    }
    return SessionClaim(
      mark: SessionMark(generation: try claim.integer(0)), loser: loser, roster: roster,
      contacts: try results[4].map { try $0.placedSession() })
  }
}

extension NodeRun {
  fileprivate var parameters: [Parameter] { [.text(name), .integer(epoch)] }
}

/// Many sessions as one array a column. Who is listed varies in length, so those are texts of arrays.
private struct SessionColumns {
  let parameters: [Parameter]

  /// In the order of accounts, in which everybody locks rows.
  init(_ states: [SessionState]) {
    let states = states.sorted { $0.account < $1.account }
    let lists = states.map { state -> (strangers: Bool, listed: AccountSet) in
      switch state.presence?.audience {
      case .everyone(let except): (true, except)
      case .only(let admitted): (false, admitted)
      case nil: (true, AccountSet())
      }
    }
    parameters = [
      .accounts(states.map(\.account)), .texts(states.map(\.handle.text)),
      .integers(states.map(\.mark.generation)), .integers(states.map(\.mark.sequence)),
      .texts(states.map { $0.presence?.status.rawValue }), .texts(states.map { $0.presence?.name.text }),
      .texts(lists.map { $0.strangers ? "t" : "f" }),
      .texts(lists.map { "{" + $0.listed.members.map { String($0.rawValue) }.joined(separator: ",") + "}" }),
      .texts(states.map { $0.presence.map { String($0.capabilities.rawValue) } }),
      .texts(states.map { $0.presence?.object?.text }), .texts(states.map { $0.presence?.personal?.payload }),
    ]
  }
}

extension Statement {
  /// Sessions are known to their nodes: a crash of the database may lose the last of them.
  static let withoutWaiting = Statement("without waiting", "SELECT set_config('synchronous_commit', 'off', true)")

  /// The generation is the time in microseconds, and in any case above the former one: a number from a sequence could
  /// fall back, for what is written without waiting may be lost in a crash, together with the row.
  static let claimSession = Statement(
    "claim session",
    """
    WITH former AS (SELECT node, epoch, generation FROM session WHERE account = $1::bigint)
    INSERT INTO session (account, handle, node, epoch, generation, sequence, name)
    SELECT id, handle, $2::text, $3::bigint, 
      greatest(
        (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, coalesce((SELECT generation + 1 FROM former), 0)),
      0, name
      FROM account WHERE id = $1::bigint AND NOT banned
    ON CONFLICT (account) DO UPDATE SET handle = excluded.handle, node = excluded.node, epoch = excluded.epoch,
      generation = excluded.generation, sequence = 0, status = NULL, name = excluded.name, strangers = true,
      listed = '{}', capabilities = 0, object = NULL, personal = NULL, since = clock_timestamp()
    RETURNING generation, (SELECT node FROM former), (SELECT epoch FROM former), (SELECT generation FROM former)
    """)

  /// Contacts whom the account may see, but for those on its own node, which knows better.
  static let contactsOnline = Statement(
    "contacts online",
    """
    SELECT \(Row.placedSessionColumns) FROM contact JOIN session ON session.account = contact.contact
    WHERE contact.owner = $1::bigint AND contact.lists & 1 <> 0 AND session.status IS NOT NULL
      AND NOT (session.node = $2::text AND session.epoch = $3::bigint)
      AND session.strangers <> ($1::bigint = ANY (session.listed))
    """)

  private static let newRows = """
    unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[],
      $9::bigint[], $10::text[], $11::text[])
      AS new (account, handle, generation, sequence, status, name, strangers, listed, capabilities, object, personal)
    """

  static let writeSessions = Statement(
    "write sessions",
    """
    UPDATE session SET sequence = new.sequence, status = new.status, name = coalesce(new.name, session.name),
      strangers = new.strangers::boolean, listed = new.listed::bigint[],
      capabilities = coalesce(new.capabilities, session.capabilities), object = new.object, personal = new.personal
    FROM \(newRows)
    WHERE session.account = new.account AND session.generation = new.generation AND session.node = $12::text
      AND session.epoch = $13::bigint
    RETURNING session.account
    """)

  static let endSessions = Statement(
    "end sessions",
    """
    DELETE FROM session USING unnest($1::bigint[], $2::bigint[]) AS old (account, generation)
    WHERE session.account = old.account AND session.generation = old.generation
    """)

  /// The accounts are looked up: those that are gone or banned have no session to restore, and the row of one that was
  /// banned goes. A state that was written after the restored one was taken stays.
  static let restoreSessions = Statement(
    "restore sessions",
    """
    WITH banned AS (
      DELETE FROM session USING account
      WHERE session.account = ANY ($1::bigint[]) AND account.id = session.account AND account.banned)
    INSERT INTO session (account, handle, node, epoch, generation, sequence, status, name, strangers, listed,
      capabilities, object, personal)
    SELECT new.account, new.handle, $12::text, $13::bigint, new.generation, new.sequence, new.status,
      coalesce(new.name, account.name), new.strangers::boolean, new.listed::bigint[],
      coalesce(new.capabilities, 0), new.object, new.personal
    FROM \(newRows) JOIN account ON account.id = new.account AND NOT account.banned
    ORDER BY new.account
    ON CONFLICT (account) DO UPDATE SET handle = excluded.handle, node = excluded.node, epoch = excluded.epoch,
      (generation, sequence, status, name, strangers, listed, capabilities, object, personal) = (
        SELECT CASE WHEN isLater THEN session.generation ELSE excluded.generation END,
          CASE WHEN isLater THEN session.sequence ELSE excluded.sequence END,
          CASE WHEN isLater THEN session.status ELSE excluded.status END,
          CASE WHEN isLater THEN session.name ELSE excluded.name END,
          CASE WHEN isLater THEN session.strangers ELSE excluded.strangers END,
          CASE WHEN isLater THEN session.listed ELSE excluded.listed END,
          CASE WHEN isLater THEN session.capabilities ELSE excluded.capabilities END,
          CASE WHEN isLater THEN session.object ELSE excluded.object END,
          CASE WHEN isLater THEN session.personal ELSE excluded.personal END
        FROM (SELECT session.generation = excluded.generation AND session.sequence > excluded.sequence AS isLater) AS compared)
      WHERE session.generation <= excluded.generation
    RETURNING account
    """)

  /// Who is banned has no session, even while its server has not heard of that.
  private static let isNotBanned = """
    NOT EXISTS (SELECT FROM account WHERE account.id = session.account AND account.banned)
    """

  static let sessionsOf = Statement(
    "sessions of",
    "SELECT \(Row.placedSessionColumns) FROM session WHERE account = ANY ($1::bigint[]) AND \(isNotBanned)")

  /// Sessions claimed a moment ago are left out: their node may not have heard yet that they are its.
  static let sessionsOn = Statement(
    "sessions on",
    """
    SELECT account, generation, sequence FROM session
    WHERE node = $1::text AND epoch = $2::bigint AND since < clock_timestamp() - interval '5 seconds'
      AND \(isNotBanned)
    """)

  static let listVersions = Statement(
    "list versions", "SELECT id, list_version FROM account WHERE id = ANY ($1::bigint[])")
}
