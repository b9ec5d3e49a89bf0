import Credentials
import MSNP
import Roster
import SQLiteStore
import Store
import TestKit
import Testing

@testable import WebServices

/// What administrators do to nodes, sessions and accounts: asked first where something ends, done once, and logged.
struct OperatorDeedTests {
  private static func people(_ emails: String...) throws -> [SignedInPerson] {
    try emails.map { SignedInPerson(handle: try Guest.handle($0), node: "ns-1", status: .busy, since: 1_799_999_940) }
  }

  @Test func aNodeIsDrained() async throws {
    try await withDesk { stage in
      let alice = try await stage.visitor("alice@example.com", administrator: true)
      let question = try await alice.post("/operator/drain", [("node", "ns-1")])
      #expect(question.text.contains("<h1>Drain ns-1?</h1>"))
      #expect(stage.desk.told.isEmpty)
      let done = try await alice.post("/operator/drain", [("node", "ns-1"), ("sure", "yes")])
      #expect(done.text.contains("<p class=\"notice\">ns-1 was told to drain."))
      #expect(stage.desk.told == ["drain ns-1"])
      #expect(stage.log.lines == ["an administrator drained a node administrator=alice@example.com subject=ns-1"])
      let unknown = try await alice.post("/operator/drain", [("node", "ns-9"), ("sure", "yes")])
      #expect(unknown.statusLine == "HTTP/1.1 422 Unprocessable Entity")
      #expect(stage.desk.told.count == 1)
    }
  }

