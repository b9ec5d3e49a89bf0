import Credentials
import MSNP
import ServerKit
import TestKit
import Testing

@testable import WebServices

/// Signing in by Passport 1.4, over real sockets.
struct PassportTests {
  /// A request as MSN Messenger 5 to 7.0 sends it on Windows (login reference, section 7.2).
  static func request(
    _ signIn: String = "alice%40example.com", _ password: String = "password", id: Int = 507,
    path: String = "/login2.srf"
  ) -> String {
    "GET \(path) HTTP/1.1\r\n"
      + "Authorization: Passport1.4 OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,sign-in=\(signIn),"
      + "pwd=\(password),lc=1033,id=\(id),tw=40,fs=1,ru=http%3A%2F%2Fmessenger%2Emsn%2Ecom,ct=1062764229,kpp=1,kv=5,"
      + "ver=2.1.0173.1,tpf=43f8a4c8ed940c04e3740be46c4d1619\r\nUser-Agent: MSMSGS\r\nHost: login.passport.com\r\n"
      + "Connection: Keep-Alive\r\nCache-Control: no-cache\r\n\r\n"
  }

  static let refusal = WebAnswer(
    statusLine: "HTTP/1.1 401 Unauthorized",
    headerLines: [
      "WWW-Authenticate: Passport1.4 da-status=failed,srealm=Passport.NET,ts=-3,prompt,"
        + "cburl=http://login.passport.com/logo.gif,cbtxt=Incorrect%20e-mail%20address%20or%20password%2E",
      "Content-Length: 0",
    ], body: [])

  /// The ticket of an answer, which has to be right to the letter around it.
  private func ticket(_ answer: WebAnswer) throws -> String {
    #expect(answer.statusLine == "HTTP/1.1 200 OK")
    #expect(answer.headerLines.count == 2)
    let value = try #require(answer["Authentication-Info"])
    let start = "Passport1.4 da-status=success,tname=MSPAuth,tname=MSPProf,tname=MSPSec,from-PP='t="
    let end = "&p=',ru=http://messenger.msn.com"
    try #require(value.hasPrefix(start) && value.hasSuffix(end))
    let ticket = String(value.dropFirst(start.count).dropLast(end.count))
    #expect(ticket.utf8.count == 71)
    #expect(ticket.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !"',;&\"".utf8.contains($0) })
    return ticket
  }

  private func redeem(_ ticket: String, _ stage: WebStage, site: PassportSite = .messenger) throws -> Int64 {
    let handle = UserHandle("alice@example.com")
    return try stage.tickets.redeem(ticket, handle: handle, site: site, now: WebStage.now).account
  }

  @Test(arguments: [
    "/login2.srf", "/login.srf", "//login2.srf", "/login.live.com/login2.srf",
    "http://login.live.com/login2.srf?lc=1033",
  ])
  func theRightPasswordGetsATicket(_ path: String) async throws {
    try await withWeb { stage in
      let answer = try WebClient.ask(stage.address, PassportTests.request(path: path))
      #expect(try redeem(try ticket(answer), stage) == 1)
    }
  }

