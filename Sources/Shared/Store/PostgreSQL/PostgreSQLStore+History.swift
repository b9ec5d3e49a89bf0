import MSNP
import PostgreSQL
import Roster
import Store

extension PostgreSQLStore: HistorySink {
  public func keepers(
    among accounts: [AccountID], then: @escaping StoreAnswer<Set<AccountID>, StoreFailure>
  ) {
    read(Query(.keepers, [.accounts(accounts)]), { rows in try Set(rows.map { try $0.account(0) }) }, then: then)
  }

  public func keep(_ messages: [RelayedMessage], then: @escaping StoreAnswer<Void, StoreFailure>) {
    read(Query.keep(messages), { _ in }, then: then)
  }
}

extension PostgreSQLStore: HistoryStore {
  public func setKeepsHistory(of account: AccountID, _ keeps: Bool) async throws -> Bool {
    try await changing([Query(keeps ? .keepHistory : .keepNoHistory, [.account(account)])]) != nil
  }

  public func conversations(
    of owner: AccountID, since: Int64, before: Int64?, limit: Int
  ) async throws -> [KeptConversation] {
    guard limit > 0 else { return [] }
    let query = Query(
      .conversations, [.account(owner), .integer(since), .integer(before ?? .max), .integer(limit)])
    return try await read(query) { try $0.map { try KeptConversation($0) } }
  }

  public func messages(
    of owner: AccountID, in conversation: GUID, since: Int64, after: Int?, limit: Int
  ) async throws -> [KeptMessage] {
    let query = Query(
      .messages,
      [
        .account(owner), .text(conversation.description), .integer(after ?? .min), .integer(since),
        .integer(max(limit, 0)),
      ])
    return try await read(query) { try $0.map { try KeptMessage($0) } }
  }

  public func history(
    of owner: AccountID, since: Int64, after: KeptMessage?, limit: Int
  ) async throws -> [KeptMessage] {
    let place = HistoryPlace(after: after)
    let query = Query(
      .history,
      [
        .account(owner), .integer(max(since, place.time)), .integer(place.time),
        .text(place.conversation.description), .integer(place.number), .integer(max(limit, 0)),
      ])
    return try await read(query) { try $0.map { try KeptMessage($0) } }
  }

  public func forgetHistory(of owner: AccountID, conversation: GUID?) async throws -> Int {
    let by = Parameter.account(owner)
    let query =
      conversation.map { Query(.forgetConversation, [by, .text($0.description)]) } ?? Query(.forgetHistory, [by])
    return try await deleting(query)
  }

  public func sweepHistory(before time: Int64, limit: Int) async throws -> Int {
    try await deleting(Query(.sweepHistory, [.integer(time), .integer(max(limit, 0))]))
  }

  /// Deletes what may be many rows, with a statement that counts them.
  private func deleting(_ query: Query) async throws -> Int {
    try await transaction(
      Transaction(opening: [Query(.longWait), query], patience: Patience.long) { results in
        .commit([], raising: [], try results[1].first?.integer(0) ?? 0)
      })
  }
}

extension Query {
  /// One array a column for messages, and one for who of their people may keep each.
  fileprivate static func keep(_ messages: [RelayedMessage]) -> Query {
    var owners: [AccountID] = []
    var places: [Int] = []
    for (index, message) in messages.enumerated() {
      owners += message.people.map(\.account)
      places += repeatElement(index + 1, count: message.people.count)
    }
    return Query(
      .keep,
      [
        .texts(messages.map(\.conversation.description)), .integers(messages.map(\.number)),
        .integers(messages.map(\.time)), .texts(messages.map(\.sender.text)), .texts(messages.map(\.senderName.text)),
        .texts(messages.map(\.storedText)), .texts(messages.map(\.storedPeople)), .accounts(owners),
        .integers(places),
      ])
  }
}

extension KeptMessage {
  fileprivate static let columns = "conversation, number, at, sender, name, text, people"

  fileprivate init(_ row: Row) throws {
    self.init(
      conversation: try row.guid(0), number: try row.integer(1), time: try row.integer(2),
      sender: try row.handle(3), senderName: try row.name(4), text: try row.text(5),
      people: try [UserHandle](storedPeople: try row.text(6)))
  }
}

