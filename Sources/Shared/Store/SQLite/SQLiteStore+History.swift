import Foundation
import GRDB
import MSNP
import Roster
import Store

extension SQLiteStore: HistorySink {
  public func keepers(
    among accounts: [AccountID], then: @escaping StoreAnswer<Set<AccountID>, StoreFailure>
  ) {
    read(
      { database in
        try accounts.reduce(into: []) { keepers, account in
          let row = try database.row("SELECT 1 FROM history_keeper WHERE account = ?", [account.rawValue])
          if row != nil { keepers.insert(account) }
        }
      }, then: then)
  }

  public func keep(_ messages: [RelayedMessage], then: @escaping StoreAnswer<Void, StoreFailure>) {
    write(
      { database in
        for message in messages { try database.keep(message) }
      },
      then: { then($0.mapError(StoreFailure.init(wrapping:))) })
  }
}

extension SQLiteStore: HistoryStore {
  public func setKeepsHistory(of account: AccountID, _ keeps: Bool) async throws -> Bool {
    try await write { database in
      guard try database.row("SELECT 1 FROM account WHERE id = ?", [account.rawValue]) != nil else { return false }
      let sql =
        keeps
        ? "INSERT INTO history_keeper (account) VALUES (?) ON CONFLICT DO NOTHING"
        : "DELETE FROM history_keeper WHERE account = ?"
      try database.run(sql, [account.rawValue])
      return true
    }
  }

  public func conversations(
    of owner: AccountID, since: Int64, before: Int64?, limit: Int
  ) async throws -> [KeptConversation] {
    guard limit > 0 else { return [] }
    return try await read { database in
      let last = try database.lastMessages(of: owner, since: since, before: before ?? .max, limit: limit)
      return try last.map { try database.conversation($0.conversation, endingAt: $0.time, of: owner, since: since) }
    }
  }

  public func messages(
    of owner: AccountID, in conversation: GUID, since: Int64, after: Int?, limit: Int
  ) async throws -> [KeptMessage] {
    try await read { database in
      try database.rows(
        """
        SELECT \(KeptMessage.columns) FROM history
        WHERE owner = ? AND conversation = ? AND number > ? AND at >= ? ORDER BY number LIMIT ?
        """, [owner.rawValue, Data(conversation.raw), after ?? .min, since, max(limit, 0)]
      ).map(KeptMessage.init)
    }
  }

  public func history(
    of owner: AccountID, since: Int64, after: KeptMessage?, limit: Int
  ) async throws -> [KeptMessage] {
    let place = HistoryPlace(after: after)
    return try await read { database in
      try database.rows(
        """
        SELECT \(KeptMessage.columns) FROM history
        WHERE owner = ? AND at >= ? AND (at, conversation, number) > (?, ?, ?)
        ORDER BY at, conversation, number LIMIT ?
        """,
        [
          owner.rawValue, max(since, place.time), place.time, Data(place.conversation.raw), place.number,
          max(limit, 0),
        ]
      ).map(KeptMessage.init)
    }
  }

  public func forgetHistory(of owner: AccountID, conversation: GUID?) async throws -> Int {
    try await write { database in
      if let conversation {
        try database.run(
          "DELETE FROM history WHERE owner = ? AND conversation = ?", [owner.rawValue, Data(conversation.raw)])
      } else {
        try database.run("DELETE FROM history WHERE owner = ?", [owner.rawValue])
      }
      return database.changesCount
    }
  }

  public func sweepHistory(before time: Int64, limit: Int) async throws -> Int {
    try await write { database in
      // One by one: in one statement SQLite would look through whole histories for what is to go.
      let rows = try database.rows(
        "SELECT owner, conversation, number FROM history WHERE at < ? ORDER BY at LIMIT ?", [time, max(limit, 0)])
      for row in rows {
        try database.run(
          "DELETE FROM history WHERE owner = ? AND conversation = ? AND number = ?",
          [row[0] as Int64, row[1] as Data, row[2] as Int])
      }
      return rows.count
    }
  }
}

extension Database {
  fileprivate func keep(_ message: RelayedMessage) throws {
    for person in message.people {
      try run(
        """
        INSERT INTO history (owner, conversation, number, at, sender, name, text, people)
        SELECT account, ?, ?, ?, ?, ?, ?, ? FROM history_keeper WHERE account = ? ON CONFLICT DO NOTHING
        """,
        [
          Data(message.conversation.raw), message.number, message.time, message.sender.text, message.senderName.text,
          message.storedText, message.storedPeople, person.account.rawValue,
        ])
    }
  }

  /// The last messages of conversations, the latest first: `limit` of them, and what ended together with the last of
  /// these. It walks the owner's messages back from `before` and takes those after which nothing was said.
  fileprivate func lastMessages(
    of owner: AccountID, since: Int64, before: Int64, limit: Int
  ) throws -> [(conversation: GUID, time: Int64)] {
    let sql = """
      SELECT conversation, at FROM history AS said WHERE owner = ?1 AND at >= ?2 AND at < ?3
        AND number = (
          SELECT max(number) FROM history WHERE owner = ?1 AND conversation = said.conversation)
      ORDER BY at DESC, conversation DESC
      """
    var last: [(conversation: GUID, time: Int64)] = []
    let cursor = try Row.fetchCursor(
      cachedStatement(sql: sql), arguments: [owner.rawValue, since, before])
    while let row = try cursor.next() {
      let time: Int64 = row[1]
      if last.count >= limit, time != last.last?.time { break }
      last.append((try row.guid(0), time))
    }
    return last
  }

  fileprivate func conversation(
    _ conversation: GUID, endingAt end: Int64, of owner: AccountID, since: Int64
  ) throws -> KeptConversation {
    let from: StatementArguments = [owner.rawValue, Data(conversation.raw), since]
    let condition = "FROM history WHERE owner = ? AND conversation = ? AND at >= ?"
    let span = try row("SELECT min(at), count(*) \(condition)", from)
    let people = try rows("SELECT DISTINCT people \(condition)", from).map { $0[0] as String }
    return KeptConversation(
      conversation: conversation, began: span?[0] ?? end, ended: end, messages: span?[1] ?? 0,
      people: try [UserHandle](storedPeople: people.joined(separator: " ")))
  }
}

extension KeptMessage {
  fileprivate static let columns = "conversation, number, at, sender, name, text, people"

  fileprivate init(_ row: Row) throws {
    self.init(
      conversation: try row.guid(0), number: row[1], time: row[2], sender: try row.handle(3),
      senderName: try row.name(4), text: row[5], people: try [UserHandle](storedPeople: row[6]))
  }
}
