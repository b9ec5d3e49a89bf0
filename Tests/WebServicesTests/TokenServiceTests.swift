import Credentials
import Foundation
import MSNP
import TestKit
import Testing

@testable import WebServices

/// The token service that MSN Messenger 7.5 signs in by (Passport reference, sections 3 and 8), over real sockets.
struct TokenServiceTests {
  /// As 7.5 asks: one site, with the policy of `USR n TWN S`.
  static func request(
    _ user: String = "alice@example.com", _ password: String = "password",
    sites: [String] = ["http://Passport.NET/tb", "messenger.msn.com"]
  ) -> String {
    let tokens = sites.enumerated().map { index, site in
      "<wst:RequestSecurityToken Id=\"RST\(index)\"><wst:RequestType>"
        + "http://schemas.xmlsoap.org/ws/2004/04/security/trust/Issue</wst:RequestType><wsp:AppliesTo>"
        + "<wsa:EndpointReference><wsa:Address>\(site)</wsa:Address></wsa:EndpointReference></wsp:AppliesTo>"
        + "<wsse:PolicyReference URI=\"?lc=1033&amp;id=507\"/></wst:RequestSecurityToken>"
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Envelope xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\" "
      + "xmlns:wsse=\"a\" xmlns:wst=\"b\" xmlns:wsp=\"c\" xmlns:wsa=\"d\" xmlns:ps=\"e\"><Header><wsse:Security>"
      + "<wsse:UsernameToken Id=\"user\"><wsse:Username>\(user)</wsse:Username>"
      + "<wsse:Password>\(password)</wsse:Password></wsse:UsernameToken></wsse:Security></Header><Body>"
      + "<ps:RequestMultipleSecurityTokens Id=\"RSTS\">\(tokens.joined())</ps:RequestMultipleSecurityTokens></Body>"
      + "</Envelope>"
  }

  private func post(_ body: String, to stage: WebStage, path: String = "/RST.srf") throws -> WebAnswer {
    try WebClient.ask(
      stage.address,
      "POST \(path) HTTP/1.1\r\nHost: loginnet.passport.com\r\nContent-Type: text/xml\r\n"
        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
  }

  private func between(_ start: String, _ end: String, in text: String) throws -> String {
    let head = try #require(text.range(of: start))
    let tail = try #require(text[head.upperBound...].range(of: end))
    return String(text[head.upperBound..<tail.lowerBound])
  }

  @Test(arguments: ["/RST.srf", "//RST.srf", "/pp900/RST.srf"])
  func theRightPasswordGetsATicketForEachSite(_ path: String) async throws {
    try await withWeb { stage in
      let answer = try post(TokenServiceTests.request(), to: stage, path: path)
      #expect(answer.statusLine == "HTTP/1.1 200 OK")
      #expect(answer["Content-Type"] == "text/xml; charset=utf-8")
      let text = String(decoding: answer.body, as: UTF8.self)
      // Some clients search for just these bytes, and die of a blank between two tokens.
      let ticket = try between("<wsse:BinarySecurityToken Id=\"Compact1\">t=", "&amp;p=</wsse:", in: text)
      let redeemed = try stage.tickets.redeem(
        ticket, handle: UserHandle("alice@example.com"), site: .messenger, now: WebStage.now)
      #expect(redeemed.account == 1)
      #expect(redeemed.expires == WebStage.now + 86_400)
      #expect(text.contains("</wst:RequestSecurityTokenResponse><wst:RequestSecurityTokenResponse><wst:TokenType>"))
      // 1,800,000,000 s after 1970, and a day later.
      #expect(
        text.contains(
          "<wst:LifeTime><wsu:Created>2027-01-15T08:00:00Z</wsu:Created>"
            + "<wsu:Expires>2027-01-16T08:00:00Z</wsu:Expires></wst:LifeTime>"))
      let secret = try between("<wst:BinarySecret>", "</wst:BinarySecret>", in: text)
      #expect(Data(base64Encoded: secret)?.count == 24)
      #expect(text.contains("<CipherValue>") && !text.contains("Compact0"))
      #expect(try MarkupReader.read(answer.body).name == "Envelope")
    }
  }

  @Test func aTicketForAnotherSiteIsNoneForMessenger() async throws {
    try await withWeb { stage in
      let answer = try post(TokenServiceTests.request(sites: ["contacts.msn.com"]), to: stage)
      let ticket = try between("Id=\"Compact0\">t=", "&amp;p=", in: String(decoding: answer.body, as: UTF8.self))
      #expect(throws: TicketRefusal.notForThis) {
        try stage.tickets.redeem(ticket, handle: nil, site: .messenger, now: WebStage.now)
      }
    }
  }

  @Test(arguments: [("alice@example.com", "wrong"), ("nobody@example.com", "password"), ("no handle", "password")])
  func aWrongPasswordIsAFaultUnderTheEnvelope(_ user: String, _ password: String) async throws {
    try await withWeb { stage in
      let answer = try post(TokenServiceTests.request(user, password), to: stage)
      #expect(answer.statusLine == "HTTP/1.1 200 OK")
      #expect(
        String(decoding: answer.body, as: UTF8.self)
          == "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
          + "<S:Envelope xmlns:S=\"http://schemas.xmlsoap.org/soap/envelope/\" "
          + "xmlns:wsse=\"http://schemas.xmlsoap.org/ws/2003/06/secext\"><S:Header>"
          + "<psf:pp xmlns:psf=\"http://schemas.microsoft.com/Passport/SoapServices/SOAPFault\">"
          + "<psf:serverVersion>1</psf:serverVersion><psf:authstate>0x80048800</psf:authstate>"
          + "<psf:reqstatus>0x80048823</psf:reqstatus><psf:cookies/><psf:response/></psf:pp></S:Header>"
          + "<S:Fault><faultcode>wsse:FailedAuthentication</faultcode>"
          + "<faultstring>Authentication Failure</faultstring></S:Fault></S:Envelope>")
    }
  }

  @Test func whatAsksForNothingIsInvalid() async throws {
    try await withWeb { stage in
      for sites in [[], Array(repeating: "contacts.msn.com", count: 17)] {
        let answer = try post(TokenServiceTests.request(sites: sites), to: stage)
        #expect(answer.statusLine == "HTTP/1.1 200 OK")
        #expect(String(decoding: answer.body, as: UTF8.self).contains("<faultcode>S:Client</faultcode>"))
      }
      #expect(try post("<a", to: stage).statusLine == "HTTP/1.1 400 Bad Request")
      let doctype = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>"
      #expect(try post(doctype, to: stage).statusLine == "HTTP/1.1 400 Bad Request")
      let get = try WebClient.ask(stage.address, "GET /RST.srf HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(get.statusLine == "HTTP/1.1 405 Method Not Allowed")
    }
  }
}
