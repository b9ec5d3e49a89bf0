import Credentials
import Foundation
import MSNP
import SQLiteStore
import Store
import TestKit
import Testing

@testable import Monarch

/// `monarch invite` through the program itself on a data folder.
@Suite struct InviteCommandTests {
  let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func invite(_ arguments: String...) async throws -> Program.Outcome {
    try await monarch(["invite"] + arguments + ["--data", folder.data], in: folder)
  }

  /// The invitations in the store, while no command works on it.
  private func stored() async throws -> [Invitation] {
    let store = try SQLiteStore(path: DataFolder(path: folder.data).database)
    defer { try? store.close() }
    return try await store.invitations(now: 0)
  }

  private func code(in outcome: Program.Outcome) throws -> InvitationCode {
    #expect(outcome.code == 0 && outcome.errors == "")
    let line = try #require(outcome.output.split(separator: "\n").first)
    return try #require(InvitationCode(line))
  }

  @Test func oneIsForOnePersonAndAWeek() async throws {
    let before = Int64(Date().timeIntervalSince1970)
    let outcome = try await invite()
    let code = try code(in: outcome)
    let invitation = try #require(try await stored().first)
    let name = Digits.text(of: code.digest).prefix(8)
    #expect(
      invitation
        == Invitation(
          digest: code.digest, created: invitation.created, expires: invitation.created + 7 * 86_400, uses: 1,
          makesAdministrator: false, note: ""))
    #expect((before...Int64(Date().timeIntervalSince1970)).contains(invitation.created))
    #expect(
      outcome.output == """
        \(code.text)
        For one account, until \(Date(seconds: invitation.expires).column). To take it back: monarch invite revoke \
        \(name) --data \(folder.data)

        """)
  }

  @Test func whatIsAskedForIsKeptAndListed() async throws {
    let first = try code(in: try await invite("--uses", "20", "--days", "30", "--note", "the chess club"))
    let second = try code(in: try await invite("make", "--admin"))
    let stored = try await stored()
    let club = try #require(stored.first { $0.digest == first.digest })
    let admin = try #require(stored.first { $0.digest == second.digest })
    #expect((club.uses, club.expires - club.created, club.note) == (20, 30 * 86_400, "the chess club"))
    #expect((admin.uses, admin.makesAdministrator) == (1, true))
    let listed = try await invite("list").output.split(separator: "\n").map(String.init)
    #expect(listed.count == 3)
    #expect(listed[0] == "ID        USES LEFT  EXPIRES               MAKES          NOTE")
    #expect(
      Set(listed[1...]) == [
        "\(Digits.text(of: club.digest).prefix(8))  20         \(Date(seconds: club.expires).column)  user           "
          + "the chess club",
        "\(Digits.text(of: admin.digest).prefix(8))  1          \(Date(seconds: admin.expires).column)  administrator",
      ])
    #expect(!listed.joined().contains(first.text))
  }

  @Test func oneIsTakenBackByItsName() async throws {
    let code = try code(in: try await invite())
    let name = String(Digits.text(of: code.digest).prefix(8))
    let other = name.hasPrefix("0") ? "ffffffff" : "00000000"
    #expect(
      try await invite("revoke", other)
        == Program.Outcome(
          code: 1, output: "",
          errors:
            "Error: there is no invitation \(other): 'monarch invite list --data \(folder.data)' shows those there"
            + " are\n"))
    #expect(
      try await invite("revoke", name.uppercased())
        == Program.Outcome(code: 0, output: "The invitation \(name) is taken back.\n", errors: ""))
    #expect(
      try await invite("list").output
        == "There are no invitations: 'monarch invite --data \(folder.data)' makes one.\n")
    #expect(try await stored().isEmpty)
  }

  @Test(
    arguments: [
      (["--uses", "0"], "--uses 0: an invitation is for 1 to 1000000 accounts."),
      (["--days", "0"], "--days 0: an invitation is good for 1 to 3650 days."),
      (["--note", "a\nb"], "--note: at most 200 characters on one line."),
      (["revoke", "1c9e04"], "'1c9e04' is not an ID such as 1c9e04ab: 'monarch invite list' shows those there are."),
      (
        ["revoke", "1c9e04xy"], "'1c9e04xy' is not an ID such as 1c9e04ab: 'monarch invite list' shows those there are."
      ),
    ])
  func refusesWhatMakesNoSense(arguments: [String], reason: String) async throws {
    let outcome = try await monarch(["invite"] + arguments + ["--data", folder.data], in: folder)
    #expect(outcome.code == 64)
    #expect(outcome.errors.hasPrefix("Error: \(reason)\n"))
    #expect(!FileManager.default.fileExists(atPath: folder.data))
  }

  @Test(arguments: ["invite", "invite make", "invite list", "invite revoke", "history"])
  func helpTeachesByExample(command: String) async throws {
    let words = command.split(separator: " ").map(String.init)
    let outcome = try await monarch(words + ["--help"], in: folder)
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("\nExample") && outcome.output.contains("  monarch \(command)"))
  }
}

/// The invitation that the first administrator gets.
@Suite struct FirstInvitationTests {
  private let folder: TestFolder
  private let store: SQLiteStore

  init() throws {
    folder = try TestFolder()
    store = try SQLiteStore(path: folder.path + "/store.sqlite")
  }

  @Test func eachReplacesTheOneBefore() async throws {
    let other = InvitationCode.random()
    try await store.invite(
      Invitation(digest: other.digest, created: 90, expires: 9_000, makesAdministrator: true, note: "a friend"))
    let first = try #require(try await FirstInvitation.renew(in: store, now: 100))
    let second = try #require(try await FirstInvitation.renew(in: store, now: 200))
    #expect(
      try await store.invitations(now: 200) == [
        Invitation(
          digest: second.digest, created: 200, expires: 200 + 7 * 86_400, uses: 1, makesAdministrator: true,
          note: "the first administrator"),
        Invitation(digest: other.digest, created: 90, expires: 9_000, makesAdministrator: true, note: "a friend"),
      ])
    let alice = try #require(UserHandle("alice@example.com"))
    let account = NewAccount(handle: alice, name: FriendlyName(alice), passwordHash: "hash")
    #expect(try await store.join(account, invitation: first.digest, now: 200) == .invitationRefused)
    guard case .made(let number) = try await store.join(account, invitation: second.digest, now: 200) else {
      Issue.record("the first invitation lets nobody in")
      return
    }
    #expect(try await store.member(number)?.isAdministrator == true)
    #expect(try await FirstInvitation.renew(in: store, now: 300) == nil)
  }

  @Test func itIsTakenBackOnceSomebodyElseAdministers() async throws {
    _ = try #require(try await FirstInvitation.renew(in: store, now: 100))
    let alice = try #require(UserHandle("alice@example.com"))
    var account = NewAccount(handle: alice, name: FriendlyName(alice), passwordHash: "hash")
    account.isAdministrator = true
    _ = try await store.create([account])
    #expect(try await FirstInvitation.renew(in: store, now: 200) == nil)
    #expect(try await store.invitations(now: 200).isEmpty)
  }

  @Test func saysWhatToDoWithIt() throws {
    let code = try #require(InvitationCode("01AB-CDEF-GHJK-MNPQ"))
    #expect(
      FirstInvitation.text(code, page: "http://127.0.0.1:8080/signup") == [
        "Nobody administers this service yet. Make an account that does, with this invitation (good for 7 days, once):",
        "  page        http://127.0.0.1:8080/signup", "  invitation  01AB-CDEF-GHJK-MNPQ",
      ])
  }
}
