import Foundation
import GRDB
import MSNP
import Roster
import Store
import Testing

@testable import PostgreSQL
@testable import PostgreSQLStore
@testable import SQLiteStore

/// A store of the release before pages for people, with data in it, in the hands of this one.
@Suite("Schema upgrade")
struct SchemaUpgradeTests {
  /// Alice has Bob on her lists, in a group, with a note about him and a telephone number of her own.
  private static let data = """
    INSERT INTO account (id, handle, name, password, list_version, privacy, prompt, created) VALUES
      (1, 'alice@example.com', 'Alice', 'hash', 7, 'BL', 'N', 100),
      (2, 'bob@example.com', 'Bob', 'other', 3, 'AL', 'A', 200);
    INSERT INTO contact_group (owner, number, name, guid) VALUES (1, 0, '~', $GUID);
    INSERT INTO contact (owner, contact, lists, groups, name, guid, pending) VALUES (1, 2, 3, 1, 'Bobby', $GUID, 0);
    INSERT INTO contact_note (owner, contact, key, value) VALUES (1, 2, 'PHH', '1');
    INSERT INTO property (owner, key, value) VALUES (1, 'PHH', '2');
    """

  private static func check(_ store: any PagesStore) async throws {
    let alice = try UserHandle.named("alice")
    let member = MemberRecord(
      account: AccountID(1), handle: alice, name: try FriendlyName("Alice"), created: 100)
    #expect(try await store.member(alice) == member)
    #expect(try await store.credentials(of: alice)?.passwordHash == "hash")
    let snapshot = try #require(try await store.snapshot(of: AccountID(1)))
    #expect(snapshot.version == ListVersion(7))
    #expect(snapshot.privacyMode == .block)
    #expect(snapshot.properties == ContactProperties([.homePhone: "2"]))
    #expect(snapshot.contacts.map(\.storedName) == [try FriendlyName("Bobby")])
    #expect(try await store.hasAdministrator() == false)
    #expect(try await store.setKeepsHistory(of: AccountID(1), true))
    #expect(try await store.setProfile(of: AccountID(1), to: try EveryStore.Members.profile()))
    #expect(try await store.setBanned(alice, true) == AccountID(1))
    #expect(try await store.credentials(of: alice) == nil)
    #expect(try await store.remove(alice)?.notices.count == 1)
  }

  @Test("SQLite")
  func sqlite() async throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "store.sqlite").path
    do {
      let pool = try DatabasePool(path: path)
      var migrator = DatabaseMigrator()
      migrator.registerMigration(Migration0001.name, migrate: Migration0001.run)
      migrator.registerMigration(Migration0002.name, migrate: Migration0002.run)
      try migrator.migrate(pool)
      try await pool.write { database in
        let guid = "x'00112233445566778899aabbccddeeff'"
        try database.execute(sql: Self.data.replacing("$GUID", with: guid))
      }
      try pool.close()
    }
    try await Self.check(try SQLiteStore(path: path))
  }

  @Test("PostgreSQL", .enabled(if: TestDatabase.url != nil, TestDatabase.missing))
  func postgresql() async throws {
    let folder = try TemporaryFolder()
    let url = try TestDatabase.bareURL(for: folder.url)
    try Self.fill(url)
    #expect(try PostgreSQLStore.migrate(url: url) == ["4 people"])
    try await Self.check(try PostgreSQLStore(url: url, connections: 2))
  }

  @Test(
    "What a node of that release does works on the new tables",
    .enabled(if: TestDatabase.url != nil, TestDatabase.missing))
  func rolling() throws {
    let folder = try TemporaryFolder()
    let url = try TestDatabase.bareURL(for: folder.url)
    let old = try Self.fill(url)
    try PostgreSQLStore.migrate(url: url)
    // The statements of that release, as far as they write accounts.
    for sql in [
      """
      INSERT INTO account (id, handle, name, password, old_password, list_version, privacy, prompt, created)
        SELECT 3, 'carol@example.com', 'Carol', 'hash', NULL, 1, 'AL', 'A', 300
        ON CONFLICT (handle) DO NOTHING RETURNING id, handle
      """,
      "UPDATE account SET list_version = 9 WHERE id = 1",
      """
      INSERT INTO session (account, handle, node, epoch, generation, sequence, name)
        SELECT id, handle, 'ns', 1, 1, 0, name FROM account WHERE id = 3
      """,
      "DELETE FROM account WHERE id = 2",
    ] {
      #expect(old.refusal(sql) == nil, "\(sql)")
    }
    #expect(try old.run("SELECT oldest_service FROM schema_step WHERE number = 4").first?.text(0) == "1")
    #expect(try old.run("SELECT administrator OR banned FROM account WHERE id = 3").first?.isTrue(0) == false)
  }

  /// The tables of that release with the data; answers with a connection to them.
  @discardableResult
  private static func fill(_ url: String) throws -> DatabaseSession {
    let released = Migration.all.filter { $0.number <= 3 }
    let session = try DatabaseSession(DatabaseURL(url))
    #expect(try Schema.migrate(session, to: released).count == 3)
    try session.run(data.replacing("$GUID", with: "'00112233-4455-6677-8899-aabbccddeeff'"))
    return session
  }
}
