import Foundation
import MSNP
import TestKit
import Testing

@testable import WebServices

/// The services of MSN Explorer, as the reference has them, over real sockets.
struct ExplorerTests {
  private static let declaration = "<?xml version=\"1.0\" encoding=\"utf-8\"?>"

  private static func post(_ path: String, _ body: String, host: String = "messenger.example.org:8080") -> String {
    "POST \(path) HTTP/1.1\r\nHost: \(host)\r\nContent-Type: text/xml\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  private static func credentials(_ signIn: String, _ password: String) -> String {
    "<LoginRequest><ClientInfo name=\"MSN6\" version=\"1.35\"/><User><SignInName>\(signIn)</SignInName>"
      + "<Password>\(password)</Password></User></LoginRequest>"
  }

  @Test(arguments: ["/nexus.passport.com/client/client.xml", "/client/client.xml"])
  func thePartnerDocumentLeadsHere(_ path: String) async throws {
    try await withWeb { stage in
      let answer = try WebClient.ask(stage.address, "GET \(path) HTTP/1.1\r\nHost: messenger.example.org:8080\r\n\r\n")
      #expect(answer.statusLine == "HTTP/1.1 200 OK")
      #expect(answer["Content-Type"] == "text/xml; charset=utf-8")
      let login = "http://messenger.example.org:8080/login.live.com"
      let start =
        "\(ExplorerTests.declaration)<Partner ValidUntil=\"02/14/2027\" Version=\"2027.01.15.00.00.00\">"
        + "<PassportNetwork><Domain Name=\"default\" DomainSuffix=\"default\"><Id>1</Id><DefaultLCID>0409</DefaultLCID>"
        + "<XMLLogin>\(login)/ppsecure/clientpost.srf</XMLLogin>"
        + "<XMLProfileRequest>\(login)/ppsecure/ClientProfileRequest.srf</XMLProfileRequest>"
        + "<XMLLogout>\(login)/logoutxml.srf</XMLLogout><PPAuth>\(login)/login.srf</PPAuth>"
        + "<Auth1dot4>\(login)/login2.srf</Auth1dot4><PPAuthSecure>\(login)/ppsecure/secure.srf</PPAuthSecure>"
      let end =
        "</Domain></PassportNetwork><Schemata><Schema Name=\"core\" Version=\"1\"/></Schemata></Partner>"
      #expect(answer.text.hasPrefix(start))
      #expect(answer.text.hasSuffix(end))
    }
  }

  /// Everything the document names answers, whatever it says.
  @Test func everyLinkOfThePartnerDocumentAnswers() async throws {
    try await withWeb { stage in
      let document = PartnerDocument(place: PublicURL(isSecure: false, authority: "a.example"), now: WebStage.now)
      let domain = try #require(try MarkupReader.read(Array(document.text.utf8)).first("Domain"))
      let links = domain.children.map(\.text).filter { $0.hasPrefix("http://a.example/") }
      #expect(links.count == 22)
      for link in links {
        let path = link.dropFirst("http://a.example".count)
        let method = link.hasSuffix("clientpost.srf") || link.hasSuffix("ClientProfileRequest.srf") ? "POST" : "GET"
        let answer = try WebClient.ask(stage.address, "\(method) \(path) HTTP/1.1\r\nHost: a.example\r\n\r\n")
        let isFine = ["HTTP/1.1 200 OK", "HTTP/1.1 401 Unauthorized", "HTTP/1.1 400 Bad Request"].contains(
          answer.statusLine)
        #expect(isFine, "\(link): \(answer.statusLine)")
      }
    }
  }

