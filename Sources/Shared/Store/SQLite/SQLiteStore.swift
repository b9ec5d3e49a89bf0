import GRDB
import Store

/// The embedded store: accounts and lists in one SQLite file, for a service that runs in one process.
///
/// All writes go through one connection, in order; the answer to a change is given on that connection's queue after its
/// commit, which is what puts answers into the order of commits. A commit is on disk when it returns: write-ahead log
/// with `synchronous=FULL`. Reads run beside it on connections of their own, each at one instant.
public final class SQLiteStore: Sendable {
  private let pool: DatabasePool

  /// How long a statement waits for another process that holds the file, in seconds.
  private static let busyTimeout = 5.0
  private static let readers = 4
  /// The pages each connection keeps, in KiB. The kernel keeps the file's pages anyway; SQLite's own default of two
  /// megabytes for each of five connections would be memory of a thousand sessions.
  private static let pages = 512

  /// Opens the file, creates it with mode 0600 if there is none, and brings its schema up to date.
  ///
  /// Refuses a file that a newer version of the service has written.
  public init(path: String) throws(StoreFailure) {
    do {
      try StoreFile.prepare(path)
      var configuration = Configuration()
      configuration.label = "monarch.store"
      configuration.busyMode = .timeout(SQLiteStore.busyTimeout)
      configuration.foreignKeysEnabled = true
      configuration.journalMode = .wal
      configuration.maximumReaderCount = SQLiteStore.readers
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA cache_size = -\(SQLiteStore.pages)") }
      pool = try DatabasePool(path: path, configuration: configuration)
      // GRDB sets NORMAL with WAL, under which a power cut may take back what was acknowledged.
      try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      try Schema.bringUpToDate(pool)
    } catch {
      throw StoreFailure(wrapping: error)
    }
  }

  /// Closes the file once everything asked before has been done; whatever is asked afterwards fails.
  public func close() throws(StoreFailure) {
    do { try pool.close() } catch { throw StoreFailure(wrapping: error) }
  }
}

extension SQLiteStore {
  /// Reads at one instant and answers on the reader's queue.
  func read<Value>(
    _ work: @escaping @Sendable (Database) throws -> Value, then: @escaping StoreAnswer<Value, StoreFailure>
  ) {
    pool.asyncRead { connection in
      then(Result { try work(connection.get()) }.mapError(StoreFailure.init(wrapping:)))
    }
  }

  /// Runs `work` in one write transaction and answers on the write queue once that has ended: no other write comes
  /// between a commit and its answer.
  func write<Value>(
    _ work: @escaping @Sendable (Database) throws -> Value,
    then: @escaping @Sendable (Result<Value, any Error>) -> Void
  ) {
    pool.asyncWriteWithoutTransaction { database in
      then(Result { try database.committing { try work(database) } })
    }
  }

  func read<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      read(work) { continuation.resume(with: $0) }
    }
  }

  func write<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      write(work) { continuation.resume(with: $0.mapError(StoreFailure.init(wrapping:))) }
    }
  }
}

extension SQLiteStore {
  /// The settings that durability rests on, as the write connection has them.
  public struct Settings: Hashable, Sendable {
    /// `wal`
    public var journalMode: String
    /// 2 is FULL.
    public var synchronous: Int
    public var foreignKeys: Bool
  }

  /// Reads back the settings of the write connection.
  public func settings() async throws -> Settings {
    try await withCheckedThrowingContinuation { continuation in
      pool.asyncWriteWithoutTransaction { database in
        continuation.resume(
          with: Result {
            try Settings(
              journalMode: String.fetchOne(database, sql: "PRAGMA journal_mode") ?? "",
              synchronous: Int.fetchOne(database, sql: "PRAGMA synchronous") ?? 0,
              foreignKeys: Bool.fetchOne(database, sql: "PRAGMA foreign_keys") ?? false)
          }.mapError(StoreFailure.init(wrapping:)))
      }
    }
  }
}

extension StoreFailure {
  /// Whatever went wrong, as text. GRDB leaves statement arguments out of it, so no secret gets into the log.
  init(wrapping error: any Error) { self = error as? StoreFailure ?? StoreFailure(String(describing: error)) }
}
