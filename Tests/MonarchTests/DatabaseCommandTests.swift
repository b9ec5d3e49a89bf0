import Credentials
import Foundation
import MSNP
import PostgreSQLStore
import Store
import TestKit
import Testing

@testable import PostgreSQL

/// `monarch database` and `monarch user` on a cluster's database: the program itself, and a real PostgreSQL.
@Suite(
  .enabled(
    if: ProcessInfo.processInfo.environment["MONARCH_TEST_DATABASE"] != nil,
    "MONARCH_TEST_DATABASE is not set: export MONARCH_TEST_DATABASE=\"$(Tests/postgresql.sh start)\""))
struct DatabaseCommandTests {
  private let folder: TestFolder
  private let url: String

  init() throws {
    folder = try TestFolder()
    let base = try #require(ProcessInfo.processInfo.environment["MONARCH_TEST_DATABASE"])
    let schema = "commands_" + UUID().uuidString.lowercased().replacing("-", with: "_")
    try DatabaseSession(DatabaseURL(base)).run("CREATE SCHEMA \(schema)")
    url = base + (base.contains("?") ? "&" : "?") + "options=-csearch_path%3D" + schema
  }

  private func monarch(_ arguments: String...) async throws -> Program.Outcome {
    let folder = folder.path
    let database = ["--database", url]
    let keys = arguments[0] == "database" ? [] : ["--keys", folder + "/keys/operator.keys"]
    return try await onThread {
      if !keys.isEmpty, !FileManager.default.fileExists(atPath: folder + "/keys") {
        _ = try Program(["keys", "new", folder + "/keys"], folder: folder).finish()
      }
      return try Program(arguments + database + keys, folder: folder).finish()
    }
  }

  @Test func migratesOnce() async throws {
    let first = try await monarch("database", "migrate")
    #expect(first.code == 0)
    #expect(first.output.hasPrefix("Done: "))
    _ = try await monarch("user", "add", "alice@example.com", "secret", "--admin")
    let second = try await monarch("database", "migrate")
    #expect(second == Program.Outcome(code: 0, output: "The database is up to date.\n", errors: ""))
  }

