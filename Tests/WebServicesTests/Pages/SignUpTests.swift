import Credentials
import MSNP
import NIOCore
import Roster
import ServerKit
import Store
import TestKit
import Testing

@testable import WebServices

/// Making an account.
struct SignUpTests {
  private static let alice = [
    "E-mail address": "Alice@example.com", "Display name": "Alice <3", "Password": "wonderland",
    "Password again": "wonderland",
  ]

  private func with(_ changes: [String: String]) -> [String: String] { SignUpTests.alice.merging(changes) { $1 } }

  @Test func anInvitationMakesAnAccountOnce() async throws {
    try await withPages { stage in
      let code = try await stage.invitation()
      try await onThread {
        let alice = stage.visitor()
        try alice.open("/signup")
        try alice.submit("/signup", with(["Invitation code": code.lowercased()]))
        #expect(alice.path == "/welcome")
        #expect(alice.answer.statusLine == "HTTP/1.1 200 OK")
        #expect(alice.page.text.contains("you are signed in on these pages as alice@example.com"))
        #expect(alice.page.links.map(\.target).contains("/connect"))
        #expect(alice.page.links.map(\.target).contains("/account/old-clients"))
        try alice.open("/account")
        #expect(alice.page.all("td").prefix(2) == ["alice@example.com", "Alice <3 (change)"])
        let bob = stage.visitor()
        try bob.open("/signup")
        try bob.submit("/signup", with(["E-mail address": "bob@example.com", "Invitation code": code]))
        #expect(bob.answer.statusLine == "HTTP/1.1 422 Unprocessable Entity")
        #expect(bob.page.problems == [SignUpForm.badInvitation])
      }
      let member = try #require(try await stage.member("alice"))
      #expect(member.name.text == "Alice <3")
      #expect(!member.isAdministrator && !member.admitsOldClients && !member.keepsHistory)
      let hash = try #require(try await stage.store.passwordHash(of: member.account))
      #expect(try PasswordHash(text: hash)?.verify("wonderland") == true)
      #expect(try await stage.member("bob") == nil)
    }
  }

  @Test func theFirstInvitationMakesAnAdministrator() async throws {
    try await withPages { stage in
      let code = try await stage.invitation(makesAdministrator: true)
      try await onThread {
        let alice = stage.visitor()
        try alice.open("/signup")
        try alice.submit("/signup", with(["Invitation code": code]))
        #expect(alice.page.links.contains { $0.target == "/operator" && $0.text == "Operator" })
      }
      #expect(try await stage.member("alice")?.isAdministrator == true)
    }
  }

