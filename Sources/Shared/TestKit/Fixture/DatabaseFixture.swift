import Credentials
import Crypto
import Foundation
import PostgreSQL
import PostgreSQLStore
import Synchronization

/// A prepared database, of which each ``ClusterServer`` works on a copy of its own, and the keys of its nodes.
public struct DatabaseFixture: Sendable {
  let server: DatabaseServer
  /// The database that is copied. Nobody may be connected to it.
  let template: String
  /// The folder of `monarch keys new`.
  public let keys: String

  struct Failure: Error, CustomStringConvertible { let description: String }

  /// What is to be dropped at the end, so that a server that is kept does not fill up.
  private static let templates = Mutex<[(DatabaseServer, String)]>([])

  /// Prepares a database on a server; ``FixturePlan/database`` does so once for everybody.
  ///
  /// - Parameter keys: a folder that is not there yet; the nodes' keys are made in it.
  public static func make(
    _ plan: FixturePlan, on server: DatabaseServer, keysIn keys: String
  ) async throws -> DatabaseFixture {
    let suffix = UUID().uuidString.prefix(8).lowercased()
    let template = "template_\(plan.name.replacing("-", with: "_"))_\(suffix)"
    let fixture = DatabaseFixture(server: server, template: template, keys: keys)
    try await onThread {
      try FileManager.default.createDirectory(
        atPath: URL(fileURLWithPath: keys).deletingLastPathComponent().path, withIntermediateDirectories: true)
      try MonarchProgram.run(["keys", "new", keys])
      try server.create(template)
      templates.withLock { $0.append((server, template)) }
      _ = dropsTemplatesAtExit
      try PostgreSQLStore.migrate(url: server.url(of: template))
    }
    let store = try await onThread { try PostgreSQLStore(url: server.url(of: template), connections: 4) }
    try await plan.prepare(FixtureWriter(store: store, seal: fixture.seal))
    await store.close()
    try await onThread {
      let session = try server.session(of: template)
      for change in FixedIdentifiers.changes { try session.run(change.forPostgreSQL) }
    }
    return fixture
  }

  /// Seals old-client passwords as the nodes open them.
  var seal: PasswordSeal {
    get throws { PasswordSeal(key: SymmetricKey(data: try key("old-client-passwords", of: "notification"))) }
  }

  /// A key of a role's file, 32 bytes.
  package func key(_ name: String, of role: String) throws -> Data {
    struct Form: Decodable { var keys: [String: String] }
    let path = "\(keys)/\(role).keys"
    let form = try JSONDecoder().decode(Form.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    guard let key = form.keys[name].flatMap({ Data(base64Encoded: $0) }), key.count == 32 else {
      throw Failure(description: "\(path) has no key '\(name)'")
    }
    return key
  }

  /// Asked for behind the first connection: libpq's own cleaning up, which it registers then, has to come after this.
  private static let dropsTemplatesAtExit: Bool =
    atexit {
      for (server, template) in DatabaseFixture.templates.withLock({ $0 }) { try? server.drop(template) }
    } == 0
}
