internal import CLibPQ
import Store

/// A connection that blocks its thread: for migrations, and for the first words on a connection that is then pipelined.
package final class DatabaseSession {
  private let url: DatabaseURL
  private var connection: OpaquePointer?

  /// Connects and signs in, which takes as long as the URL's `connect_timeout` allows.
  package init(_ url: DatabaseURL) throws(StoreFailure) {
    self.url = url
    connection = DatabaseSession.connect(url.settings)
    guard let connection, PQstatus(connection) == CONNECTION_OK else {
      throw StoreFailure("no connection to the database: " + (failure?.description ?? "out of memory"))
    }
    // What the server merely remarks would go to standard error.
    PQsetNoticeProcessor(connection, { _, _ in }, nil)
  }

  deinit { PQfinish(connection) }

  /// Runs one statement, or with no parameters several at once, and answers with the last one's rows.
  @discardableResult
  package func run(_ sql: String, _ parameters: [Parameter] = []) throws(StoreFailure) -> QueryResult {
    let result =
      if parameters.isEmpty { PQexec(connection, sql) } else {
        CStrings(parameters.map(\.text)).withPointers {
          PQexecParams(connection, sql, Int32(parameters.count), nil, $0, nil, nil, 0)
        }
      }
    guard let result else { throw failure ?? StoreFailure("the database does not answer") }
    let answer = QueryResult(owning: result)
    guard [PGRES_TUPLES_OK, PGRES_COMMAND_OK].contains(PQresultStatus(result)) else {
      throw DatabaseError(result).failure(url)
    }
    return answer
  }

  /// Gives the connection away, in pipeline mode and never blocking; this session is over.
  package func pipelined() throws(StoreFailure) -> OpenConnection {
    guard let open = connection, PQsetnonblocking(open, 1) == 0, PQenterPipelineMode(open) == 1 else {
      throw failure ?? StoreFailure("the database connection is closed")
    }
    connection = nil
    return OpenConnection(pointer: open)
  }

  /// Gives the connection away, never blocking; this session is over.
  package func nonBlocking() throws(StoreFailure) -> OpenConnection {
    guard let open = connection, PQsetnonblocking(open, 1) == 0 else {
      throw failure ?? StoreFailure("the database connection is closed")
    }
    connection = nil
    return OpenConnection(pointer: open)
  }

  private var failure: StoreFailure? {
    connection.map { StoreFailure(url.masked(String(cString: PQerrorMessage($0)))) }
  }

  private static func connect(_ settings: [(keyword: String, value: String)]) -> OpaquePointer? {
    let keywords = CStrings(settings.map(\.keyword) + [nil])
    let values = CStrings(settings.map(\.value) + [nil])
    return keywords.withPointers { keywords in
      values.withPointers { PQconnectdbParams(keywords, $0, 0) }
    }
  }
}

/// A connection on its way from the thread that opened it to the one that polls it.
///
/// `@unchecked Sendable`: only one of them holds it at a time; the giver keeps nothing.
package struct OpenConnection: @unchecked Sendable {
  package let pointer: OpaquePointer

  /// Closes it, when nobody takes it.
  package func discard() { PQfinish(pointer) }
}

/// What the server said went wrong.
package struct DatabaseError {
  /// `SQLSTATE`, as in `40P01`; empty when the words are libpq's own.
  package let state: String
  /// The first line only: the details may quote stored values.
  package let message: String

  package init(_ result: OpaquePointer) {
    func field(_ code: Character) -> String? {
      code.asciiValue.flatMap { PQresultErrorField(result, Int32($0)) }.map { String(cString: $0) }
    }
    // PG_DIAG_SQLSTATE and PG_DIAG_MESSAGE_PRIMARY, which are character macros.
    state = field("C") ?? ""
    message = field("M") ?? String(cString: PQresultErrorMessage(result))
  }

  package func failure(_ url: DatabaseURL) -> StoreFailure {
    StoreFailure(url.masked(state.isEmpty ? message : "\(message) (SQLSTATE \(state))"))
  }
}

/// Texts as the array of C strings that libpq takes; nil stays a null pointer.
package struct CStrings {
  private var bytes: [CChar] = []
  private var offsets: [Int?] = []

  package init(_ texts: some Sequence<String?>) {
    for text in texts {
      offsets.append(text.map { _ in bytes.count })
      guard let text else { continue }
      bytes.append(contentsOf: text.utf8.lazy.map { CChar(bitPattern: $0) })
      bytes.append(0)
    }
  }

  /// Calls `body` with the array, which is valid during the call.
  package func withPointers<Value>(_ body: (UnsafePointer<UnsafePointer<CChar>?>?) throws -> Value) rethrows -> Value {
    try bytes.withUnsafeBufferPointer { bytes in
      let pointers = offsets.map { offset in offset.flatMap { bytes.baseAddress?.advanced(by: $0) } }
      return try pointers.withUnsafeBufferPointer { try body($0.baseAddress) }
    }
  }
}
