import Credentials
import MSNP
import Roster
import Store
import TestKit
import Testing

@testable import WebServices

/// What people change of their accounts.
struct AccountPagesTests {
  // MARK: Name

  @Test func aNewNameIsKeptAndWatchersAreTold() async throws {
    try await withPages { stage in
      let account = try await stage.account("alice")
      try await onThread {
        let alice = try stage.signedIn("alice")
        try alice.open("/account/name")
        try alice.submit("/account/name", ["Display name": "  Älice & \"Bob\" <i>  "])
        #expect(alice.path == "/account?done=name")
        #expect(
          alice.page.all("p", class: "notice") == ["Your display name is changed. Whoever is online sees it at once."])
        #expect(alice.page.all("td")[1] == "Älice & \"Bob\" <i> (change)")
      }
      let member = try #require(try await stage.member("alice"))
      #expect(member.name.text == "Älice & \"Bob\" <i>")
      let notices = stage.desk.notices
      #expect(notices.count == 1)
      #expect(notices.first?.account == account)
      #expect(notices.first?.news == .renamed(member.name))
    }
  }

  @Test(arguments: [
    ("", "Type a name: clients show no empty ones."),
    (
      String(repeating: "x", count: 388),
      "That is longer than clients take: use at most 129 letters, fewer if they have accents."
    ),
    ("a\u{1}b", "That holds a character that no client shows, such as a line end: leave it out."),
  ])
  func aNameThatClientsCannotShowIsRefused(_ name: String, _ problem: String) async throws {
    try await withPages { stage in
      try await stage.account("alice")
      try await onThread {
        let alice = try stage.signedIn("alice")
        try alice.open("/account/name")
        try alice.submit("/account/name", ["Display name": name])
        #expect(alice.answer.statusLine == "HTTP/1.1 422 Unprocessable Entity")
        #expect(alice.page.problems == [problem])
        let form = alice.page.forms.first { $0.action == "/account/name" }
        #expect(form?.fields.first { $0.name == "name" }?.value == name)
      }
      #expect(stage.desk.notices.isEmpty)
    }
  }

  /// As with clients: watchers are not to be told a hundred times a second.
  @Test func whoChangesTheNameAllTheTimeHasToWait() async throws {
    try await withPages { stage in
      try await stage.account("alice")
      try await onThread {
        let alice = try stage.signedIn("alice")
        var places: [String] = []
        for number in 0..<7 {
          try alice.open("/account/name")
          try alice.submit("/account/name", ["Display name": "Alice \(number)"])
          places.append(alice.path == "/account/name" ? alice.answer.statusLine : "changed")
        }
        #expect(places.prefix(5) == ["changed", "changed", "changed", "changed", "changed"])
        #expect(places.last == "HTTP/1.1 429 Too Many Requests")
        #expect(alice.page.problems == ["You have changed your name too often just now. Try again in a minute."])
      }
      #expect((5...6).contains(stage.desk.notices.count))
    }
  }

  // MARK: Password

  @Test func aNewPasswordEndsEveryOtherSession() async throws {
    try await withPages { stage in
      let account = try await stage.account("alice")
      _ = try await stage.store.setOldPassword(of: account, sealed: [1, 2, 3])
      try await onThread {
        let alice = try stage.signedIn("alice")
        let elsewhere = try stage.signedIn("alice")
        try alice.open("/account/password")
        try alice.submit(
          "/account/password",
          ["Present password": "password", "New password": " looking glass", "New password again": " looking glass"])
        #expect(alice.path == "/account?done=password")
        try elsewhere.open("/account")
        #expect(elsewhere.path == "/signin")
        _ = try stage.signedIn("alice", password: " looking glass")
        #expect(throws: (any Error).self) { try stage.signedIn("alice", password: "password") }
      }
      // The password of old clients is another one, and stays.
      #expect(try await stage.member("alice")?.admitsOldClients == true)
    }
  }

  @Test(arguments: [
    (
      "wrong", "looking glass", "looking glass",
      "That is not the password of your account: type the one with which you sign in here."
    ),
    ("password", "short", "short", "That has 5 characters, which is soon guessed: choose one of 8 to 16."),
    ("password", "looking glass", "looking grass", "The two passwords are not the same: type both again."),
    (
      "password", "alice@example.com", "alice@example.com",
      "That has 17 characters, and Messenger clients cut passwords at 16: choose one of 8 to 16."
    ),
  ])
  func aPasswordIsNotChangedByMistake(_ present: String, _ new: String, _ again: String, _ problem: String) async throws
  {
    try await withPages { stage in
      try await stage.account("alice")
      try await onThread {
        let alice = try stage.signedIn("alice")
        try alice.open("/account/password")
        try alice.submit(
          "/account/password", ["Present password": present, "New password": new, "New password again": again])
        #expect(alice.answer.statusLine == "HTTP/1.1 422 Unprocessable Entity")
        #expect(alice.page.problems == [problem])
        _ = try stage.signedIn("alice")
      }
    }
  }

  // MARK: Old clients

  @Test func aPasswordForOldClientsIsMadeShownOnceReplacedAndRemoved() async throws {
    try await withPages { stage in
      try await stage.account("alice")
      let made = try await onThread {
        let alice = try stage.signedIn("alice")
        try alice.open("/account/old-clients")
        #expect(
          alice.page.forms.first { $0.action == "/account/old-clients" }?.buttons.map(\.value) == [
            "Make a password for old clients"
          ])
        var made: [String] = []
        for _ in 0..<2 {
          try alice.submit("/account/old-clients", ["Password of your account": "password"])
          #expect(alice.answer.statusLine == "HTTP/1.1 200 OK")
          made += alice.page.all("p", class: "secret")
        }
        try alice.open("/account/old-clients")
        #expect(alice.page.all("p", class: "secret").isEmpty)
        #expect(!made.contains { alice.answer.text.contains($0) })
        return made
      }
      #expect(made.count == 2)
      #expect(made.first != made.last)
      let sealed = try #require(try await stage.store.account(try stage.handle("alice"))?.sealedOldPassword)
      let account = try #require(try await stage.member("alice")).account
      #expect(try stage.seal.open(sealed, for: account.rawValue) == made.last)
      try await onThread {
        let alice = try stage.signedIn("alice")
        #expect(alice.page.all("td")[3] == "may sign in (change)")
        try alice.open("/account/old-clients")
        try alice.submit(
          "/account/old-clients", ["Password of your account": "password"], button: "Shut old clients out")
        #expect(alice.path == "/account?done=old-clients-off")
        #expect(alice.page.all("td")[3] == "may not sign in (change)")
      }
      #expect(try await stage.store.account(try stage.handle("alice"))?.sealedOldPassword == nil)
    }
  }

  @Test func oldClientsNeedTheAccountsPassword() async throws {
    try await withPages { stage in
      try await stage.account("alice")
      try await onThread {
        let alice = try stage.signedIn("alice")
        try alice.open("/account/old-clients")
        try alice.submit("/account/old-clients", ["Password of your account": "wrong"])
        #expect(alice.answer.statusLine == "HTTP/1.1 422 Unprocessable Entity")
        #expect(alice.page.all("p", class: "secret").isEmpty)
      }
      #expect(try await stage.member("alice")?.admitsOldClients == false)
    }
  }

  // MARK: Sessions

  @Test func everyOtherSessionCanBeEnded() async throws {
    try await withPages { stage in
      try await stage.account("alice")
      try await stage.account("bob")
      try await onThread {
        let others = try (0..<3).map { _ in try stage.signedIn("alice") }
        let bob = try stage.signedIn("bob")
        let alice = try stage.signedIn("alice")
        try alice.submit("/account/sessions", button: "Sign out everywhere else")
        #expect(alice.path == "/account?done=sessions")
        for other in others {
          try other.open("/account")
          #expect(other.path == "/signin")
        }
        try bob.open("/account")
        #expect(bob.path == "/account")
      }
    }
  }

  // MARK: Deleting

  @Test func anAccountIsDeletedWithEverythingThatIsItsOwn() async throws {
    try await withPages { stage in
      let account = try await stage.account("alice")
      let bob = try await stage.account("bob")
      try await stage.change(bob, .add(.forward, try stage.handle("alice"), nil, group: nil))
      try await onThread {
        let elsewhere = try stage.signedIn("alice")
        let alice = try stage.signedIn("alice")
        try alice.open("/account/delete")
        try alice.submit("/account/delete", ["Password of your account": "password"])
        #expect(alice.answer.statusLine == "HTTP/1.1 422 Unprocessable Entity")
        #expect(alice.page.problems == ["Tick the box if you mean it: nobody can bring the account back."])
        try alice.submit("/account/delete", ["Password of your account": "wrong", "Yes, delete my account": "on"])
        #expect(
          alice.page.problems == ["That is not the password of your account: type the one with which you sign in here."]
        )
        try alice.submit("/account/delete", ["Password of your account": "password", "Yes, delete my account": "on"])
        #expect(alice.answer.statusLine == "HTTP/1.1 200 OK")
        #expect(alice.page.first("h1") == "Good-bye")
        #expect(alice.page.links.contains { $0.target == "/signin" })
        #expect(alice.cookies.isEmpty)
        try elsewhere.open("/account")
        #expect(elsewhere.path == "/signin")
      }
      #expect(try await stage.member("alice") == nil)
      #expect(stage.desk.putOut == [account])
      let notices = stage.desk.notices
      #expect(notices.count == 1)
      #expect(notices.first?.account == bob)
    }
  }
}
