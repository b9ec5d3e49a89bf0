import MSNP
import SQLiteStore
import Store
import TestKit
import Testing

@testable import WebServices

/// Who may see operators' pages, and do what stands on them.
struct OperatorAccessTests {
  private static let pages = [
    "/operator", "/operator/sessions", "/operator/people", "/operator/people/1", "/operator/invitations",
    "/operator/news",
  ]

  private static let forms = [
    "/operator/drain", "/operator/kick", "/operator/ban", "/operator/unban", "/operator/promote", "/operator/demote",
    "/operator/password", "/operator/invitations", "/operator/revoke", "/operator/announce", "/operator/maintenance",
  ]

  /// Fields that would do something on each form.
  private static let fields = [
    ("node", "ns-1"), ("email", "bob@example.com"), ("sure", "yes"), ("note", "n"), ("uses", "1"), ("days", "1"),
    ("mark", "0000000000000000"), ("text", "Hello"), ("minutes", "5"),
  ]

  private static func untouched(_ stage: DeskStage) async throws {
    #expect(stage.desk.told.isEmpty)
    #expect(stage.log.lines.isEmpty)
    #expect(try await stage.store.invitations(now: DeskStage.now).isEmpty)
    let bob = try #require(try await stage.store.member(Guest.handle("bob@example.com")))
    #expect(!bob.isBanned && !bob.isAdministrator && bob.admitsOldClients)
  }

  @Test func whoIsNotSignedInIsAskedTo() async throws {
    try await withDesk { stage in
      _ = try await stage.visitor("bob@example.com")
      for path in OperatorAccessTests.pages {
        let answer = try await stage.get(path)
        #expect(answer.statusLine == "HTTP/1.1 303 See Other")
        #expect(answer["Location"] == "http://\(stage.address)/signin")
      }
      for path in OperatorAccessTests.forms {
        let answer = try await stage.ask(
          "POST \(path) HTTP/1.1\r\nHost: \(stage.address)\r\nContent-Length: 8\r\n\r\nsure=yes")
        #expect(answer.statusLine == "HTTP/1.1 303 See Other", "\(path)")
      }
      try await OperatorAccessTests.untouched(stage)
    }
  }

  @Test func membersMayNot() async throws {
    try await withDesk { stage in
      let bob = try await stage.visitor("bob@example.com")
      for path in OperatorAccessTests.pages {
        let answer = try await bob.get(path)
        #expect(answer.statusLine == "HTTP/1.1 403 Forbidden", "\(path)")
      }
      for path in OperatorAccessTests.forms {
        let answer = try await bob.post(path, OperatorAccessTests.fields)
        #expect(answer.statusLine == "HTTP/1.1 403 Forbidden", "\(path)")
      }
      try await OperatorAccessTests.untouched(stage)
    }
  }

  /// A page elsewhere can send a form with the administrator's cookie, but not with the token.
  @Test(arguments: ["", "AAAAAAAAAAAAAAAAAAAAAA"])
  func withoutTheTokenNothingHappens(_ token: String) async throws {
    try await withDesk { stage in
      _ = try await stage.visitor("bob@example.com")
      let alice = try await stage.visitor("alice@example.com", administrator: true)
      for path in OperatorAccessTests.forms {
        let answer = try await alice.post(path, OperatorAccessTests.fields, token: token)
        #expect(answer.statusLine == "HTTP/1.1 403 Forbidden", "\(path)")
      }
      try await OperatorAccessTests.untouched(stage)
    }
  }

  /// Whoever is no administrator any more is none at the next click.
  @Test func theRightIsLookedUpEachTime() async throws {
    try await withDesk { stage in
      let alice = try await stage.visitor("alice@example.com", administrator: true)
      #expect(try await alice.get("/operator").statusLine == "HTTP/1.1 200 OK")
      _ = try await stage.store.setAdministrator(alice.handle, false)
      #expect(try await alice.get("/operator").statusLine == "HTTP/1.1 403 Forbidden")
    }
  }
}
