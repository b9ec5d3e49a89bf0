import MSNP
import PostgreSQL
import Roster
import Store

/// The store of a cluster: accounts and lists in PostgreSQL 15 or later.
///
/// A read is one statement, hence one instant and one round trip. A change locks every account row whose version it may
/// raise, in the order of their numbers, reads what it has to know, is judged by the rules that every store shares, and
/// writes and commits: two round trips on a connection leased for it. Accounts' rows in other tables are written only
/// under the lock of their owner's row. A commit is on disk when it is answered.
public final class PostgreSQLStore: Sendable {
  let connections: ConnectionSet

  /// Connects to a database that `migrate(url:)` has prepared; throws the reason if it cannot be worked on.
  ///
  /// Blocks until connected: call it before the event loops have work. Once made, the store finds its way back after
  /// any failure of the database by itself.
  ///
  /// - Parameters:
  ///   - url: `postgresql://`, as libpq reads it; several hosts may be named, the one that takes writes is used.
  ///   - connections: at least 2. A third of them carry reads, any number at a time; the others a change at a time each.
  public init(url: String, connections: Int = 6) throws(StoreFailure) {
    let shared = max(connections / 3, 1)
    self.connections = try ConnectionSet(url, shared: shared, leased: max(connections - shared, 1))
  }

  /// Closes the connections once everything asked before has been done; whatever is asked afterwards fails.
  public func close() async { await connections.close() }

  /// Brings a database's schema up to date and answers with the steps taken, none if it was. Blocks.
  ///
  /// Safe to run twice, and from several nodes at once. Refuses a database that a newer version has migrated.
  @discardableResult
  public static func migrate(url: String) throws(StoreFailure) -> [String] {
    try Schema.migrate(DatabaseSession(DatabaseURL(url)), to: Migration.all)
  }

  /// How often the store has sent something to the server, to wait for what comes back: once a read, twice a change.
  public var roundTrips: Int { connections.roundTrips }
}

extension PostgreSQLStore {
  /// Reads with one statement and makes a value of its rows, on the polling thread.
  func read<Value: Sendable>(
    _ query: Query, _ make: @escaping @Sendable (QueryResult) throws -> Value,
    then: @escaping StoreAnswer<Value, StoreFailure>
  ) {
    connections.request([query]) { then(PostgreSQLStore.made($0, make)) }
  }

  func read<Value: Sendable>(
    _ query: Query, _ make: @escaping @Sendable (QueryResult) throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      read(query, make) { continuation.resume(with: $0) }
    }
  }

  static func made<Value>(
    _ result: Result<[QueryResult], StoreFailure>, _ make: (QueryResult) throws -> Value
  ) -> Result<Value, StoreFailure> {
    result.flatMap { results in
      Result { try make(results.only) }.mapError(StoreFailure.init(wrapping:))
    }
  }

  /// A transaction for operators: whatever stops it is a failure of the store.
  func transaction<Value>(_ transaction: Transaction<Value>) async throws -> Value {
    do { return try await connections.transaction(transaction) } catch { throw StoreFailure(wrapping: error) }
  }
}

extension [QueryResult] {
  /// The result of a request of one statement.
  var only: QueryResult {
    get throws(StoreFailure) {
      guard count == 1 else { throw StoreFailure("\(count) results for one statement") }
      return self[0]
    }
  }
}

extension StoreFailure {
  /// Whatever went wrong, as text.
  init(wrapping error: any Error) { self = error as? StoreFailure ?? StoreFailure(String(describing: error)) }
}