  @Test func whereEverybodyMayNoCodeIsNeeded() async throws {
    try await withPages(PageSettings(registration: .open)) { stage in
      try await onThread {
        let alice = stage.visitor()
        try alice.open("/signup")
        #expect(
          alice.page.forms.first?.fields.map(\.name) == [
            "token", "email", "name", "password", "again", "invitation", "",
          ])
        try alice.submit("/signup", with(["Display name": ""]))
        #expect(alice.path == "/welcome")
      }
      #expect(try await stage.member("alice")?.name.text == "alice@example.com")
    }
  }

  @Test func whereEverybodyMayACodeDoesWhatItSaysAllTheSame() async throws {
    try await withPages(PageSettings(registration: .open)) { stage in
      let code = try await stage.invitation(makesAdministrator: true)
      try await onThread {
        let alice = stage.visitor()
        try alice.open("/signup")
        try alice.submit("/signup", with(["Invitation code": "0000-0000-0000-0000"]))
        #expect(alice.page.problems == [SignUpForm.badInvitation])
        try alice.submit("/signup", with(["Invitation code": code]))
        #expect(alice.path == "/welcome")
      }
      #expect(try await stage.member("alice")?.isAdministrator == true)
    }
  }

  @Test func whereNobodyMayThePageSaysSo() async throws {
    try await withPages(PageSettings(registration: .closed)) { stage in
      try await onThread {
        let visitor = stage.visitor()
        try visitor.open("/")
        #expect(!visitor.page.links.contains { $0.target == "/signup" })
        try visitor.open("/signup")
        #expect(visitor.answer.statusLine == "HTTP/1.1 200 OK")
        #expect(visitor.page.text.contains("Nobody can make an account here"))
        #expect(visitor.page.forms.isEmpty)
        // With a token that is good, from another form.
        try visitor.open("/signin")
        let token = try #require(visitor.page.forms.first?.fields.first?.value)
        let answer = try visitor.post(
          "/signup",
          [("token", token), ("email", "a@example.com"), ("password", "wonderland"), ("again", "wonderland")])
        #expect(answer.statusLine == "HTTP/1.1 403 Forbidden")
      }
      #expect(try await stage.store.memberCount() == 0)
    }
  }

  @Test(arguments: [
    ("E-mail address", "", "Type an e-mail address: clients sign in with it."),
    (
      "E-mail address", "alice",
      "That is no e-mail address as clients know them: it needs one @, at most 129 letters, digits and signs, and no "
        + "blanks or accents."
    ),
    ("Password", "short", "That has 5 characters, which is soon guessed: choose one of 8 to 16."),
    (
      "Password", "12345678901234567",
      "That has 17 characters, and Messenger clients cut passwords at 16: choose one of 8 to 16."
    ),
    ("Password", "", "Choose a password of 8 to 16 characters."),
    (
      "Password", "tab\tinside",
      "That holds a character that cannot be typed into a client: use letters, digits, punctuation and blanks."
    ),
    ("Password again", "wonderlanD", "The two passwords are not the same: type both again."),
    ("Invitation code", "", "Type the code of your invitation. Whoever runs this service gives them out."),
    ("Invitation code", "7KQ2-M9XA", SignUpForm.badInvitation),
    (
      "Display name", String(repeating: "é", count: 70),
      "That is longer than clients take: use at most 129 letters, fewer if they have accents."
    ),
  ])
  func whatIsWrongIsSaidBesideIt(_ field: String, _ value: String, _ problem: String) async throws {
    try await withPages { stage in
      let code = try await stage.invitation()
      try await onThread {
        let alice = stage.visitor()
        try alice.open("/signup")
        try alice.submit("/signup", with(["Invitation code": code]).merging([field: value]) { $1 })
        #expect(alice.answer.statusLine == "HTTP/1.1 422 Unprocessable Entity")
        #expect(alice.page.problems == [problem])
        let form = try #require(alice.page.forms.first)
        for kept in form.fields where kept.type == "text" {
          let typed = kept.label == field ? value : with(["Invitation code": code])[kept.label ?? ""]
          #expect(kept.value == typed)
        }
        #expect(form.fields.filter { $0.type == "password" }.map(\.value) == ["", ""])
      }
      #expect(try await stage.store.memberCount() == 0)
    }
  }

  @Test(arguments: ["alice@example.com", "ALICE@EXAMPLE.COM", "longalice", "LongAlice"])
  func aPasswordThatEverybodyKnowsIsNone(_ password: String) throws {
    let handle = UserHandle(password.contains("@") ? "alice@example.com" : "longalice@example.com")
    let refused = "That is your address, which everybody would try first: choose something else."
    // The whole address is longer than clients take when it has more than 16 characters; that is said first then.
    let expected =
      password.count > 16
      ? "That has 17 characters, and Messenger clients cut passwords at 16: choose one of 8 to 16." : refused
    #expect(NewPassword.problem(password, for: handle) == expected)
    #expect(NewPassword.problem("al@ex.org", for: UserHandle("al@ex.org")) == refused)
    #expect(NewPassword.problem("eightchr", for: handle) == nil)
  }

  @Test func expiredAndTakenBackInvitationsAreRefused() async throws {
    try await withPages { stage in
      let expired = try await stage.invitation(lasting: 60)
      let revoked = try await stage.invitation()
      let digest = try #require(InvitationCode(revoked)?.digest)
      _ = try await stage.store.revokeInvitation(Array(digest.prefix(4)))
      stage.wait(60)
      try await onThread {
        for code in [expired, revoked, InvitationCode.random().text] {
          let alice = stage.visitor()
          try alice.open("/signup")
          try alice.submit("/signup", with(["Invitation code": code]))
          #expect(alice.answer.statusLine == "HTTP/1.1 422 Unprocessable Entity")
          #expect(alice.page.problems == [SignUpForm.badInvitation])
        }
      }
    }
  }

  /// Who has no invitation learns nothing of who has an account.
  @Test func aBadCodeSaysNothingOfTheAddress() async throws {
    try await withPages { stage in
      try await stage.account("alice")
      let good = try await stage.invitation()
      try await onThread {
        var pages: [String] = []
        for email in ["alice@example.com", "nobody@example.com"] {
          let visitor = stage.visitor()
          try visitor.open("/signup")
          try visitor.submit(
            "/signup", with(["E-mail address": email, "Invitation code": InvitationCode.random().text]))
          pages.append(visitor.page.problems.joined())
        }
        #expect(pages == [SignUpForm.badInvitation, SignUpForm.badInvitation])
        let invited = stage.visitor()
        try invited.open("/signup")
        try invited.submit("/signup", with(["Invitation code": good]))
        #expect(
          invited.page.problems == ["Somebody has an account with this address already. If it is you, sign in."])
        // The invitation is as good as before.
        try invited.submit("/signup", with(["E-mail address": "carol@example.com", "Invitation code": good]))
        #expect(invited.path == "/welcome")
      }
    }
  }

  @Test func anAddressHasItsShareOfAccountsAndOfRefusals() async throws {
    try await withPages(trusted: try #require(AddressBlocks("127.0.0.1"))) { stage in
      let code = try await stage.invitation(uses: 100)
      try await onThread {
        func signUp(_ who: String, _ code: String, from address: String) throws -> String {
          let visitor = stage.visitor(from: address)
          try visitor.open("/signup")
          try visitor.submit("/signup", with(["E-mail address": "\(who)@example.com", "Invitation code": code]))
          return visitor.path == "/welcome" ? "made" : visitor.answer.statusLine
        }
        let made = try (1...6).map { try signUp("user\($0)", code, from: "192.0.2.1") }
        #expect(made == Array(repeating: "made", count: 5) + ["HTTP/1.1 429 Too Many Requests"])
        let other = try signUp("user7", code, from: "192.0.2.2")
        #expect(other == "made")
        let refused = try (1...21).map { _ in
          try signUp("x", InvitationCode.random().text, from: "2001:db8::1")
        }
        #expect(Set(refused.prefix(20)) == ["HTTP/1.1 422 Unprocessable Entity"])
        #expect(refused.last == "HTTP/1.1 429 Too Many Requests")
        // A network of IPv6 is one, and a good code does not help.
        let neighbour = try signUp("y", code, from: "2001:db8::ffff:2")
        #expect(neighbour == "HTTP/1.1 429 Too Many Requests")
      }
    }
  }
}