  /// A node that drains already or is dead has no button, nor has any where all roles are one process.
  @Test func onlyWhatCanDrainHasAButton() async throws {
    try await withDesk { stage in
      let alice = try await stage.visitor("alice@example.com", administrator: true)
      let page = try await alice.get("/operator").text
      #expect(
        page.matches(of: /name="node" value="([^"]*)"/).map { String($0.1) } == ["ds-1", "ns-1", "sb-1", "web-1"])
      #expect(page.contains("<td>217</td><td>12</td>"))
    }
    try await withDesk(desk: FakeDesk(canDrain: false)) { stage in
      let alice = try await stage.visitor("alice@example.com", administrator: true)
      #expect(try await alice.get("/operator").text.contains("name=\"node\"") == false)
      let answer = try await alice.post("/operator/drain", [("node", "ns-1"), ("sure", "yes")])
      #expect(answer.text.contains("All roles are one process here"))
      #expect(stage.desk.told.isEmpty)
    }
  }

  @Test func aSessionIsEnded() async throws {
    let desk = FakeDesk()
    let people = try OperatorDeedTests.people("bob@example.com")
    desk.set { $0.people = people }
    try await withDesk(desk: desk) { stage in
      let alice = try await stage.visitor("alice@example.com", administrator: true)
      let list = try await alice.get("/operator/sessions").text
      #expect(
        list.contains("<td>bob@example.com</td><td>ns-1</td><td>busy</td><td>2027-01-15 07:59</td>"), "\(list)")
      let question = try await alice.post("/operator/kick", [("email", "BOB@example.com")])
      #expect(question.text.contains("<h1>Sign bob@example.com out?</h1>"))
      #expect(desk.told.isEmpty)
      _ = try await alice.post("/operator/kick", [("email", "bob@example.com"), ("sure", "yes")])
      #expect(desk.told == ["sign out bob@example.com"])
      #expect(
        stage.log.lines == [
          "an administrator signed somebody out administrator=alice@example.com subject=bob@example.com"
        ])
      let absent = try await alice.post("/operator/kick", [("email", "carol@example.com"), ("sure", "yes")])
      #expect(absent.text.contains("carol@example.com is not signed in."))
      let unreadable = try await alice.post("/operator/kick", [("email", "carol"), ("sure", "yes")])
      #expect(unreadable.text.contains("That is no e-mail address."))
    }
  }

  @Test func anAccountIsBannedAndLetInAgain() async throws {
    try await withDesk { stage in
      let alice = try await stage.visitor("alice@example.com", administrator: true)
      let bob = try await stage.visitor("bob@example.com")
      let question = try await alice.post("/operator/ban", [("email", "bob@example.com")])
      #expect(question.text.contains("<h1>Ban bob@example.com?</h1>"))
      #expect(try await stage.store.member(bob.account)?.isBanned == false)
      _ = try await alice.post("/operator/ban", [("email", "bob@example.com"), ("sure", "yes")])
      #expect(try await stage.store.member(bob.account)?.isBanned == true)
      #expect(stage.desk.told == ["put out \(bob.account.rawValue)"])
      #expect(try await bob.get("/account").statusLine == "HTTP/1.1 303 See Other")
      _ = try await alice.post("/operator/unban", [("email", "bob@example.com")])
      #expect(try await stage.store.member(bob.account)?.isBanned == false)
      #expect(stage.desk.told.count == 1)
      #expect(
        stage.log.lines == [
          "an administrator banned somebody administrator=alice@example.com subject=bob@example.com",
          "an administrator let somebody in again administrator=alice@example.com subject=bob@example.com",
        ])
    }
  }

  @Test func administratorsAreMadeAndUnmade() async throws {
    try await withDesk { stage in
      let alice = try await stage.visitor("alice@example.com", administrator: true)
      let bob = try await stage.visitor("bob@example.com")
      #expect(try await alice.post("/operator/promote", [("email", "bob@example.com")]).text.contains("name=\"sure\""))
      _ = try await alice.post("/operator/promote", [("email", "bob@example.com"), ("sure", "yes")])
      #expect(try await bob.get("/operator").statusLine == "HTTP/1.1 200 OK")
      // Who administers is not banned at once, nor by accident.
      let ban = try await alice.post("/operator/ban", [("email", "bob@example.com"), ("sure", "yes")])
      #expect(ban.text.contains("take that right away first"))
      _ = try await bob.post("/operator/demote", [("email", "alice@example.com"), ("sure", "yes")])
      #expect(try await alice.get("/operator").statusLine == "HTTP/1.1 403 Forbidden")
      #expect(try await stage.store.hasAdministrator())
    }
  }

  @Test(arguments: ["ban", "demote", "promote", "password"])
  func nobodyDoesItToOneself(_ deed: String) async throws {
    try await withDesk { stage in
      let alice = try await stage.visitor("alice@example.com", administrator: true)
      let answer = try await alice.post("/operator/\(deed)", [("email", "alice@example.com"), ("sure", "yes")])
      #expect(answer.statusLine == "HTTP/1.1 422 Unprocessable Entity")
      let member = try #require(try await stage.store.member(alice.account))
      #expect(member.isAdministrator && !member.isBanned && member.admitsOldClients)
      #expect(stage.log.lines.isEmpty)
      let page = try await alice.get("/operator/people/\(alice.account.rawValue)").text
      #expect(!page.contains("action=\"/operator/\(deed)\""))
    }
  }

  @Test func aNewPasswordIsShownOnceAndOpensAllDoors() async throws {
    try await withDesk { stage in
      let alice = try await stage.visitor("alice@example.com", administrator: true)
      let bob = try await stage.visitor("bob@example.com")
      let before = try await stage.store.passwordHash(of: bob.account)
      let question = try await alice.post("/operator/password", [("email", "bob@example.com")])
      #expect(question.text.contains("<h1>A new password for bob@example.com?</h1>"))
      #expect(try await stage.store.passwordHash(of: bob.account) == before)

      let shown = try await alice.post("/operator/password", [("email", "bob@example.com"), ("sure", "yes")]).text
      let match = try #require(shown.firstMatch(of: /<p class="secret">([a-z0-9]{16})<\/p>/))
      let password = String(match.1)
      let text = try #require(try await stage.store.passwordHash(of: bob.account))
      let isRight = try #require(PasswordHash(text: text)).verify(password)
      #expect(isRight)
      #expect(try await stage.store.member(bob.account)?.admitsOldClients == false)
      #expect(try await bob.get("/account").statusLine == "HTTP/1.1 303 See Other")
      #expect(
        stage.log.lines == [
          "an administrator made a new password for somebody administrator=alice@example.com subject=bob@example.com"
        ])
      #expect(try await alice.get("/operator/people/\(bob.account.rawValue)").text.contains(password) == false)
    }
  }

  @Test func whoIsNotThereIsSaidNotToBe() async throws {
    try await withDesk { stage in
      let alice = try await stage.visitor("alice@example.com", administrator: true)
      for deed in ["ban", "unban", "promote", "demote", "password"] {
        for email in ["zoe@example.com", "zoe", ""] {
          let answer = try await alice.post("/operator/\(deed)", [("email", email), ("sure", "yes")])
          #expect(answer.statusLine == "HTTP/1.1 404 Not Found")
        }
      }
      for path in ["/operator/people/999", "/operator/people/x", "/operator/people/-1"] {
        #expect(try await alice.get(path).statusLine == "HTTP/1.1 404 Not Found")
      }
    }
  }

  @Test func peopleAreFoundAndPaged() async throws {
    try await withDesk { stage in
      let alice = try await stage.visitor("alice@example.com", administrator: true)
      for number in 1...51 { _ = try await stage.visitor("p\(number)@example.com", name: "<b>P\(number)</b>") }
      let first = try await alice.get("/operator/people").text
      #expect(first.matches(of: /<tr><td><a href="\/operator\/people\/\d+">/).count == 50)
      #expect(first.contains("<td>&lt;b&gt;P49&lt;/b&gt;</td>") && !first.contains("<b>P"))
      let next = try #require(first.firstMatch(of: /name="after" value="(\d+)"/)).1
      let second = try await alice.get("/operator/people?search=&after=\(next)").text
      #expect(second.contains("p50@example.com") && second.contains("p51@example.com"))
      #expect(!second.contains("p49@example.com") && !second.contains("name=\"after\""))
      let found = try await alice.get("/operator/people?search=P17%40").text
      #expect(found.matches(of: /<tr><td><a href="\/operator\/people\/\d+">/).count == 1)
      #expect(found.contains("p17@example.com"))
      let none = try await alice.get("/operator/people?search=%3Cscript%3E").text
      #expect(none.contains("There is nobody to show.") && none.contains("value=\"&lt;script&gt;\""))
    }
  }
}
