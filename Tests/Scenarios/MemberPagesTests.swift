import MSNP
import TestKit
import Testing

/// The pages for people at the real program, and what clients notice of them.
@Suite struct MemberPagesTests {
  private static func signedIn(_ who: String, on server: DevServer, password: String = "password") throws -> WebVisitor
  {
    let visitor = WebVisitor(at: server.web)
    try visitor.open("/signin")
    try visitor.submit("/signin", ["E-mail address": "\(who)@example.com", "Password": password])
    try #require(visitor.path == "/account", "\(visitor.page)")
    return visitor
  }

  /// Signs in by MD5 with whatever password; answers with the last line.
  private static func signIn(_ who: String, md5 password: String, on server: DevServer) throws -> String {
    let client = try ScriptedClient(to: server.notification)
    try client.send("VER 1 MSNP7")
    try client.expect("VER 1 MSNP7")
    try client.send("USR 2 MD5 I \(who)@example.com")
    let challenge = try client.expect(beginning: "USR", "2", "MD5", "S")[4]
    try client.send("USR 3 MD5 S \(MD5.hex(Array((challenge + password).utf8)))")
    return try client.nextLine().text
  }

  /// Signs in with a ticket that the web server gives for the account's password.
  private static func signIn(_ who: String, ticketFor password: String, on server: DevServer) throws -> String {
    let client = try ScriptedClient(to: server.notification)
    try client.send("VER 1 MSNP9 CVR0")
    try client.expect("VER 1 MSNP9 CVR0")
    try client.send("USR 2 TWN I \(who)@example.com")
    let policy = try client.expect(beginning: "USR", "2", "TWN", "S")[4]
    let ticket = try PassportSignIn.ticket(
      for: "\(who)@example.com", password: password, policy: policy, at: server.web)
    try client.send("USR 3 TWN S \(ticket)")
    return try client.nextLine().text
  }

  /// An invitation, an account, and both of its passwords at the notification server.
  @Test func whoIsInvitedSignsUpAndSignsIn() async throws {
    try await onDevServer(try await ReferenceAccounts.fixture) { server in
      let run = try CommandRun(try MonarchProgram.path(), ["invite", "--data", server.directory])
      try #require(run.hasSucceeded, "\(run.errors)")
      let code = try #require(run.output.split(separator: "\n").first.map(String.init))
      let heidi = WebVisitor(at: server.web)
      try heidi.open("/signup")
      try heidi.submit(
        "/signup",
        [
          "E-mail address": "heidi@example.com", "Display name": "Heidi", "Password": "mountains",
          "Password again": "mountains", "Invitation code": code,
        ])
      try #require(heidi.path == "/welcome", "\(heidi.page)")
      let byTicket = try MemberPagesTests.signIn("heidi", ticketFor: "mountains", on: server)
      #expect(byTicket == "USR 3 OK heidi@example.com Heidi 1 0")
      // No password for old clients until one is made; then that one, and the account's own never.
      let before = try MemberPagesTests.signIn("heidi", md5: "mountains", on: server)
      #expect(before == "911 3")
      try heidi.open("/account/old-clients")
      try heidi.submit("/account/old-clients", ["Password of your account": "mountains"])
      let old = try #require(heidi.page.all("p", class: "secret").first)
      let byDigest = try MemberPagesTests.signIn("heidi", md5: old, on: server)
      #expect(byDigest == "USR 3 OK heidi@example.com Heidi 1")
      let wrong = try MemberPagesTests.signIn("heidi", md5: "mountains", on: server)
      #expect(wrong == "911 3")
      // The old clients' password opens no page and gives no ticket.
      let thief = WebVisitor(at: server.web)
      try thief.open("/signin")
      try thief.submit("/signin", ["E-mail address": "heidi@example.com", "Password": old])
      #expect(thief.path == "/signin")
      #expect(throws: ClientFailure.self) {
        try PassportSignIn.ticket(for: "heidi@example.com", password: old, policy: "lc=1033", at: server.web)
      }
      // Somebody else's use of the same code.
      let again = WebVisitor(at: server.web)
      try again.open("/signup")
      try again.submit(
        "/signup",
        [
          "E-mail address": "ivan@example.com", "Password": "mountains", "Password again": "mountains",
          "Invitation code": code,
        ])
      #expect(again.answer.statusLine == "HTTP/1.1 422 Unprocessable Entity")
      // None of the secrets is in the log.
      try server.stop()
      let log = server.log(lines: 10_000)
      #expect(log.contains("heidi@example.com"))
      for secret in ["mountains", old, code, heidi.cookies["monarch"] ?? ""] { #expect(!log.contains(secret)) }
    }
  }

