import Foundation
import PostgreSQL
import Store

/// A PostgreSQL server on which tests make databases of their own. Every call blocks.
public struct DatabaseServer: Sendable {
  /// The one that `MONARCH_TEST_DATABASE` names; its role may make databases and roles.
  public static var shared: DatabaseServer {
    get throws {
      guard let url = ProcessInfo.processInfo.environment["MONARCH_TEST_DATABASE"] else { throw Missing() }
      return try DatabaseServer(url: url)
    }
  }

  /// Whether ``shared`` is there.
  public static var isThere: Bool { ProcessInfo.processInfo.environment["MONARCH_TEST_DATABASE"] != nil }

  /// Why a test is skipped where it is not.
  public struct Missing: Error, CustomStringConvertible {
    public init() {}
    public let description =
      "MONARCH_TEST_DATABASE is not set: export MONARCH_TEST_DATABASE=\"$(Tests/postgresql.sh start)\""
  }

  struct Failure: Error, CustomStringConvertible { let description: String }

  private let beforeDatabase: String
  private let database: String
  private let afterDatabase: String

  /// - Parameter url: of a database that is there, `postgresql://USER:PASSWORD@HOST/DATABASE?...`.
  public init(url: String) throws {
    guard let scheme = url.range(of: "://"), let slash = url[scheme.upperBound...].firstIndex(of: "/") else {
      throw Failure(description: "a test database's URL has to name its database: postgresql://USER@HOST/DATABASE")
    }
    let rest = url[url.index(after: slash)...]
    let end = rest.firstIndex(of: "?") ?? rest.endIndex
    beforeDatabase = String(url[...slash])
    database = String(rest[..<end])
    afterDatabase = String(rest[end...])
  }

  /// The URL of one of its databases.
  public func url(of database: String) -> String { beforeDatabase + database + afterDatabase }

  /// The URL with which another role signs in to one of its databases.
  public func url(of database: String, role: String, password: String) -> String {
    let host = beforeDatabase.firstIndex(of: "@").map { beforeDatabase[$0...] } ?? "@/"
    return "postgresql://\(role):\(password)\(host)\(database)\(afterDatabase)"
  }

  /// Runs one statement on the database that the server was named with.
  func run(_ statement: String) throws { try session(of: database).run(statement) }

  /// Makes a database, empty or a copy of a template that nobody is connected to.
  func create(_ database: String, from template: String? = nil) throws {
    try run("CREATE DATABASE \(database)" + (template.map { " TEMPLATE \($0)" } ?? ""))
  }

  /// Deletes a database, whoever is connected to it.
  func drop(_ database: String) throws { try run("DROP DATABASE IF EXISTS \(database) WITH (FORCE)") }

  /// A connection to one of its databases.
  package func session(of database: String) throws -> DatabaseSession {
    try DatabaseSession(DatabaseURL(url(of: database)))
  }
}
