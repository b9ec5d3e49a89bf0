import Cluster
import MSNP
import TestKit
import Testing

@testable import WebServices

/// The status page: for everybody, and with more on it for who administers the service.
struct StatusPageTests {
  @Test func itNamesNodesButNobodyAndNoAddresses() async throws {
    let desk = FakeDesk()
    let bob = SignedInPerson(handle: try Guest.handle("bob@example.com"), node: "ns-1", status: .online, since: nil)
    desk.set { $0.people = [bob] }
    try await withDesk(desk: desk) { stage in
      let page = try await stage.get("/status").text
      #expect(page.contains("<p class=\"large\">1 person is online.</p>"))
      #expect(page.contains("<td>ns-1</td><td>notification server</td><td><span class=\"good\">alive</span></td>"))
      #expect(page.contains("<td>ns-2</td><td>notification server</td><td><span class=\"bad\">draining</span></td>"))
      #expect(page.contains("<td>sb-2</td><td>switchboard</td><td><span class=\"bad\">dead</span></td>"))
      #expect(page.contains("Whoever has an invitation may sign up. <a href=\"/signup\">Sign up</a>"))
      #expect(!page.contains("bob@example.com") && !page.contains("192.0.2."))
    }
  }

  @Test func administratorsSeeAddresses() async throws {
    try await withDesk { stage in
      let alice = try await stage.visitor("alice@example.com", administrator: true)
      #expect(try await alice.get("/status").text.contains("<td><code>192.0.2.11:1863</code></td>"))
      let bob = try await stage.visitor("bob@example.com")
      #expect(try await bob.get("/status").text.contains("192.0.2.11") == false)
    }
  }

  @Test func whetherSignUpIsOpenIsTold() async throws {
    try await withDesk(pages: PageSettings(registration: .closed)) { stage in
      let page = try await stage.get("/status").text
      #expect(page.contains("Whoever runs the service makes its accounts."))
      #expect(!page.contains("/signup"))
    }
    try await withDesk(pages: PageSettings(registration: .open)) { stage in
      let page = try await stage.get("/status").text
      #expect(page.contains("Everybody may sign up."))
    }
  }

  @Test func withoutDatabaseItStillTellsOfNodes() async throws {
    let desk = FakeDesk()
    desk.set { $0.isAway = true }
    try await withDesk(desk: desk) { stage in
      let answer = try await stage.get("/status")
      #expect(answer.statusLine == "HTTP/1.1 200 OK")
      #expect(answer.text.contains("It cannot be told just now how many are online."))
      #expect(answer.text.contains("<td>ns-1</td>"))
    }
  }

  @Test func aRoleThatIsMissingIsTold() async throws {
    let desk = FakeDesk()
    desk.set { state in state.nodes.removeAll { $0.role == .switchboard } }
    try await withDesk(desk: desk) { stage in
      let page = try await stage.get("/status").text
      #expect(page.contains("Part of the service is not running"))
    }
    try await withDesk { stage in
      let page = try await stage.get("/status").text
      #expect(!page.contains("Part of the service is not running"))
    }
  }

  @Test(arguments: [(0, "Nobody is online."), (1, "1 person is online."), (2, "2 people are online.")])
  func peopleAreCountedInWords(_ count: Int, _ words: String) { #expect(StatusPage.people(count) == words) }
}