  @Test func watchersSeeANewNameAtOnce() async throws {
    try await onDevServer(try await ReferenceAccounts.fixture) { server in
      let bob = try ScriptedClient.online("bob", on: server, dialect: 7)
      let alice = try ScriptedClient.online("alice", on: server, dialect: 7)
      try bob.expect("NLN NLN alice@example.com Alice")
      let page = try MemberPagesTests.signedIn("alice", on: server)
      try page.open("/account/name")
      try page.submit("/account/name", ["Display name": "Alice & Co"])
      #expect(page.path == "/account?done=name")
      try bob.expect("NLN NLN alice@example.com Alice%20%26%20Co")
      // Her next sign-in brings the name.
      try alice.send("OUT")
      try bob.expect("FLN alice@example.com")
      let line = try MemberPagesTests.signIn("alice", md5: "password", on: server)
      #expect(line == "USR 3 OK alice@example.com Alice%20%26%20Co 1")
    }
  }

  @Test func whoIsDeletedLeavesTheListsOfOthersAndIsPutOut() async throws {
    try await onDevServer(try await ReferenceAccounts.fixture) { server in
      let bob = try ScriptedClient.online("bob", on: server, dialect: 7)
      // News of lists is for who has read them.
      try bob.send("SYN 5 40")
      try bob.expect("SYN 5 40")
      let alice = try ScriptedClient.online("alice", on: server, dialect: 7)
      try bob.expect("NLN NLN alice@example.com Alice")
      let page = try MemberPagesTests.signedIn("alice", on: server)
      try page.open("/account/delete")
      try page.submit(
        "/account/delete", ["Password of your account": "password", "Yes, delete my account": "on"])
      #expect(page.page.first("h1") == "Good-bye")
      try alice.expect("OUT")
      try alice.expectClosed()
      for list in ["FL", "AL", "RL"] { try bob.expect("REM 0 \(list) 41 alice@example.com") }
      let gone = try MemberPagesTests.signIn("alice", md5: "password", on: server)
      #expect(gone == "911 3")
    }
  }

  /// What is said while the history is on can be read on the page, and nothing of it is in the log.
  @Test func aHistoryIsReadOnThePage() async throws {
    try await onDevServer(try await ReferenceAccounts.fixture) { server in
      let page = try MemberPagesTests.signedIn("alice", on: server)
      try page.submit("/account/keep-history", button: "Switch it on")
      let ringing = try Ringing(on: server)
      let answer = try ScriptedClient.answering("bob", ringing.bob, on: server)
      try ringing.talk.expect("JOI bob@example.com Bob")
      let payload = Array(
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\ncanary <b>message</b>".utf8)
      try ringing.talk.send("MSG 9 A \(payload.count)", payload: payload)
      try ringing.talk.expect("ACK 9")
      _ = try answer.nextLine(waitingFor: "the message")
      // The history is written apart from the conversation: the page is asked until it is there.
      let deadline = ContinuousClock.now + .seconds(20)
      repeat { try page.open("/account/history") } while page.page.all("td").isEmpty && ContinuousClock.now < deadline
      let link = try #require(page.page.links.first { $0.text == "bob@example.com" })
      try page.open(link.target)
      #expect(page.page.all("td").last == "canary <b>message</b>")
      try server.stop()
      #expect(!server.log(lines: 10_000).contains("canary"))
      #expect(!server.log(lines: 10_000).contains(page.cookies["monarch"] ?? "none"))
    }
  }
}
