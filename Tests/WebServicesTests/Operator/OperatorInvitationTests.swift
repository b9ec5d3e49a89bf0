import Credentials
import MSNP
import SQLiteStore
import Store
import TestKit
import Testing

@testable import WebServices

/// Invitations that administrators make on the pages.
struct OperatorInvitationTests {
  @Test func oneIsMadeShownOnceAndRevoked() async throws {
    try await withDesk { stage in
      let alice = try await stage.visitor("alice@example.com", administrator: true)
      let made = try await alice.post(
        "/operator/invitations", [("note", "the <chess> club"), ("uses", "5"), ("days", "14")]
      ).text
      let code = String(try #require(made.firstMatch(of: /<p class="secret">([0-9A-Z-]{19})<\/p>/)).1)
      let digest = try #require(InvitationCode(code)).digest
      let expected = Invitation(
        digest: digest, created: DeskStage.now, expires: DeskStage.now + 14 * 86_400, uses: 5,
        makesAdministrator: false, note: "the <chess> club")
      #expect(try await stage.store.invitations(now: DeskStage.now) == [expected])

      let list = try await alice.get("/operator/invitations").text
      #expect(!list.contains(code) && list.contains("the &lt;chess&gt; club"))
      let mark = OperatorInvitations.mark(digest)
      #expect(list.contains("<code>\(mark)</code>"))

      let question = try await alice.post("/operator/revoke", [("mark", mark)])
      #expect(question.text.contains("<h1>Revoke the invitation \(mark)?</h1>"))
      #expect(try await stage.store.invitations(now: DeskStage.now).count == 1)
      _ = try await alice.post("/operator/revoke", [("mark", mark), ("sure", "yes")])
      #expect(try await stage.store.invitations(now: DeskStage.now).isEmpty)
      #expect(
        stage.log.lines == [
          "an administrator made an invitation administrator=alice@example.com subject=\(mark)",
          "an administrator revoked an invitation administrator=alice@example.com subject=\(mark)",
        ])
      let again = try await alice.post("/operator/revoke", [("mark", mark), ("sure", "yes")])
      #expect(again.text.contains("There is no such invitation any more."))
    }
  }

  @Test func oneMakesAnAdministrator() async throws {
    try await withDesk { stage in
      let alice = try await stage.visitor("alice@example.com", administrator: true)
      _ = try await alice.post("/operator/invitations", [("uses", "1"), ("days", "1"), ("administrator", "yes")])
      #expect(try await stage.store.invitations(now: DeskStage.now).map(\.makesAdministrator) == [true])
    }
  }

  @Test(arguments: [
    ("n", "0", "1", ""), ("n", "1001", "1", ""), ("n", "x", "1", ""), ("n", "1", "0", ""), ("n", "1", "366", ""),
    ("n", "1", "", ""), ("n", "2", "1", "yes"), (String(repeating: "n", count: 101), "1", "1", ""),
  ])
  func whatCannotBeIsRefused(_ note: String, _ uses: String, _ days: String, _ administrator: String) async throws {
    try await withDesk { stage in
      let alice = try await stage.visitor("alice@example.com", administrator: true)
      let fields = [("note", note), ("uses", uses), ("days", days)]
      let answer = try await alice.post(
        "/operator/invitations", fields + (administrator.isEmpty ? [] : [("administrator", administrator)]))
      #expect(answer.statusLine == "HTTP/1.1 422 Unprocessable Entity")
      #expect(try await stage.store.invitations(now: DeskStage.now).isEmpty)
    }
  }

  @Test(arguments: ["", "0", "zzzzzzzzzzzzzzzz", "+000000000000000", "00000000000000000000000000000000"])
  func whatIsNoMarkRevokesNothing(_ mark: String) async throws {
    try await withDesk { stage in
      let alice = try await stage.visitor("alice@example.com", administrator: true)
      _ = try await alice.post("/operator/invitations", [("uses", "1"), ("days", "1")])
      let answer = try await alice.post("/operator/revoke", [("mark", mark), ("sure", "yes")])
      #expect(answer.statusLine == "HTTP/1.1 422 Unprocessable Entity")
      #expect(try await stage.store.invitations(now: DeskStage.now).count == 1)
    }
  }
}
