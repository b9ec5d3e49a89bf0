import Foundation
import GRDB
import MSNP
import Roster
import Store

extension Database {
  /// Runs `work` in a transaction that holds the write lock from its beginning, and commits.
  func committing<Value>(_ work: () throws -> Value) throws -> Value {
    try beginTransaction(.immediate)
    do {
      let value = try work()
      try commit()
      return value
    } catch {
      // The first error says what went wrong; SQLite has often rolled back by itself already.
      try? rollback()
      throw error
    }
  }

  // Statements are prepared once a connection.

  func run(_ sql: String, _ arguments: StatementArguments) throws {
    try cachedStatement(sql: sql).execute(arguments: arguments)
  }

  func row(_ sql: String, _ arguments: StatementArguments) throws -> Row? {
    try Row.fetchOne(cachedStatement(sql: sql), arguments: arguments)
  }

  func rows(_ sql: String, _ arguments: StatementArguments) throws -> [Row] {
    try Row.fetchAll(cachedStatement(sql: sql), arguments: arguments)
  }

  /// Calls `body` for each row, of which nothing outlives the call but what it takes.
  func forEachRow(_ sql: String, _ arguments: StatementArguments, _ body: (Columns) throws -> Void) throws {
    let statement = try cachedStatement(sql: sql)
    let columns = Columns(statement)
    let rows = try Row.fetchCursor(statement, arguments: arguments)
    while try rows.next() != nil { try body(columns) }
  }

  func accounts(_ sql: String, _ arguments: StatementArguments) throws -> [AccountID] {
    var accounts: [AccountID] = []
    try forEachRow(sql, arguments) { accounts.append($0.account(0)) }
    return accounts
  }
}

extension Row {
  func account(_ column: Int) -> AccountID { AccountID(self[column]) }

  func handle(_ column: Int) throws -> UserHandle {
    let text: String = self[column]
    guard let handle = UserHandle(text) else { throw StoreFailure("'\(text)' in the store is not a user handle") }
    return handle
  }

  func name(_ column: Int) throws -> FriendlyName {
    let text: String = self[column]
    do { return try FriendlyName(text) } catch { throw StoreFailure("'\(text)' in the store is not a friendly name") }
  }

  func bytes(_ column: Int) -> [UInt8]? {
    let data: Data? = self[column]
    return data.map(Array.init)
  }

  func guid(_ column: Int) throws -> GUID {
    guard let guid = bytes(column).flatMap({ GUID(raw: $0) }) else { throw StoreFailure("no GUID in the store") }
    return guid
  }

  func version(_ column: Int) -> ListVersion { ListVersion(self[column]) }

  func group(_ column: Int) throws -> GroupNumber {
    let number: UInt8 = self[column]
    guard let group = GroupNumber(number) else { throw StoreFailure("\(number) in the store is not a group") }
    return group
  }
}
