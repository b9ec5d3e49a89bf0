import Credentials
import Foundation
import GRDB
import Glibc
import SQLiteStore

/// A prepared data folder, of which each ``DevServer`` works on a copy of its own.
public struct Fixture: Sendable {
  let directory: String
  /// The numbers of its accounts, by handle.
  let accounts: [String: Int64]

  /// Prepares a folder once in the life of the process, however many ask for it.
  public static func named(
    _ name: String, prepare: @escaping @Sendable (FixtureWriter) async throws -> Void
  ) async throws -> Fixture {
    try await FixturePlan(name, prepare: prepare).fixture
  }
}

/// What a test wants to find: the same accounts in a data folder or in a database.
public struct FixturePlan: Sendable {
  public let name: String
  let prepare: @Sendable (FixtureWriter) async throws -> Void

  /// - Parameter name: of its own in the process: whoever asks for it again gets what was prepared then.
  public init(_ name: String, prepare: @escaping @Sendable (FixtureWriter) async throws -> Void) {
    self.name = name
    self.prepare = prepare
  }

  /// As a data folder for ``DevServer``.
  public var fixture: Fixture {
    get async throws { try await FixtureShelf.shared.folder(self) }
  }

  /// As a database for ``ClusterServer``, on the server that `MONARCH_TEST_DATABASE` names.
  public var database: DatabaseFixture {
    get async throws { try await FixtureShelf.shared.database(self) }
  }
}

/// What was prepared so far, removed when the process ends.
private actor FixtureShelf {
  static let shared = FixtureShelf()
  private var folders: [String: Task<Fixture, any Error>] = [:]
  private var databases: [String: Task<DatabaseFixture, any Error>] = [:]

  private static let root: String = {
    let path = FileManager.default.temporaryDirectory.path + "/monarch-fixtures-\(getpid())"
    atexit { try? FileManager.default.removeItem(atPath: FixtureShelf.root) }
    return path
  }()

  func folder(_ plan: FixturePlan) async throws -> Fixture {
    if let task = folders[plan.name] { return try await task.value }
    let directory = FixtureShelf.root + "/" + plan.name
    let task = Task {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      let store = try SQLiteStore(path: directory + "/monarch.sqlite")
      let key = try KeyFile.openOrCreate(path: directory + "/keys.json").oldClientPasswords
      try await plan.prepare(FixtureWriter(store: store, seal: PasswordSeal(key: key)))
      try store.close()
      let file = try DatabaseQueue(path: directory + "/monarch.sqlite")
      defer { try? file.close() }
      let accounts = try await file.write { database in
        for change in FixedIdentifiers.changes { try database.execute(sql: change.forSQLite) }
        let rows = try Row.fetchAll(database, sql: "SELECT handle, id FROM account")
        return Dictionary(rows.map { ($0["handle"] as String, $0["id"] as Int64) }, uniquingKeysWith: { $1 })
      }
      return Fixture(directory: directory, accounts: accounts)
    }
    folders[plan.name] = task
    return try await task.value
  }

  func database(_ plan: FixturePlan) async throws -> DatabaseFixture {
    if let task = databases[plan.name] { return try await task.value }
    let task = Task {
      try await DatabaseFixture.make(plan, on: .shared, keysIn: FixtureShelf.root + "/keys-" + plan.name)
    }
    databases[plan.name] = task
    return try await task.value
  }
}
