import Foundation
import MSNP
import Roster
import Store
import TestKit
import Testing

@testable import WebServices

/// The markup of every page: HTML 4.01 that needs no script, with a label on every field.
struct MarkupTests {
  /// Elements that have no end.
  private static let empty: Set = ["input", "br", "img", "meta", "link", "hr"]

  /// What is wrong with a page's markup.
  private static func findings(_ page: HTMLPage) -> [String] {
    var findings: [String] = []
    var open: [String] = []
    var ids: Set<String> = []
    for token in page.tokens {
      switch token {
      case .start(let name, let attributes):
        if !empty.contains(name) { open.append(name) }
        if ["script", "iframe", "object", "embed", "style"].contains(name) { findings.append("<\(name)>") }
        findings += attributes.keys.filter { $0.hasPrefix("on") || $0 == "style" }.map { "\(name) \($0)" }
        if let id = attributes["id"], !ids.insert(id).inserted { findings.append("id \(id) twice") }
        for name in ["href", "src", "action"] {
          guard let target = attributes[name], !target.hasPrefix("/") || target.hasPrefix("//") else { continue }
          findings.append("\(name) \(target)")
        }
        if name == "img", attributes["alt"] == nil { findings.append("a picture without words") }
      case .end(let name):
        if open.last == name { open.removeLast() } else { findings.append("</\(name)> in \(open)") }
      case .text, .other: break
      }
    }
    findings += open.map { "<\($0)> has no end" }
    for form in page.forms {
      findings += form.fields.filter { !["hidden", "submit"].contains($0.type) && $0.label == nil }.map {
        "\($0.name) has no label"
      }
      if form.method == "post", form.fields.first(where: { $0.name == "token" })?.value.utf8.count != 22 {
        findings.append("\(form.action) without token")
      }
      if form.buttons.isEmpty { findings.append("\(form.action) without button") }
    }
    return findings
  }

  private static let pages = [
    "/", "/signup", "/signin", "/privacy", "/privacypolicy.asp", "/welcome", "/account", "/account/name",
    "/account/password", "/account/old-clients", "/account/profile", "/account/picture", "/account/history",
    "/account/export", "/account/delete", "/profile", "/account?done=name", "/profile?of=nobody@example.com",
  ]

  @Test(arguments: Registration.allCases)
  func everyPageIsProperMarkup(_ registration: Registration) async throws {
    try await withPages(PageSettings(registration: registration)) { stage in
      let alice = try await stage.account("alice", name: "<i>\"Alice\"\u{301}")
      _ = try await stage.store.setPicture(of: alice, to: MemberPicture(type: "image/gif", bytes: [1]))
      try await onThread {
        for visitor in [stage.visitor(), try stage.signedIn("alice")] {
          for path in MarkupTests.pages {
            let page = try visitor.open(path)
            #expect(MarkupTests.findings(page) == [], "\(path)")
            #expect(visitor.answer.text.hasPrefix("<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\""))
            #expect(page.first("h1")?.isEmpty == false)
            #expect(page.first("title")?.hasSuffix(" - Monarch") == true)
          }
        }
      }
    }
  }

  @Test func thisTestSeesWhatIsWrong() {
    let page = HTMLPage(
      "<p onclick=x><a href='http://evil.example/'>x</p><form method=post action=/x><input name=a></form><script>")
    #expect(
      MarkupTests.findings(page) == [
        "p onclick", "href http://evil.example/", "</p> in [\"p\", \"a\"]", "<script>", "<p> has no end",
        "<a> has no end", "<script> has no end", "a has no label", "/x without token", "/x without button",
      ])
  }

  @Test func theNameOfTheServiceIsText() async throws {
    try await withPages(PageSettings(name: "R&D <Chat>")) { stage in
      try await onThread {
        let page = try stage.visitor().open("/")
        #expect(page.first("title") == "R&D <Chat> - R&D <Chat>")
        #expect(page.first("h1") == "R&D <Chat>")
        #expect(MarkupTests.findings(page) == [])
      }
    }
  }
}

/// Where clients' links and `URL n` lead, where there are pages for people.
struct ClientLinkTests {
  @Test(arguments: [
    ("/person", "account/profile"), ("/password", "account/password"), ("/editprof.srf", "account/profile"),
    ("/EditProf.aspx", "account/profile"), ("/ChangePassword.srf", "account/password"), ("/reg.srf", "signup"),
    ("/uixpwiz.srf", "signup"), ("/memberservice.srf", "account"), ("/5meen_us/105", "account"),
    ("/6meen_us/106", "profile"), ("/5meen_us/112", "privacypolicy.asp"),
  ])
  func everyLinkLeadsToItsPage(_ path: String, _ page: String) async throws {
    try await withPages { stage in
      try await onThread {
        let answer = try stage.visitor().ask("GET", path)
        #expect(answer.statusLine == "HTTP/1.1 302 Found")
        #expect(answer["Location"] == "http://messenger.example.org/\(page)")
      }
    }
  }

  /// The page that a client opens for `URL n PROFILE`: signing in stands before it.
  @Test func theFormOfTheClientLeadsToTheProfile() async throws {
    try await withPages { stage in
      try await stage.account("alice")
      try await onThread {
        let alice = try stage.signedIn("alice")
        let answer = try alice.post("/ppsecure/md5auth.srf?lc=1033", [("rru", "/profile"), ("login", "alice")])
        #expect(answer["Location"] == "http://messenger.example.org/profile")
        let page = try alice.open("/profile")
        #expect(page.first("h1") == "Alice")
      }
    }
  }

  @Test func pagesThatThereAreNoneOfSaySo() async throws {
    try await withPages { stage in
      try await onThread {
        for name in ["inbox", "compose", "mobile"] {
          let answer = try stage.visitor().ask("GET", "/\(name)")
          #expect(answer.statusLine == "HTTP/1.1 200 OK")
          #expect(answer.text.contains("This service has no such page."))
        }
      }
    }
  }

  @Test func mSNExplorerIsToldWhereToSignUp() async throws {
    try await withPages { stage in
      try await onThread {
        let answer = try stage.visitor().ask("GET", "/client/client.xml")
        #expect(answer.text.contains("<Registration>http://messenger.example.org/signup</Registration>"))
        #expect(answer.text.contains("<MSASignup>http://messenger.example.org/signup</MSASignup>"))
      }
    }
  }
}