  @Test(arguments: ["/login.live.com/ppsecure/clientpost.srf", "/ppsecure/clientpost.srf"])
  func signingInSendsTheBrowserOn(_ path: String) async throws {
    try await withWeb { stage in
      let right = try WebClient.ask(
        stage.address, ExplorerTests.post(path, ExplorerTests.credentials("Alice@Example.com", "password")))
      #expect(right.statusLine == "HTTP/1.1 200 OK")
      #expect(
        right.text == ExplorerTests.declaration + "<LoginResponse Success=\"true\">"
          + "<Redirect>http://messenger.example.org:8080/dummy</Redirect></LoginResponse>")
      for (signIn, password) in [("alice@example.com", "wrong"), ("nobody@example.com", "password"), ("", "")] {
        let wrong = try WebClient.ask(
          stage.address, ExplorerTests.post(path, ExplorerTests.credentials(signIn, password)))
        #expect(wrong.statusLine == "HTTP/1.1 200 OK")
        #expect(wrong.text == ExplorerTests.declaration + "<LoginResponse Success=\"false\"></LoginResponse>")
      }
    }
  }

  @Test(arguments: ["/login.live.com/ppsecure/ClientProfileRequest.srf", "/ppsecure/clientprofilerequest.srf"])
  func theProfileGivesBackWhatWasRight(_ path: String) async throws {
    try await withWeb { stage in
      let right = try WebClient.ask(
        stage.address, ExplorerTests.post(path, ExplorerTests.credentials("trent@example.com", "p,w d%+&#233;")))
      #expect(
        right.text == ExplorerTests.declaration
          + "<ProfileResponse Success=\"true\"><ClientInfo name=\"MSN6\" version=\"1.35\"></ClientInfo><User>"
          + "<SignInName>trent@example.com</SignInName><Password>p,w d%+é</Password></User></ProfileResponse>")
      let wrong = try WebClient.ask(
        stage.address, ExplorerTests.post(path, ExplorerTests.credentials("trent@example.com", "secret")))
      #expect(wrong.text == ExplorerTests.declaration + "<ProfileResponse Success=\"false\"></ProfileResponse>")
    }
  }

  @Test func signingOutIsAnswered() async throws {
    try await withWeb { stage in
      for path in ["/login.live.com/logoutxml.srf", "/logoutxml.srf"] {
        let answer = try WebClient.ask(stage.address, "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(answer.text == ExplorerTests.declaration + "<LogoutResponse Success=\"true\"/>")
      }
    }
  }

  @Test func aStoreThatIsAwayIsNoWrongPassword() async throws {
    try await withWeb { stage in
      stage.accounts.isAway = true
      let answer = try WebClient.ask(
        stage.address,
        ExplorerTests.post("/ppsecure/clientpost.srf", ExplorerTests.credentials("alice@example.com", "password")))
      #expect(answer.statusLine == "HTTP/1.1 503 Service Unavailable")
    }
  }

  @Test(arguments: ["/ppsecure/clientpost.srf", "/ppsecure/ClientProfileRequest.srf"])
  func whatIsNoXMLIsRefused(_ path: String) async throws {
    let bodies = [
      "", "not xml", "<a>", "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><a>&x;</a>",
      "<!DOCTYPE l [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]><SignInName>&b;</SignInName>", "<a>&x;</a>",
      String(repeating: "<a>", count: 20_000), "<a>" + String(repeating: "<b/>", count: 3_000) + "</a>",
      String(decoding: "<a/>".data(using: .utf16LittleEndian) ?? Data(), as: UTF8.self),
    ]
    try await withWeb { stage in
      for body in bodies {
        let answer = try WebClient.ask(stage.address, ExplorerTests.post(path, body))
        #expect(answer.statusLine == "HTTP/1.1 400 Bad Request", "\(body.prefix(40))")
      }
    }
  }

  @Test(arguments: [
    (0, "1970.1.1"), (951_782_400, "2000.2.29"), (1_078_099_200, "2004.3.1"), (4_102_444_799, "2099.12.31"),
    (1_800_000_000, "2027.1.15"),
  ])
  func daysAreThoseOfTheCalendar(_ seconds: Int64, _ day: String) {
    let date = CivilDate(daysSince1970: seconds / 86_400)
    #expect("\(date.year).\(date.month).\(date.day)" == day)
  }
}
