import MSNP
import TestKit
import Testing

@testable import WebServices

/// Pages, and where they may send a browser.
struct PagesTests {
  private func location(_ request: String, _ stage: WebStage) throws -> String? {
    let answer = try WebClient.ask(stage.address, request)
    #expect(answer.statusLine == "HTTP/1.1 302 Found")
    return answer["Location"]
  }

  @Test(arguments: [
    "inbox", "folders", "compose", "message", "person", "mobile", "chgmob", "profile", "password", "n2paccount",
    "n2pfund", "chat", "addrbook", "advsearch", "intsearch", "account", "dummy", "logo.gif", "privacypolicy.asp",
  ])
  func everyServiceHasAPage(_ name: String) async throws {
    try await withWeb { stage in
      let answer = try WebClient.ask(stage.address, "GET /\(name)?x=1 HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(answer.statusLine == "HTTP/1.1 200 OK")
      #expect(answer.body.count > 20)
    }
  }

  @Test func theFormOfTheURLCommandOpensItsPage() async throws {
    let form =
      "mode=ttl&login=alice&username=alice%40example.com&sid=507&kv=5&id=2&sl=9&rru=%2Finbox&auth=x&creds=0&svc=mail&js=yes"
    try await withWeb { stage in
      for path in ["/login", "/ppsecure/md5auth.srf?lc=1033"] {
        let post = "POST \(path) HTTP/1.1\r\nHost: login.live.com\r\nContent-Length: \(form.utf8.count)\r\n\r\n\(form)"
        let posted = try location(post, stage)
        #expect(posted == "http://login.live.com/inbox")
        let get = "GET \(path)\(path.contains("?") ? "&" : "?")\(form) HTTP/1.1\r\nHost: login.live.com\r\n\r\n"
        let got = try location(get, stage)
        #expect(got == "http://login.live.com/inbox")
      }
      let home = try location("GET /login HTTP/1.1\r\nHost: a\r\n\r\n", stage)
      #expect(home == "http://a/")
    }
  }

  @Test(arguments: [
    "http://evil.example/", "//evil.example/", "/\\evil.example", "https:evil.example", "javascript:alert(1)",
    "http://messenger.example.org@evil.example/", "http://messenger.example.org.evil.example/", "/a\r\nX: y", "http://",
    "HTTP://evil.example/", "http:///evil.example", "/ /evil", "\t//evil.example", "http://messenger.example.org:evil/",
    "data:text/html,x", "http:\\\\evil.example", "http://a@b/", "",
  ])
  func nobodyIsSentToAnotherPlace(_ target: String) {
    let settings = WebServer.Settings(
      advertised: HostPort(host: "192.0.2.41", port: 80), site: "http://messenger.example.org/")
    let safe = SafeTarget(place: PublicURL(isSecure: false, authority: "a.example"), settings: settings)
    #expect(safe.url(for: target) == nil)
  }

  @Test(arguments: [
    ("/inbox", "http://a.example/inbox"), ("/cgi-bin/HoTMaiL?a=b", "http://a.example/cgi-bin/HoTMaiL?a=b"),
    ("http://messenger.example.org/x?y", "http://messenger.example.org/x?y"),
    ("https://A.example/x", "https://A.example/x"), ("http://login.example.org:8080", "http://login.example.org:8080"),
  ])
  func ownPlacesAreAllowed(_ target: String, _ url: String) {
    let settings = WebServer.Settings(
      advertised: HostPort(host: "192.0.2.41", port: 80),
      publicURLs: [PublicURL(isSecure: false, authority: "login.example.org:8080")],
      site: "http://messenger.example.org/")
    let safe = SafeTarget(place: PublicURL(isSecure: false, authority: "a.example"), settings: settings)
    #expect(safe.url(for: target) == url)
  }

  @Test(arguments: [
    ("/5meen_us/60", "svcs/mms/tabs.asp"), ("/5meen_us/105", "account"), ("/6meen_us/106?passport=x", "profile"),
    ("/5mede_de/103", ""), ("/5meen_us/999", ""),
  ])
  func menusOfTheClientLeadHere(_ path: String, _ page: String) async throws {
    try await withWeb { stage in
      let answer = try WebClient.ask(stage.address, "GET \(path) HTTP/1.1\r\nHost: g.msn.com\r\n\r\n")
      #expect(answer.statusLine == "HTTP/1.1 302 Found")
      #expect(answer["Location"] == "http://g.msn.com/\(page)")
    }
  }

  @Test(arguments: [
    "/favicon.ico", "/a/b", "/5meen_us/x", "/5meen/60", "/rdr/other.asp", "/%2e%2e/%2e%2e/etc/passwd", "/a/b/c/d/e/f",
    "*",
  ])
  func whatIsNotHereIsSaidQuickly(_ path: String) async throws {
    try await withWeb { stage in
      let answer = try WebClient.ask(stage.address, "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(answer.statusLine == "HTTP/1.1 404 Not Found")
    }
  }

  /// Windows Live Messenger's test of the port.
  @Test func postToTheRootIsEmpty() async throws {
    try await withWeb { stage in
      let answer = try WebClient.ask(
        stage.address, "POST / HTTP/1.1\r\nHost: login.live.com\r\nContent-Length: 0\r\n\r\n")
      #expect(
        answer == WebAnswer(statusLine: "HTTP/1.1 200 OK", headerLines: ["Content-Length: 0"], body: []))
    }
  }

  @Test(arguments: [
    ("https://login.example.org", true, "login.example.org"), ("http://a:8080/", false, "a:8080"),
    ("http://192.0.2.1", false, "192.0.2.1"),
  ])
  func publicURLsAreRead(_ text: String, _ isSecure: Bool, _ authority: String) {
    #expect(PublicURL(text) == PublicURL(isSecure: isSecure, authority: authority))
  }

  @Test(arguments: [
    "login.example.org", "ftp://a", "http://", "https://a/b", "http://a:0", "http://a:99999", "http://a b",
    "http://a,b",
    "http://[::1]/", "http://a?b",
  ])
  func whatIsNoPublicURLIsNone(_ text: String) { #expect(PublicURL(text) == nil) }
}