/// The share of an address, by the clock.
struct SignUpLedgerTests {
  private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000_000)

  /// A ledger that can be asked inside an expectation.
  private final class Asked {
    var ledger: SignUpLedger

    init(capacity: Int = 16_384) { ledger = SignUpLedger(capacity: capacity) }

    /// Whether there is a place; what becomes of it is settled at once.
    func admits(_ address: String, at time: TimeAmount, _ outcome: SignUpLedger.Outcome?) -> Bool {
      let now = start + time
      guard ledger.take(address, now: now) else { return false }
      if let outcome { ledger.settle(address, takenAt: now, outcome) }
      return true
    }
  }

  @Test func fiveAccountsAnHour() {
    let asked = Asked()
    for minute in 0..<5 { #expect(asked.admits("a", at: .minutes(Int64(minute)), .made)) }
    #expect(!asked.admits("a", at: .minutes(59), .made))
    #expect(asked.admits("b", at: .minutes(59), .made))
    // The first is forgotten an hour after it was made.
    #expect(asked.admits("a", at: .minutes(60), .made))
    #expect(!asked.admits("a", at: .minutes(60), .made))
  }

  @Test func twentyRefusalsAnHour() {
    let asked = Asked()
    for second in 0..<20 { #expect(asked.admits("a", at: .seconds(Int64(second)), .refused)) }
    #expect(!asked.admits("a", at: .seconds(20), .made))
    #expect(asked.admits("a", at: .hours(1), .made))
  }

  @Test func requestsThatComeAtOnceAreCountedAsTheyCome() {
    let asked = Asked()
    let admitted = (0..<100).filter { _ in asked.admits("a", at: .zero, nil) }
    #expect(admitted.count == 5)
    for _ in 0..<5 { asked.ledger.settle("a", takenAt: SignUpLedgerTests.start, .nothing) }
    #expect(asked.ledger.entries == 0)
    #expect(asked.admits("a", at: .zero, nil))
  }

  @Test func memoryIsBounded() {
    let asked = Asked(capacity: 100)
    for address in 0..<10_000 {
      _ = asked.admits("\(address)", at: .milliseconds(Int64(address)), address % 2 == 0 ? .made : .refused)
      #expect(asked.ledger.entries <= 100)
    }
    // Whoever was quiet longest went first: the last ones are still counted.
    let more = (0..<20).filter { _ in asked.admits("9999", at: .milliseconds(9_999), .refused) }
    #expect(more.count == 19)
  }
}
