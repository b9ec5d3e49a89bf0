import Foundation
import Store
import Testing

@testable import PostgreSQL
@testable import PostgreSQLStore

/// The PostgreSQL cluster that tests may use, where each store has a schema of its own.
enum TestDatabase {
  /// From `Tests/postgresql.sh start`; nil where there is none.
  static let url = ProcessInfo.processInfo.environment["MONARCH_TEST_DATABASE"]

  static let missing: Comment =
    "MONARCH_TEST_DATABASE is not set: export MONARCH_TEST_DATABASE=\"$(Tests/postgresql.sh start)\""

  /// Makes the schema of a folder, if there is none yet, and answers with the URL to work in it.
  static func url(for folder: URL) throws -> String {
    let url = try bareURL(for: folder)
    try PostgreSQLStore.migrate(url: url)
    return url
  }

  /// As `url(for:)`, with nothing in the schema.
  static func bareURL(for folder: URL) throws -> String {
    let base = try #require(url)
    let schema = schema(of: folder)
    try DatabaseSession(DatabaseURL(base)).run("CREATE SCHEMA IF NOT EXISTS \(schema)")
    try Data().write(to: marker(in: folder))
    return base + (base.contains("?") ? "&" : "?") + "options=-csearch_path%3D" + schema
  }

  /// Drops the schema of a folder, if it has one.
  static func drop(_ folder: URL) {
    guard let url, FileManager.default.fileExists(atPath: marker(in: folder).path) else { return }
    // What is left behind goes with the cluster.
    _ = try? DatabaseSession(DatabaseURL(url)).run("DROP SCHEMA IF EXISTS \(schema(of: folder)) CASCADE")
  }

  private static func marker(in folder: URL) -> URL { folder.appending(path: "postgresql") }

  private static func schema(of folder: URL) -> String {
    folder.lastPathComponent.lowercased().replacing("-", with: "_")
  }
}

@Suite("PostgreSQL cases")
struct PostgreSQLCases {
  @Test("The suite runs against PostgreSQL as well", .enabled(if: TestDatabase.url != nil, TestDatabase.missing))
  func areThere() { #expect(StoreKind.allCases == [.sqlite, .postgresql]) }
}