extension KeptConversation {
  fileprivate init(_ row: Row) throws {
    self.init(
      conversation: try row.guid(0), began: try row.integer(1), ended: try row.integer(2),
      messages: try row.integer(3), people: try [UserHandle](storedPeople: try row.text(4)))
  }
}

extension Statement {
  static let keepers = Statement(
    "keepers", "SELECT account FROM history_keeper WHERE account = ANY ($1::bigint[])")

  /// In the order of owners, whose rows the foreign keys lock.
  static let keep = Statement(
    "keep",
    """
    INSERT INTO history (owner, conversation, number, at, sender, name, text, people)
    SELECT keeper.account, said.conversation, said.number, said.at, said.sender, said.name, said.text, said.people
    FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[])
      WITH ORDINALITY AS said (conversation, number, at, sender, name, text, people, place)
    JOIN unnest($8::bigint[], $9::bigint[]) AS person (account, place) ON person.place = said.place
    JOIN history_keeper keeper ON keeper.account = person.account
    ORDER BY keeper.account, said.place
    ON CONFLICT DO NOTHING
    """)

  static let keepHistory = Statement(
    "keep history",
    """
    WITH switched AS (
      INSERT INTO history_keeper (account) SELECT id FROM account WHERE id = $1::bigint ON CONFLICT DO NOTHING)
    SELECT id FROM account WHERE id = $1::bigint
    """)

  static let keepNoHistory = Statement(
    "keep no history",
    """
    WITH switched AS (DELETE FROM history_keeper WHERE account = $1::bigint)
    SELECT id FROM account WHERE id = $1::bigint
    """)

  /// Walks the owner's messages back in time and takes those after which nothing was said in their conversation, until
  /// there are enough: what is older is not read. `>=` says what `=` would, but of `=` the planner believes that it lets
  /// next to nothing through, and would read and sort a whole history.
  static let conversations = Statement(
    "conversations",
    """
    SELECT last.conversation, span.began, last.at, span.messages, span.people FROM (
      SELECT conversation, at FROM history said
      WHERE owner = $1::bigint AND at >= $2::bigint AND at < $3::bigint AND number >= (
        SELECT max(number) FROM history WHERE owner = $1::bigint AND conversation = said.conversation)
      ORDER BY at DESC FETCH FIRST ($4::bigint) ROWS WITH TIES) last,
    LATERAL (
      SELECT min(at) AS began, count(*) AS messages, string_agg(DISTINCT people, ' ') AS people FROM history
      WHERE owner = $1::bigint AND conversation = last.conversation AND at >= $2::bigint) span
    ORDER BY last.at DESC, last.conversation DESC
    """)

  static let messages = Statement(
    "messages",
    """
    SELECT \(KeptMessage.columns) FROM history
    WHERE owner = $1::bigint AND conversation = $2::uuid AND number > $3::bigint AND at >= $4::bigint
    ORDER BY number LIMIT $5::bigint
    """)

  static let history = Statement(
    "history",
    """
    SELECT \(KeptMessage.columns) FROM history
    WHERE owner = $1::bigint AND at >= $2::bigint
      AND (at, conversation, number) > ($3::bigint, $4::uuid, $5::bigint)
    ORDER BY at, conversation, number LIMIT $6::bigint
    """)

  static let forgetHistory = Statement(
    "forget history",
    "WITH gone AS (DELETE FROM history WHERE owner = $1::bigint RETURNING 1) SELECT count(*) FROM gone")

  static let forgetConversation = Statement(
    "forget conversation",
    """
    WITH gone AS (DELETE FROM history WHERE owner = $1::bigint AND conversation = $2::uuid RETURNING 1)
    SELECT count(*) FROM gone
    """)

  static let sweepHistory = Statement(
    "sweep history",
    """
    WITH gone AS (
      DELETE FROM history WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM history WHERE at < $1::bigint ORDER BY at LIMIT $2::bigint)) RETURNING 1)
    SELECT count(*) FROM gone
    """)
}
