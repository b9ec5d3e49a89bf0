import Foundation
import MSNP
import Store
import Testing

@testable import PostgreSQL
@testable import PostgreSQLStore

@Suite("PostgreSQL schema", .enabled(if: TestDatabase.url != nil, TestDatabase.missing))
struct PostgreSQLSchemaTests {
  private let folder: TemporaryFolder
  private let url: String

  init() throws {
    folder = try TemporaryFolder()
    url = try TestDatabase.bareURL(for: folder.url)
  }

  private static let steps = ["1 accounts and lists", "2 nodes and sessions", "3 answers and looks", "4 people"]

  @Test("A database without schema is refused with the cure")
  func none() {
    #expect(throws: StoreFailure("the database has no schema yet; run `monarch database migrate`")) {
      try PostgreSQLStore(url: url)
    }
  }

  @Test("Migrating twice changes nothing the second time")
  func twice() async throws {
    #expect(try PostgreSQLStore.migrate(url: url) == Self.steps)
    let store = try PostgreSQLStore(url: url, connections: 2)
    let alice = try UserHandle.named("alice")
    let made = try await store.create([NewAccount(handle: alice, name: FriendlyName(alice), passwordHash: "hash")])
    #expect(try PostgreSQLStore.migrate(url: url) == [])
    #expect(try await store.account(alice)?.account == made[alice])
  }

  @Test("Of nodes that migrate at the same time one does it and all go on")
  func atOnce() async throws {
    let steps = try await withThrowingTaskGroup(of: [String].self) { group in
      for _ in 0..<6 {
        group.addTask {
          try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try PostgreSQLStore.migrate(url: url) }) }
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(steps.filter { $0 == Self.steps }.count == 1)
    #expect(steps.filter(\.isEmpty).count == 5)
    #expect(
      try DatabaseSession(DatabaseURL(url)).run("SELECT count(*) FROM schema_step").first?.text(0)
        == "\(Self.steps.count)")
  }

  @Test("A migration that fails half-way leaves the database as it was")
  func failing() throws {
    let broken = Migration(
      number: Self.steps.count + 1, name: "broken", oldestService: 1, sql: "CREATE TABLE half (); SELECT 1/0")
    let session = try DatabaseSession(DatabaseURL(url))
    #expect(throws: StoreFailure("division by zero (SQLSTATE 22012)")) {
      try Schema.migrate(session, to: Migration.all + [broken])
    }
    let tables = try DatabaseSession(DatabaseURL(url)).run(
      "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()")
    #expect(try tables.first?.text(0) == "0")
  }

  @Test("A newer schema is not migrated, and worked on only if its steps say so")
  func newer() throws {
    try PostgreSQLStore.migrate(url: url)
    let (known, newer) = (Self.steps.count, Self.steps.count + 1)
    let session = try DatabaseSession(DatabaseURL(url))
    try session.run("INSERT INTO schema_step (number, name, oldest_service) VALUES (\(newer), 'later', 1)")
    _ = try PostgreSQLStore(url: url, connections: 2)
    #expect(
      throws: StoreFailure(
        "the database's schema is \(newer), newer than \(known), which this version of monarch knows; nothing was "
          + "changed: use the newer version")
    ) {
      try PostgreSQLStore.migrate(url: url)
    }
    try session.run("UPDATE schema_step SET oldest_service = \(newer) WHERE number = \(newer)")
    #expect(
      throws: StoreFailure(
        "the database's schema is \(newer), which needs a service for schema \(newer) or later; this one is for "
          + "\(known): use the newer version of monarch")
    ) {
      try PostgreSQLStore(url: url)
    }
  }

  @Test("An older schema is refused with the cure")
  func older() throws {
    try PostgreSQLStore.migrate(url: url)
    try DatabaseSession(DatabaseURL(url)).run("DELETE FROM schema_step")
    #expect(
      throws: StoreFailure(
        "the database's schema is 0 and this service needs \(Self.steps.count); run `monarch database migrate`")
    ) {
      try PostgreSQLStore(url: url)
    }
  }
}
