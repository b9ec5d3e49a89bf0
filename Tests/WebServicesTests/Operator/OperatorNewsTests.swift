import MSNP
import TestKit
import Testing

@testable import WebServices

/// What everybody is told by administrators.
struct OperatorNewsTests {
  @Test func anAnnouncementGoesOut() async throws {
    try await withDesk { stage in
      let alice = try await stage.visitor("alice@example.com", administrator: true)
      let answer = try await alice.post(
        "/operator/announce", [("text", "Back at\r\nsix <sharp>."), ("page", "http://example.org/six")])
      #expect(answer.text.contains("It is on its way to everybody who is signed in."))
      #expect(stage.desk.told == ["alert Back at six <sharp>. http://example.org/six"])
      #expect(
        stage.log.lines == [
          "an administrator announced something to everybody administrator=alice@example.com subject=Back at six <sharp>."
        ])
    }
  }

  @Test(arguments: [
    ("", "", "There is nothing to show"), (String(repeating: "x", count: 1024), "", "longer than clients take"),
    ("x", "javascript:alert(1)", "The page has to be an address"), ("x", "http://a b", "The page has to be an address"),
  ])
  func whatCannotBeShownIsRefused(_ text: String, _ page: String, _ problem: String) async throws {
    try await withDesk { stage in
      let alice = try await stage.visitor("alice@example.com", administrator: true)
      let answer = try await alice.post("/operator/announce", [("text", text), ("page", page)])
      #expect(answer.statusLine == "HTTP/1.1 422 Unprocessable Entity")
      #expect(answer.text.contains(problem))
      #expect(stage.desk.told.isEmpty && stage.log.lines.isEmpty)
    }
  }

  @Test func maintenanceIsAnnounced() async throws {
    try await withDesk { stage in
      let alice = try await stage.visitor("alice@example.com", administrator: true)
      _ = try await alice.post("/operator/maintenance", [("minutes", "15")])
      #expect(stage.desk.told == ["maintenance 15"])
      #expect(
        stage.log.lines == [
          "an administrator announced maintenance to everybody administrator=alice@example.com subject=in 15 minutes"
        ])
      for minutes in ["0", "-1", "1441", "soon", ""] {
        let answer = try await alice.post("/operator/maintenance", [("minutes", minutes)])
        #expect(answer.statusLine == "HTTP/1.1 422 Unprocessable Entity", "\(minutes)")
      }
      #expect(stage.desk.told.count == 1)
    }
  }
}
