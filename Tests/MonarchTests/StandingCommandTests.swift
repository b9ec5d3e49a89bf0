import Foundation
import SQLiteStore
import TestKit
import Testing

@testable import Monarch

/// Administrators and bans, through the program itself on a data folder.
@Suite struct StandingCommandTests {
  let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func done(_ line: String) -> Program.Outcome { Program.Outcome(code: 0, output: line + "\n", errors: "") }

  private func shown(_ email: String) async throws -> [String] {
    try await folder.user("show", email).output.split(separator: "\n").map(String.init).filter {
      $0.hasPrefix("  role") || $0.hasPrefix("  sign-in")
    }
  }

  @Test func makesAdministrators() async throws {
    #expect(
      try await folder.user("add", "alice@example.com", "secret", "--old-clients", "--admin")
        == done("Added alice@example.com, who administers the service."))
    _ = try await folder.user("add", "bob@example.com", "secret", "--old-clients")
    #expect(try await shown("alice@example.com") == ["  role          administrator", "  sign-in       allowed"])
    #expect(try await shown("bob@example.com") == ["  role          user", "  sign-in       allowed"])
    #expect(
      try await folder.user("admin", "bob@example.com") == done("bob@example.com administers the service now."))
    #expect(try await shown("bob@example.com") == ["  role          administrator", "  sign-in       allowed"])
    #expect(
      try await folder.user("admin", "bob@example.com", "--revoke")
        == done("bob@example.com does not administer the service any more."))
    #expect(try await shown("bob@example.com") == ["  role          user", "  sign-in       allowed"])
    #expect(try await shown("alice@example.com") == ["  role          administrator", "  sign-in       allowed"])
  }

  @Test func bansAndUnbans() async throws {
    _ = try await folder.user("add", "bob@example.com", "secret", "--old-clients")
    #expect(try await folder.user("ban", "bob@example.com") == done("bob@example.com is banned."))
    #expect(try await shown("bob@example.com") == ["  role          user", "  sign-in       banned"])
    #expect(try await folder.user("unban", "bob@example.com") == done("bob@example.com may sign in again."))
    #expect(try await shown("bob@example.com") == ["  role          user", "  sign-in       allowed"])
  }

  @Test(arguments: ["admin", "ban", "unban"])
  func nobodyIsNamedWithTheCure(command: String) async throws {
    _ = try await folder.user("add", "bob@example.com", "secret", "--old-clients")
    let outcome = try await folder.user(command, "nobody@example.com")
    #expect(
      outcome
        == Program.Outcome(
          code: 1, output: "",
          errors: "Error: there is no user nobody@example.com: 'monarch user list --data \(folder.data)' shows those"
            + " there are\n"))
  }

  @Test func anExportCarriesStandingAndProfile() async throws {
    let profile =
      #"{"about":"Two\nlines","audience":"everyone","birthday":{"day":29,"month":2,"year":1984},"city":"Oxford","#
      + #""country":"GB","fullName":"Alice L","gender":"F","language":2057,"postalCode":"OX1"}"#
    let lines =
      [
        #"{"admin":true,"email":"alice@example.com","name":"Alice","profile":"# + profile + "}",
        #"{"banned":true,"email":"bob@example.com","name":"Bob"}"#,
      ].joined(separator: "\n") + "\n"
    // An export without secrets wants passwords added.
    let path = try folder.file(
      "people.jsonl", lines.replacing(#"example.com","name""#, with: #"example.com","password":"x","name""#))
    #expect(
      try await folder.user("import", path).output.hasPrefix("imported 2 users, 0 existed already, 0 failed,"))
    #expect(try await folder.user("export").output == lines)
    #expect(try await shown("alice@example.com") == ["  role          administrator", "  sign-in       allowed"])
    #expect(try await shown("bob@example.com") == ["  role          user", "  sign-in       banned"])
  }

  @Test func aProfileBeyondItsBoundsIsRefused() async throws {
    let path = try folder.file(
      "people.jsonl",
      #"{"email":"alice@example.com","password":"x","profile":{"about":"","audience":"everyone","city":"","#
        + #""country":"Great Britain","fullName":"","postalCode":""}}"#)
    #expect(
      try await folder.user("import", path)
        == Program.Outcome(
          code: 1, output: "imported 0 users, 0 existed already, 1 failed, 0 contacts made\n",
          errors: "line 1: profile: country: write it as 'monarch user export' does\n"))
  }
}
