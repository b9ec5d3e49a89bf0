import GRDB
import GRDBSQLite
import MSNP
import Roster
import Store

/// The columns of the row that a statement stands at.
///
/// For lists: a copy of each row, and the conversion of its values by their types, would cost more than reading it.
struct Columns {
  private let statement: SQLiteStatement

  init(_ statement: Statement) { self.statement = statement.sqliteStatement }

  func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

  /// Empty for NULL.
  func text(_ column: Int32) -> String {
    guard let text = sqlite3_column_text(statement, column) else { return "" }
    let bytes = UnsafeBufferPointer(start: text, count: Int(sqlite3_column_bytes(statement, column)))
    return String(decoding: bytes, as: UTF8.self)
  }

  func account(_ column: Int32) -> AccountID { AccountID(integer(column)) }

  func handle(_ column: Int32) throws -> UserHandle {
    let text = text(column)
    guard let handle = UserHandle(text) else { throw StoreFailure("'\(text)' in the store is not a user handle") }
    return handle
  }

  func name(_ column: Int32) throws -> FriendlyName {
    let text = text(column)
    do { return try FriendlyName(text) } catch { throw StoreFailure("'\(text)' in the store is not a friendly name") }
  }

  func lists(_ column: Int32) -> ListMembership {
    ListMembership(rawValue: UInt8(truncatingIfNeeded: integer(column)))
  }

  func groups(_ column: Int32) -> GroupSet { GroupSet(rawValue: UInt32(truncatingIfNeeded: integer(column))) }

  func pending(_ column: Int32) -> PendingState {
    UInt8(exactly: integer(column)).flatMap(PendingState.init) ?? .settled
  }

  func guid(_ column: Int32) throws -> GUID {
    guard sqlite3_column_bytes(statement, column) == 16, let blob = sqlite3_column_blob(statement, column) else {
      throw StoreFailure("no GUID in the store")
    }
    return GUID(
      high: UInt64(bigEndian: blob.loadUnaligned(as: UInt64.self)),
      low: UInt64(bigEndian: blob.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
  }
}
