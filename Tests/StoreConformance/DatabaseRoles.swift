import Foundation
import Store
import TestKit
import Testing

@testable import PostgreSQL
@testable import PostgreSQLStore

/// A database of a test's own with the roles that `deploy/roles.sql` makes, who can sign in. All of it goes with the
/// last reference. Blocks.
final class DatabaseRoles: Sendable {
  enum Role: String, CaseIterable, Sendable {
    case dispatch, notification, switchboard, web
    case `operator`
    /// Somebody the database server knows, and `roles.sql` does not.
    case stranger
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private let base: String
  private let name = "roles_" + UUID().uuidString.prefix(8).lowercased()
  private let password = UUID().uuidString

  init() throws {
    base = try #require(TestDatabase.url)
    try DatabaseSession(DatabaseURL(base)).run("CREATE DATABASE \(name)")
    try PostgreSQLStore.migrate(url: ownerURL)
    try runScript()
    let owner = try owner()
    // What an earlier release might have granted; the second run has to take it away.
    try owner.run("GRANT ALL ON account, session, node TO \(name)_dispatch, \(name)_switchboard")
    try owner.run("CREATE ROLE \(name)_stranger")
    try runScript()
    for role in Role.allCases {
      try owner.run("ALTER ROLE \(name)_\(role.rawValue) LOGIN PASSWORD '\(password)'")
      // Only a member may end the role's connections, as dropping the database under them does.
      try owner.run("GRANT \(name)_\(role.rawValue) TO CURRENT_USER")
    }
  }

  deinit {
    // What is left behind goes with the server's data.
    guard let session = try? DatabaseSession(DatabaseURL(base)) else { return }
    _ = try? session.run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
    for role in Role.allCases { _ = try? session.run("DROP ROLE IF EXISTS \(name)_\(role.rawValue)") }
  }

  /// The tables' owner, who may do everything.
  func owner() throws -> DatabaseSession { try DatabaseSession(DatabaseURL(ownerURL)) }

  func session(as role: Role) throws -> DatabaseSession { try DatabaseSession(DatabaseURL(url(of: role))) }

  /// Takes rights away, as if `roles.sql` had not granted them.
  func revoke(_ rights: String, from role: Role) throws {
    try owner().run("REVOKE \(rights) FROM \(name)_\(role.rawValue)")
  }

  func url(of role: Role) -> String { ownerURL + "&user=\(name)_\(role.rawValue)&password=\(password)" }

  private var ownerURL: String { base + (base.contains("?") ? "&" : "?") + "dbname=\(name)" }

  /// As an operator runs it, with psql.
  private func runScript() throws {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "../../deploy/roles.sql").standardized.path
    let errors = FileManager.default.temporaryDirectory.appending(path: "\(name)-psql").path
    defer { try? FileManager.default.removeItem(atPath: errors) }
    let variables = ["host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"]
    var environment = ["PGDATABASE": name]
    for (keyword, value) in try DatabaseURL(base).settings {
      if let variable = variables[keyword] { environment[variable] = value }
    }
    let psql = try ChildProcess(
      "psql", ["-X", "-q", "--set=prefix=\(name)_", "--file=\(script)"], environment: environment, errors: errors)
    guard try psql.waitForEnding() == .exited(0) else {
      throw Failure(description: "psql: " + ((try? String(contentsOfFile: errors, encoding: .utf8)) ?? "no words"))
    }
  }
}

extension DatabaseSession {
  /// Why the database does not do something: its SQLSTATE, `42501` for a missing right. Nil if it does it.
  func refusal(_ sql: String) -> String? {
    do {
      try run(sql)
      return nil
    } catch {
      return error.description.firstMatch(of: /\(SQLSTATE (.....)\)$/).map { String($0.1) } ?? error.description
    }
  }
}