  @Test func aTicketIsForItsSiteAndItsTime() async throws {
    try await withWeb { stage in
      let mail = try ticket(try WebClient.ask(stage.address, PassportTests.request(id: 2)))
      #expect(try redeem(mail, stage, site: .mail) == 1)
      #expect(throws: TicketRefusal.notForThis) { try redeem(mail, stage) }
      let own = try ticket(try WebClient.ask(stage.address, PassportTests.request()))
      let expired = WebStage.now + WebTicketMint.signInLifetime
      #expect(throws: TicketRefusal.expired) {
        try stage.tickets.redeem(own, handle: nil, site: .messenger, now: expired)
      }
      #expect(throws: TicketRefusal.notForThis) {
        try stage.tickets.redeem(
          own, handle: UserHandle("trent@example.com"), site: .messenger, now: WebStage.now)
      }
    }
  }

  @Test func thePasswordOfTheVectorsIsRead() async throws {
    try await withWeb { stage in
      let answer = try WebClient.ask(
        stage.address, PassportTests.request("trent%40example.com", "p%2Cw%20d%25%2B%C3%A9"))
      #expect(answer.statusLine == "HTTP/1.1 200 OK")
    }
  }

  @Test func postIsAsGoodAsGet() async throws {
    try await withWeb { stage in
      let post = PassportTests.request().replacing("GET /", with: "POST /", maxReplacements: 1)
        .replacing("Host:", with: "Content-Length: 0\r\nHost:")
      _ = try ticket(try WebClient.ask(stage.address, post))
    }
  }

  /// Nobody learns from an answer whether there is such an account.
  @Test(arguments: [
    ("alice%40example.com", "wrong"), ("nobody%40example.com", "password"), ("alice%40example.com", ""),
    ("no%20handle", "password"), ("", "x"),
  ])
  func aWrongPasswordAndAnUnknownAccountAreAnsweredAlike(_ signIn: String, _ password: String) async throws {
    try await withWeb { stage in
      let answer = try WebClient.ask(stage.address, PassportTests.request(signIn, password))
      #expect(answer == PassportTests.refusal)
    }
  }

  /// Both cost a hash, which takes far longer than all the rest. In turn, so that whatever else the machine does slows both;
  /// the fastest of each says least of it.
  @Test func anUnknownAccountTakesAsLongAsAWrongPassword() async throws {
    try await withWeb(cost: .standard) { stage in
      func time(_ signIn: String) throws -> Duration {
        let begin = ContinuousClock.now
        let answer = try WebClient.ask(stage.address, PassportTests.request(signIn, "wrong"))
        #expect(answer == PassportTests.refusal)
        return ContinuousClock.now - begin
      }
      var (known, unknown) = (Duration.seconds(60), Duration.seconds(60))
      // The fourth failure in a row would have to wait.
      for _ in 0..<3 {
        known = min(known, try time("alice%40example.com"))
        unknown = min(unknown, try time("nobody%40example.com"))
      }
      #expect(unknown > known / 3 && unknown < known * 3, "known \(known), unknown \(unknown)")
      #expect(unknown > .milliseconds(5))
    }
  }

  @Test(arguments: ["", "Authorization: Basic YTpi\r\n", "Authorization: Passport1.4 OrgVerb=GET\r\n"])
  func whoBringsNothingIsAskedToSignIn(_ header: String) async throws {
    try await withWeb { stage in
      let answer = try WebClient.ask(stage.address, "GET /login2.srf HTTP/1.1\r\n\(header)Host: login.live.com\r\n\r\n")
      #expect(answer.statusLine == "HTTP/1.1 401 Unauthorized")
      #expect(
        answer["WWW-Authenticate"]
          == "Passport1.4 da-status=failed,srealm=Passport.NET,ts=-3,prompt,cburl=http://login.live.com/logo.gif,"
          + "cbtxt=Please%20sign%20in%2E")
    }
  }

  @Test func tooManyGuessesAreAnsweredAsWrongOnes() async throws {
    try await withWeb { stage in
      for _ in 0..<5 {
        let answer = try WebClient.ask(stage.address, PassportTests.request("alice%40example.com", "wrong"))
        #expect(answer == PassportTests.refusal)
      }
      let right = try WebClient.ask(stage.address, PassportTests.request())
      #expect(right == PassportTests.refusal)
    }
  }

  @Test func aStoreThatIsAwayIsNoWrongPassword() async throws {
    try await withWeb { stage in
      stage.accounts.isAway = true
      let answer = try WebClient.ask(stage.address, PassportTests.request())
      #expect(answer.statusLine == "HTTP/1.1 503 Service Unavailable")
      #expect(answer["Retry-After"] == "5")
      #expect(answer["WWW-Authenticate"] == nil)
    }
  }

  @Test(arguments: ["PUT", "DELETE", "OPTIONS"])
  func otherMethodsAreRefused(_ method: String) async throws {
    try await withWeb { stage in
      let answer = try WebClient.ask(stage.address, "\(method) /login2.srf HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(answer.statusLine == "HTTP/1.1 405 Method Not Allowed")
      #expect(answer["Allow"] == "GET, POST, HEAD")
    }
  }

  /// A public URL of the client's scheme comes before all, then any; only then what the client itself says.
  @Test(arguments: [
    (["https://login.example.org", "http://messenger.example.org:8080"], "messenger.example.org:8080"),
    (["https://login.example.org"], "login.example.org"), ([], "nexus.passport.com"),
  ])
  func theNexusNamesTheLoginServer(_ urls: [String], _ host: String) async throws {
    try await withWeb(publicURLs: urls.compactMap { PublicURL($0) }) { stage in
      let answer = try WebClient.ask(stage.address, "GET /rdr/pprdr.asp HTTP/1.1\r\nHost: nexus.passport.com\r\n\r\n")
      #expect(answer["PassportURLs"]?.hasPrefix("DARealm=Passport.Net,DALogin=\(host)/login2.srf,DAReg=") == true)
    }
  }

  @Test(arguments: ["evil.example,DALogin=x", "a b", "a/b", "[::1]", "a:b", "a:0", "a:1:2"])
  func aHostThatIsNoneIsNotRepeated(_ host: String) async throws {
    try await withWeb { stage in
      let answer = try WebClient.ask(stage.address, "GET /rdr/pprdr.asp HTTP/1.1\r\nHost: \(host)\r\n\r\n")
      #expect(answer["PassportURLs"]?.hasPrefix("DARealm=Passport.Net,DALogin=192.0.2.41:8080/login2.srf,") == true)
    }
  }

  /// Guesses are counted by who is behind a proxy, if the proxy is trusted.
  @Test func guessesBehindATrustedProxyCountForTheClient() async throws {
    let proxies = try #require(AddressBlocks("127.0.0.1"))
    try await withWeb(trusted: proxies) { stage in
      func ask(_ signIn: String, _ password: String, from address: String) throws -> WebAnswer {
        let request = PassportTests.request(signIn, password)
          .replacing("Host:", with: "X-Forwarded-For: 198.51.100.9, \(address)\r\nHost:")
        return try WebClient.ask(stage.address, request)
      }
      for number in 0..<5 { _ = try ask("nobody\(number)%40example.com", "x", from: "192.0.2.7") }
      #expect(try ask("alice%40example.com", "password", from: "192.0.2.7") == PassportTests.refusal)
      #expect(try ask("alice%40example.com", "password", from: "192.0.2.8").statusLine == "HTTP/1.1 200 OK")
    }
  }
}
