import Credentials
import Foundation
import MSNP
import Roster
import ServerKit
import Store
import TestKit
import Testing

@testable import WebServices

/// Sessions, forms and headers of the pages.
struct PageSecurityTests {
  /// Where only members may go.
  private static let membersOnly = [
    "/welcome", "/account", "/account/name", "/account/password", "/account/old-clients", "/account/profile",
    "/account/picture", "/account/history", "/account/export", "/account/delete", "/profile",
    "/profile?of=alice@example.com", "/picture?of=alice@example.com",
  ]

  private static let headers = [
    "Content-Type: text/html; charset=utf-8",
    "Cache-Control: no-store",
    "Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
      + "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options: nosniff",
    "X-Frame-Options: DENY",
    "Referrer-Policy: same-origin",
  ]

  private static func isCookie(_ line: String) -> Bool {
    line.wholeMatch(of: /Set-Cookie: monarch=[A-Za-z0-9_-]{32}; Path=\/; HttpOnly; SameSite=Lax/) != nil
  }

  @Test func everyPageHasTheHeadersThatKeepOthersOut() async throws {
    try await withPages { stage in
      try await stage.account("alice")
      try await onThread {
        let visitor = stage.visitor()
        let first = try visitor.ask("GET", "/signin")
        #expect(first.statusLine == "HTTP/1.1 200 OK")
        #expect(
          Set(first.headerLines.filter { !$0.hasPrefix("Set-Cookie") })
            == Set(PageSecurityTests.headers + ["Content-Length: \(first.body.count)"]))
        #expect(first.headerLines.filter { $0.hasPrefix("Set-Cookie") }.filter(PageSecurityTests.isCookie).count == 1)
        // It is given once.
        let second = try visitor.ask("GET", "/signin")
        #expect(second["Set-Cookie"] == nil)
        let alice = try stage.signedIn("alice")
        for path in PageSecurityTests.membersOnly where !path.hasPrefix("/picture") {
          let answer = try alice.ask("GET", path)
          #expect(answer.statusLine == "HTTP/1.1 200 OK")
          #expect(Set(answer.headerLines) == Set(PageSecurityTests.headers + ["Content-Length: \(answer.body.count)"]))
        }
      }
    }
  }

  @Test func whoOnlyLooksAroundIsGivenNoCookie() async throws {
    try await withPages { stage in
      try await onThread {
        let visitor = stage.visitor()
        for path in ["/", "/privacy", "/style.css"] {
          let answer = try visitor.ask("GET", path)
          #expect(answer.statusLine == "HTTP/1.1 200 OK")
          #expect(answer["Set-Cookie"] == nil)
        }
      }
    }
  }

  @Test func headIsGetWithoutItsBody() async throws {
    try await withPages { stage in
      try await stage.account("alice")
      try await onThread {
        let alice = try stage.signedIn("alice")
        for path in PageSecurityTests.membersOnly + ["/", "/signup", "/privacy", "/style.css"] {
          let get = try alice.ask("GET", path)
          let head = try alice.ask("HEAD", path)
          #expect(head.statusLine == get.statusLine)
          #expect(Set(head.headerLines) == Set(get.headerLines))
        }
      }
    }
  }

  @Test(arguments: [
    ("/signin", "DELETE", "GET, HEAD, POST"), ("/account", "POST", "GET, HEAD"), ("/signout", "GET", "POST"),
    ("/account/sessions", "GET", "POST"), ("/account/profile", "PUT", "GET, HEAD, POST"),
    ("/profile", "POST", "GET, HEAD"),
    ("/picture", "POST", "GET, HEAD"), ("/account/keep-history", "GET", "POST"),
  ])
  func wrongMethodsAreNamed(_ path: String, _ method: String, _ allowed: String) async throws {
    try await withPages { stage in
      try await onThread {
        let answer = try stage.visitor().ask(method, path, body: method == "GET" ? nil : [])
        #expect(answer.statusLine == "HTTP/1.1 405 Method Not Allowed")
        #expect(answer["Allow"] == allowed)
      }
    }
  }

  @Test func whoIsNotSignedInIsAskedToDoSo() async throws {
    try await withPages { stage in
      try await stage.account("alice")
      try await onThread {
        for path in PageSecurityTests.membersOnly {
          let answer = try stage.visitor().ask("GET", path)
          #expect(answer.statusLine == "HTTP/1.1 303 See Other")
          #expect(answer["Location"] == "http://messenger.example.org/signin")
          #expect(answer.body.isEmpty)
        }
        for path in ["name", "password", "old-clients", "profile", "history", "export", "delete", "sessions"] {
          let answer = try stage.visitor().post("/account/\(path)", [("name", "x")])
          #expect(answer.statusLine == "HTTP/1.1 303 See Other")
          #expect(answer["Location"] == "http://messenger.example.org/signin")
        }
      }
    }
  }

  @Test func signingInMakesANewSecretAndEndsTheOldSession() async throws {
    try await withPages { stage in
      try await stage.account("alice")
      try await stage.account("bob")
      try await onThread {
        let visitor = stage.visitor()
        try visitor.open("/signin")
        let planted = visitor.cookies
        try visitor.submit("/signin", ["E-mail address": "alice@example.com", "Password": "password"])
        #expect(visitor.path == "/account")
        #expect(visitor.cookies["monarch"] != planted["monarch"])
        // Whoever planted the first secret has nothing.
        let thief = stage.visitor()
        thief.setCookie("monarch", to: planted["monarch"])
        try thief.open("/account")
        #expect(thief.path == "/signin")
        // Signing in as somebody else ends the session that was.
        let before = stage.visitor()
        before.takeCookies(of: visitor)
        let token = try #require(visitor.page.forms.first?.fields.first { $0.name == "token" }?.value)
        try visitor.post("/signin", [("token", token), ("email", "bob@example.com"), ("password", "password")])
        try before.open("/account")
        #expect(before.path == "/signin")
        try visitor.open("/account")
        #expect(visitor.page.first("td") == "bob@example.com")
      }
    }
  }

  @Test func signingOutEndsTheSessionAndNotOnlyItsCookie() async throws {
    try await withPages { stage in
      try await stage.account("alice")
      try await onThread {
        let alice = try stage.signedIn("alice")
        let copy = stage.visitor()
        copy.takeCookies(of: alice)
        let token = try #require(alice.page.forms.first { $0.action == "/signout" }?.fields.first?.value)
        let answer = try alice.post("/signout", [("token", token)])
        #expect(answer.statusLine == "HTTP/1.1 303 See Other")
        #expect(answer["Location"] == "http://messenger.example.org/")
        #expect(
          answer["Set-Cookie"]
            == "monarch=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax")
        #expect(alice.cookies.isEmpty)
        try copy.open("/account")
        #expect(copy.path == "/signin")
      }
    }
  }

  @Test func aSessionEndsADayAfterItsLastUseAndAMonthAfterItsFirst() async throws {
    try await withPages { stage in
      try await stage.account("alice")
      try await onThread {
        let idle = try stage.signedIn("alice")
        let busy = try stage.signedIn("alice")
        for _ in 0..<59 {
          stage.wait(12 * 3600)
          try busy.open("/account")
          #expect(busy.path == "/account")
        }
        try idle.open("/account")
        #expect(idle.path == "/signin")
        stage.wait(12 * 3600)
        try busy.open("/account")
        #expect(busy.path == "/signin")
      }
    }
  }

  @Test func overTLSTheCookieIsForTLSAlone() async throws {
    try await withPages(trusted: try #require(AddressBlocks("127.0.0.1"))) { stage in
      try await onThread {
        let visitor = stage.visitor()
        visitor.extraHeaders = ["X-Forwarded-Proto: https"]
        let answer = try visitor.ask("GET", "/signin")
        #expect(answer["Set-Cookie"]?.hasSuffix("; Path=/; HttpOnly; SameSite=Lax; Secure") == true)
        #expect(!visitor.page.text.contains("not encrypted"))
      }
    }
  }

  // MARK: Forms

  @Test func aFormNeedsTheTokenOfItsOwnVisitor() async throws {
    try await withPages { stage in
      try await stage.account("alice")
      try await stage.account("mallory")
      try await onThread {
        let alice = try stage.signedIn("alice")
        let mallory = try stage.signedIn("mallory")
        let theirs = try #require(mallory.page.forms.first?.fields.first { $0.name == "token" }?.value)
        for token in [theirs, "", String(repeating: "A", count: 22)] {
          let answer = try alice.post("/account/name", [("token", token), ("name", "Pwned")])
          #expect(answer.statusLine == "HTTP/1.1 403 Forbidden")
          #expect(alice.page.first("h1") == "That form is not valid any more")
        }
        let answer = try alice.post("/account/name", [("name", "Pwned")])
        #expect(answer.statusLine == "HTTP/1.1 403 Forbidden")
      }
      #expect(try await stage.member("alice")?.name.text == "Alice")
      #expect(stage.desk.notices.isEmpty)
    }
  }

  @Test(arguments: [
    ("http://messenger.example.org", true), ("https://messenger.example.org", true),
    ("https://login.example.org", true),
    ("http://evil.example", false), ("null", false), ("http://messenger.example.org.evil.example", false),
    ("http://messenger.example.org:8080", false), ("", false),
  ])
  func aFormComesFromHere(_ origin: String, _ isOurs: Bool) async throws {
    let url = try #require(PublicURL("https://login.example.org"))
    try await withPages(publicURLs: [url]) { stage in
      try await stage.account("alice")
      try await onThread {
        let alice = try stage.signedIn("alice")
        alice.saysOrigin = false
        alice.extraHeaders = ["Origin: \(origin)"]
        let token = try #require(alice.page.forms.first?.fields.first { $0.name == "token" }?.value)
        let answer = try alice.post("/account/name", [("token", token), ("name", "Al")])
        #expect(answer.statusLine == (isOurs ? "HTTP/1.1 303 See Other" : "HTTP/1.1 403 Forbidden"))
      }
    }
  }

  @Test func browsersThatSayNoOriginAreServed() async throws {
    try await withPages { stage in
      try await stage.account("alice")
      try await onThread {
        let alice = stage.visitor()
        alice.saysOrigin = false
        try alice.open("/signin")
        try alice.submit("/signin", ["E-mail address": "alice@example.com", "Password": "password"])
        #expect(alice.path == "/account")
      }
    }
  }

  @Test func aBrowserWithoutCookiesIsTold() async throws {
    try await withPages { stage in
      try await stage.account("alice")
      try await onThread {
        let visitor = stage.visitor()
        try visitor.open("/signin")
        visitor.setCookie("monarch", to: nil)
        try visitor.submit("/signin", ["E-mail address": "alice@example.com", "Password": "password"])
        #expect(visitor.answer.statusLine == "HTTP/1.1 403 Forbidden")
        #expect(visitor.page.text.contains("let your browser take cookies from this page"))
      }
    }
  }

  // MARK: Signing in

  @Test(arguments: [
    ("alice@example.com", "wrong", "That e-mail address and that password do not belong together."),
    ("nobody@example.com", "password", "That e-mail address and that password do not belong together."),
    ("alice", "password", "That is no e-mail address: type the one of your account, such as alice@example.com."),
    ("\"><b>@x", "password", "That is no e-mail address: type the one of your account, such as alice@example.com."),
  ])
  func whoIsNotLetInIsToldWhyAndKeepsTheAddress(_ email: String, _ password: String, _ problem: String) async throws {
    try await withPages { stage in
      try await stage.account("alice")
      try await onThread {
        let visitor = stage.visitor()
        try visitor.open("/signin")
        try visitor.submit("/signin", ["E-mail address": email, "Password": password])
        #expect(visitor.answer.statusLine == "HTTP/1.1 422 Unprocessable Entity")
        #expect(visitor.page.problems == [problem])
        let fields = visitor.page.forms.first { $0.action == "/signin" }?.fields
        #expect(fields?.first { $0.name == "email" }?.value == email)
        #expect(fields?.first { $0.name == "password" }?.value == "")
      }
    }
  }

  @Test func thePasswordOfOldClientsOpensNoPage() async throws {
    try await withPages { stage in
      let account = try await stage.account("alice")
      _ = try await stage.store.setOldPassword(
        of: account, sealed: try stage.seal.seal("old password", for: account.rawValue))
      try await onThread {
        let visitor = stage.visitor()
        try visitor.open("/signin")
        try visitor.submit("/signin", ["E-mail address": "alice@example.com", "Password": "old password"])
        #expect(visitor.answer.statusLine == "HTTP/1.1 422 Unprocessable Entity")
      }
    }
  }

  @Test func whoIsBannedIsOutAtTheNextRequest() async throws {
    try await withPages { stage in
      try await stage.account("alice")
      let alice = try await onThread { Seat(try stage.signedIn("alice")) }
      _ = try await stage.store.setBanned(try stage.handle("alice"), true)
      try await onThread {
        try alice.visitor.open("/account")
        #expect(alice.visitor.path == "/signin")
        try alice.visitor.submit("/signin", ["E-mail address": "alice@example.com", "Password": "password"])
        #expect(alice.visitor.page.problems == ["That e-mail address and that password do not belong together."])
      }
      _ = try await stage.store.setBanned(try stage.handle("alice"), false)
      // The old session is not good again, and the password is.
      try await onThread {
        try alice.visitor.submit("/signin", ["E-mail address": "alice@example.com", "Password": "password"])
        #expect(alice.visitor.path == "/account")
      }
    }
  }

  @Test func whoIsDeletedElsewhereIsOutAtTheNextRequest() async throws {
    try await withPages { stage in
      try await stage.account("alice")
      let alice = try await onThread { Seat(try stage.signedIn("alice")) }
      _ = try await stage.store.remove(try stage.handle("alice"))
      try await onThread {
        try alice.visitor.open("/account")
        #expect(alice.visitor.path == "/signin")
      }
    }
  }

  @Test func aStoreThatIsAwayIsSaidInPlainWords() async throws {
    try await withPages { stage in
      try await stage.account("alice")
      let alice = try await onThread { Seat(try stage.signedIn("alice")) }
      try stage.takeStoreAway()
      try await onThread {
        let answer = try alice.visitor.ask("GET", "/account")
        #expect(answer.statusLine == "HTTP/1.1 503 Service Unavailable")
        #expect(
          Set(answer.headerLines)
            == Set(PageSecurityTests.headers + ["Retry-After: 60", "Content-Length: \(answer.body.count)"]))
        #expect(alice.visitor.page.first("h1") == "Not available at present")
        #expect(alice.visitor.page.text.contains("The service cannot reach its database. Try again in a minute."))
        let post = try alice.visitor.post("/account/name", [("name", "x")])
        #expect(post.statusLine == "HTTP/1.1 503 Service Unavailable")
        // What needs no store is there all the same.
        let stranger = try stage.visitor().ask("GET", "/signin")
        #expect(stranger.statusLine == "HTTP/1.1 200 OK")
      }
    }
  }
}

/// A visitor that goes from one thread of a test to the next: never used by two at once.
final class Seat: @unchecked Sendable {
  let visitor: WebVisitor
  init(_ visitor: WebVisitor) { self.visitor = visitor }
}