  @Test func theFirstInvitationIsPrintedUntilItIsUsed() async throws {
    func migrate() async throws -> InvitationCode? {
      let lines = try await monarch("database", "migrate").output.split(separator: "\n").map(String.init)
      guard lines.count == 4 else { return nil }
      #expect(
        lines[1] == "Nobody administers this service yet. Make an account that does, with this invitation (good for 7 "
          + "days, once):")
      #expect(lines[2] == "  page        /signup on a web node")
      return InvitationCode(lines[3].dropFirst("  invitation  ".count))
    }
    let first = try #require(try await migrate())
    let second = try #require(try await migrate())
    let store = try await onThread { [url] in try PostgreSQLStore(url: url, connections: 2) }
    let alice = try #require(UserHandle("alice@example.com"))
    let account = NewAccount(handle: alice, name: FriendlyName(alice), passwordHash: "hash")
    let now = Int64(Date().timeIntervalSince1970)
    #expect(try await store.join(account, invitation: first.digest, now: now) == .invitationRefused)
    guard case .made = try await store.join(account, invitation: second.digest, now: now) else {
      Issue.record("the invitation that was printed lets nobody in")
      return
    }
    await store.close()
    #expect(try await migrate() == nil)
    #expect(try await monarch("user", "show", "alice@example.com").output.contains("  role          administrator\n"))
  }

  @Test func invitationsAndBansLiveInTheDatabase() async throws {
    _ = try await monarch("database", "migrate")
    _ = try await monarch("user", "add", "alice@example.com", "secret", "--admin")
    let made = try await monarch("invite", "--note", "friends")
    #expect(made.code == 0 && made.errors == "")
    #expect(try await monarch("invite", "list").output.contains("friends"))
    #expect(try await monarch("user", "ban", "alice@example.com").output == "alice@example.com is banned.\n")
    #expect(try await monarch("user", "show", "alice@example.com").output.contains("  sign-in       banned\n"))
    #expect(
      try await monarch("history", "alice@example.com").output
        == "There is nothing in the history of alice@example.com.\n")
  }

  @Test func usersBeforeTheFirstMigrationAreRefusedWithTheCure() async throws {
    let outcome = try await monarch("user", "list")
    #expect(outcome.code == 1)
    #expect(outcome.errors == "Error: the database has no schema yet; run `monarch database migrate`\n")
  }

  @Test func usersLiveInTheDatabase() async throws {
    _ = try await monarch("database", "migrate")
    let added = try await monarch("user", "add", "alice@example.com", "secret", "Alice", "--old-clients")
    #expect(added == Program.Outcome(code: 0, output: "Added alice@example.com.\n", errors: ""))
    let people = try folder.file(
      "people.jsonl",
      #"{"email":"bob@example.com","password":"x","name":"Bob","oldClients":true,"contacts":["alice@example.com"]}"#)
    #expect(
      try await monarch("user", "import", people).output
        == "imported 1 user, 0 existed already, 0 failed, 2 contacts made\n")
    #expect(
      try await monarch("user", "list").output
        == "alice@example.com  old clients     Alice\nbob@example.com    old clients     Bob\n")
    #expect(try await monarch("user", "rename", "bob@example.com", "Bobby").code == 0)
    #expect(try await monarch("user", "remove", "alice@example.com").output == "Removed alice@example.com.\n")
    #expect(try await monarch("user", "list").output == "bob@example.com  old clients     Bobby\n")
    // The old-client password comes back from under the seal.
    #expect(try await monarch("user", "export", "--with-secrets").output.contains(#""oldPassword":"x""#))
  }

  @Test func sampleUsersAreMadeOnce() async throws {
    _ = try await monarch("database", "migrate")
    for _ in 0..<2 {
      let made = try await monarch("user", "sample")
      #expect(made.code == 0 && made.errors == "")
      #expect(made.output.contains("  testuser@hotmail.com  password test123  (Test User)\n"))
    }
    let shown = try await monarch("user", "show", "testuser@hotmail.com").output
    #expect(shown.contains("    aquaboxs34@hotmail.com  FL AL RL") && shown.contains("friend1@hotmail.com"))
  }

  @Test func theKeysOfAFolderThatDevMadeAreGoodToo() async throws {
    _ = try await monarch("database", "migrate")
    let made = try await folder.user("add", "dev@example.com", "secret")
    #expect(made.code == 0)
    let (path, url) = (folder.path, url)
    let keys = ["--database", url, "--keys", folder.data + "/keys.json"]
    let added = try await onThread {
      try Program(["user", "add", "alice@example.com", "secret", "--old-clients"] + keys, folder: path).finish()
    }
    #expect(added == Program.Outcome(code: 0, output: "Added alice@example.com.\n", errors: ""))
  }

  @Test func keysThatAreNotThereAreNotMade() async throws {
    _ = try await monarch("database", "migrate")
    let (path, url) = (folder.path, url)
    let outcome = try await onThread {
      try Program(["user", "list", "--database", url, "--keys", path + "/none.keys"], folder: path).finish()
    }
    #expect(outcome.code == 1)
    #expect(outcome.errors.hasPrefix("Error: there is no key file \(path)/none.keys: 'monarch keys new DIR'"))
  }

  @Test func theDatabaseAndTheKeysMustBeNamed() async throws {
    let folder = folder.path
    let nowhere = try await onThread { try Program(["database", "migrate"], folder: folder).finish() }
    #expect(nowhere.code == 64)
    #expect(
      nowhere.errors.hasPrefix("Error: Give the database with --database, or in the environment as MONARCH_DATABASE."))
    let url = url
    let keyless = try await onThread { try Program(["user", "list", "--database", url], folder: folder).finish() }
    #expect(keyless.code == 64)
    #expect(
      keyless.errors.hasPrefix("Error: Give the file of keys with --keys, or in the environment as MONARCH_KEYS."))
  }
}
