import Foundation
import TestKit
import Testing

@testable import Monarch

/// `monarch user` as an operator meets it: the program itself on a data folder, no server running.
@Suite struct UserCommandTests {
  let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func done(_ lines: String...) -> Program.Outcome {
    Program.Outcome(code: 0, output: lines.map { $0 + "\n" }.joined(), errors: "")
  }

  private func refused(_ reason: String) -> Program.Outcome {
    Program.Outcome(code: 1, output: "", errors: "Error: \(reason)\n")
  }

  private func note(_ handle: String) -> [String] {
    [
      "Note: \(handle) has no old-client password, so MD5 sign-in (MSN Messenger 1.0-4.7, 'monarch chat') is off for it.",
      "      To turn it on: monarch user password \(handle) --old-clients --data \(folder.data)",
    ]
  }

  @Test func addsAndLists() async throws {
    let note = note("alice@example.com")
    #expect(
      try await folder.user("add", "Alice@Example.com", "secret", "Alice L")
        == done("Added alice@example.com.", note[0], note[1]))
    #expect(
      try await folder.user("add", "bob@example.com", "secret", "--old-clients") == done("Added bob@example.com."))
    #expect(
      try await folder.user("add", "carol@example.com", "secret", "--old-password", "other")
        == done("Added carol@example.com."))
    #expect(
      try await folder.user("list")
        == done(
          "alice@example.com  no old clients  Alice L", "bob@example.com    old clients     bob@example.com",
          "carol@example.com  old clients     carol@example.com"))
  }

  @Test func readsThePasswordFromAPipe() async throws {
    #expect(
      try await folder.user("add", "bob@example.com", "--old-clients", input: "hunter2")
        == done("Added bob@example.com."))
    let exported = try await folder.user("export", "--with-secrets").output
    #expect(exported.contains(#""oldPassword":"hunter2""#))
    #expect(
      try await folder.user("add", "carol@example.com")
        == refused("no password: give it as an argument, or as a line of standard input"))
  }

  @Test func showsAUser() async throws {
    _ = try await folder.user("add", "bob@example.com", "secret", "Bob", "--old-clients")
    let shown = try await folder.user("show", "bob@example.com")
    let lines = shown.output.split(separator: "\n").map(String.init)
    #expect(shown.code == 0)
    #expect(
      lines.filter { !$0.hasPrefix("  created") } == [
        "bob@example.com", "  name          Bob", "  account       1",
        "  old clients   may sign in (MD5: MSN Messenger 1.0-4.7)", "  list version  1", "  role          user",
        "  sign-in       allowed",
        "  history       not kept", "  contacts      none",
      ])
    let created = try #require(lines.first { $0.hasPrefix("  created") }?.dropFirst(16))
    let moment = try Date(String(created), strategy: .iso8601)
    #expect((0...120).contains(-moment.timeIntervalSinceNow))
  }

  @Test func neverShowsASecret() async throws {
    _ = try await folder.user("add", "bob@example.com", "hunter2", "--old-clients")
    for arguments in ["show bob@example.com", "list", "export"] {
      let words = arguments.split(separator: " ").map(String.init)
      let outcome = try await monarch(["user"] + words + ["--data", folder.data], in: folder)
      #expect(outcome.code == 0)
      #expect(!outcome.output.isEmpty && !outcome.output.contains("hunter2") && !outcome.output.contains("scrypt"))
    }
  }

  @Test func renames() async throws {
    _ = try await folder.user("add", "bob@example.com", "secret", "--old-clients")
    #expect(
      try await folder.user("rename", "bob@example.com", "Bob Ünlü")
        == done("bob@example.com is called Bob Ünlü now."))
    #expect(try await folder.user("list") == done("bob@example.com  old clients     Bob Ünlü"))
    #expect(
      try await folder.user("rename", "bob@example.com", "Bob\u{7}")
        == refused("the name is empty or holds a control character: use letters, digits and blanks"))
    #expect(
      try await folder.user("rename", "bob@example.com", String(repeating: "日", count: 44))
        == refused("the name is too long: choose one of at most 129 letters"))
  }

  @Test func setsPasswords() async throws {
    _ = try await folder.user("add", "bob@example.com", "secret", "--old-clients")
    let before = try await folder.user("export", "--with-secrets").output
    let note = note("bob@example.com")
    #expect(
      try await folder.user("password", "bob@example.com", "better")
        == done("bob@example.com has a new password.", note[0], note[1]))
    let after = try await folder.user("export", "--with-secrets").output
    #expect(before.contains(#""oldPassword":"secret""#) && !after.contains("oldPassword") && before != after)
    #expect(
      try await folder.user("password", "bob@example.com", "better", "--old-clients")
        == done("bob@example.com has a new password."))
  }

  @Test func removes() async throws {
    _ = try await folder.user("add", "bob@example.com", "secret", "--old-clients")
    #expect(try await folder.user("remove", "bob@example.com") == done("Removed bob@example.com."))
    #expect(
      try await folder.user("list")
        == done("There are no users yet: 'monarch user add EMAIL --data \(folder.data)' adds one."))
  }

  @Test func refusesWithReasonAndCure() async throws {
    let nobody = "there is no user bob@example.com: 'monarch user list --data \(folder.data)' shows those there are"
    _ = try await folder.user("add", "alice@example.com", "secret", "--old-clients")
    #expect(
      try await folder.user("add", "alice@example.com", "secret")
        == refused(
          "there is a user alice@example.com already: 'monarch user password alice@example.com --data \(folder.data)'"
            + " changes the password"))
    #expect(try await folder.user("show", "bob@example.com") == refused(nobody))
    #expect(try await folder.user("rename", "bob@example.com", "Bob") == refused(nobody))
    #expect(try await folder.user("password", "bob@example.com", "secret") == refused(nobody))
    #expect(try await folder.user("remove", "bob@example.com") == refused(nobody))
    #expect(
      try await folder.user("add", "bob@example.com", "12345678901234567")
        == refused(
          "the password has 17 characters, but Messenger clients cut passwords at 16 and could never sign in with it:"
            + " choose one of 1 to 16 characters"))
    #expect(
      try await folder.user("add", "bob@example.com", "secret", "--old-password", "")
        == refused("--old-password: the password is empty: choose one of 1 to 16 characters"))
  }

  @Test func refusesWhatIsNoAddress() async throws {
    let outcome = try await folder.user("add", "bob", "secret")
    #expect(outcome.code == 64)
    #expect(outcome.errors.contains("'bob' is not an address like alice@example.com."))
    #expect(!FileManager.default.fileExists(atPath: folder.data))
  }

  @Test func saysThatAFolderHoldsNoService() async throws {
    #expect(
      try await folder.user("list")
        == refused(
          "there is no service in the folder \(folder.data): give its folder with --data, or begin one with"
            + " 'monarch user add'"))
    #expect(!FileManager.default.fileExists(atPath: folder.data))
  }

  @Test func aFolderSomebodyElseWorksOnIsExplained() async throws {
    _ = try await folder.user("add", "bob@example.com", "secret", "--old-clients")
    let lock = try #require(try DataFolder(path: folder.data).acquireLock())
    defer { lock.release() }
    #expect(
      try await folder.user("list")
        == refused(
          "another process works on the folder \(folder.data), and no server answers at \(folder.data)/monarch.sock:"
            + " wait until it is done, if it is a 'monarch user' command; else end it"))
  }

  @Test(
    arguments: [
      "add", "list", "show", "rename", "password", "admin", "ban", "unban", "remove", "import", "export",
    ])
  func helpTeachesByExample(command: String) async throws {
    let outcome = try await monarch(["user", command, "--help"], in: folder)
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("\nExample") && outcome.output.contains("monarch user \(command)"))
  }

}
