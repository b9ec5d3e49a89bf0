import Credentials
import Foundation
import MSNP
import TestKit
import Testing

/// Signing in over HTTP at the real program, as clients of MSN Messenger 5 to 7.0 do on Windows.
@Suite struct WebTests {
  private static let refusal =
    "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Passport1.4 da-status=failed,srealm=Passport.NET,ts=-3,prompt,"
    + "cburl=http://login.passport.com/logo.gif,cbtxt=Incorrect%20e-mail%20address%20or%20password%2E\r\n"
    + "Content-Length: 0\r\n"

  static func passport(_ signIn: String, _ password: String, id: Int = 507, connection: String = "close") -> String {
    "GET /login2.srf HTTP/1.1\r\n"
      + "Authorization: Passport1.4 OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,sign-in=\(signIn),"
      + "pwd=\(password),lc=1033,id=\(id),tw=40,fs=1,ru=http%3A%2F%2Fmessenger%2Emsn%2Ecom,ct=1062764229,kpp=1,kv=5,"
      + "ver=2.1.0173.1,tpf=43f8a4c8ed940c04e3740be46c4d1619\r\nUser-Agent: MSMSGS\r\nHost: login.passport.com\r\n"
      + "Connection: \(connection)\r\nCache-Control: no-cache\r\n\r\n"
  }

  /// Everything the server says to one request, as bytes.
  private static func exchange(_ server: DevServer, _ request: String) throws -> String {
    let client = try WebClient(to: server.web)
    try client.send(request)
    return String(decoding: try client.rest(), as: UTF8.self)
  }

  /// The nexus names the login server, the login server gives a ticket for the account, and nobody else's server does.
  @Test func theWayToATicket() async throws {
    try await onDevServer(try await ReferenceAccounts.fixture) { server in
      let nexus = try WebTests.exchange(
        server, "GET /rdr/pprdr.asp HTTP/1.1\r\nHost: 127.0.0.1:\(server.webPort)\r\nConnection: close\r\n\r\n")
      #expect(
        nexus.hasPrefix(
          "HTTP/1.1 200 OK\r\nPassportURLs: DARealm=Passport.Net,DALogin=127.0.0.1:\(server.webPort)/login2.srf,DAReg=")
      )

      let answer = try WebTests.exchange(server, WebTests.passport("alice%40example.com", "password"))
      let start =
        "HTTP/1.1 200 OK\r\nAuthentication-Info: Passport1.4 da-status=success,tname=MSPAuth,tname=MSPProf,"
        + "tname=MSPSec,from-PP='t="
      let end = "&p=',ru=http://messenger.msn.com\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
      try #require(answer.hasPrefix(start) && answer.hasSuffix(end))
      let ticket = String(answer.dropFirst(start.count).dropLast(end.count))

      let keys = try KeyFile.openOrCreate(path: server.directory + "/keys.json")
      let alice = try #require(UserHandle("alice@example.com"))
      let now = Int64(Date().timeIntervalSince1970)
      let redeemed = try WebTicketMint(key: keys.webTickets).redeem(ticket, handle: alice, site: .messenger, now: now)
      #expect((now + 200...now + 300).contains(redeemed.expires))
      #expect(throws: TicketRefusal.self) {
        try WebTicketMint(key: keys.switchboardTickets).redeem(ticket, handle: alice, site: .messenger, now: now)
      }
    }
  }

  /// What the login server gives out for Messenger is good at the notification server; what it gives out for the mail
  /// pages is not, nor is another's.
  @Test func aTicketIsGoodForWhatItWasAskedFor() async throws {
    try await onDevServer(try await ReferenceAccounts.fixture) { server in
      func ticket(_ who: String, id: Int) throws -> String {
        let policy = "lc=1033,id=\(id),tw=40,fs=1,ru=http%3A%2F%2Fmessenger%2Emsn%2Ecom,ct=1062764229,kpp=1,kv=5"
        return try PassportSignIn.ticket(for: "\(who)@example.com", policy: policy, at: server.web)
      }
      func client(_ ticket: String) throws -> ScriptedClient {
        let client = try ScriptedClient(to: server.notification)
        try client.send("VER 1 MSNP8 CVR0")
        try client.expect("VER 1 MSNP8 CVR0")
        try client.send("USR 2 TWN I alice@example.com")
        _ = try client.expect(beginning: "USR", "2", "TWN", "S")
        try client.send("USR 3 TWN S \(ticket)")
        return client
      }
      try client(ticket("alice", id: 507)).expect("USR 3 OK alice@example.com Alice 1 0")
      for ticket in [try ticket("alice", id: 2), try ticket("bob", id: 507)] {
        let refused = try client(ticket)
        try refused.expect("911 3")
        try refused.expectClosed()
      }
    }
  }

  /// As MSN Messenger 7.5 signs in: the text of `USR n TWN S` goes to the token service as a policy, and the token's text
  /// comes back in the line.
  @Test func aTokenSignsInAtTheNotificationServer() async throws {
    try await onDevServer(try await ReferenceAccounts.fixture) { server in
      let client = try ScriptedClient(to: server.notification)
      try client.send("VER 1 MSNP12 MSNP11 MSNP10 CVR0")
      try client.expect("VER 1 MSNP12 CVR0")
      try client.send("USR 2 TWN I alice@example.com")
      let asked = try client.expect(beginning: "USR", "2", "TWN", "S")
      let policy = try #require(asked.last).replacing(",", with: "&amp;")
      let body =
        "<s:Envelope xmlns:s=\"a\"><s:Header><UsernameToken><Username>alice@example.com</Username>"
        + "<Password>password</Password></UsernameToken></s:Header><s:Body><RequestSecurityToken Id=\"RST0\">"
        + "<AppliesTo><EndpointReference><Address>messenger.msn.com</Address></EndpointReference></AppliesTo>"
        + "<PolicyReference URI=\"?\(policy)\"/></RequestSecurityToken></s:Body></s:Envelope>"
      let answer = try WebClient.ask(
        server.web,
        "POST /RST.srf HTTP/1.1\r\nHost: loginnet.passport.com\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
      let text = String(decoding: answer.body, as: UTF8.self)
      let start = try #require(text.range(of: "<wsse:BinarySecurityToken Id=\"Compact0\">"))
      let end = try #require(text.range(of: "</wsse:BinarySecurityToken>"))
      let token = text[start.upperBound..<end.lowerBound].replacing("&amp;", with: "&")
      try client.send("USR 3 TWN S \(token)")
      try client.expect("USR 3 OK alice@example.com 1 0")
      try client.expect("SBS 0 null")
    }
  }

  @Test func aWrongPasswordAndAnUnknownAccountAreAnsweredAlike() async throws {
    try await onDevServer(try await ReferenceAccounts.fixture) { server in
      let expected = WebTests.refusal + "Connection: close\r\n\r\n"
      let wrong = try WebTests.exchange(server, WebTests.passport("alice%40example.com", "wrong"))
      let unknown = try WebTests.exchange(server, WebTests.passport("nobody%40example.com", "password"))
      #expect(wrong == expected)
      #expect(unknown == expected)
    }
  }

  /// Guesses at the web server count at the notification server, and the other way round: there is one door.
  @Test func guessesCountTogetherWithThoseOfOldClients() async throws {
    try await onDevServer(try await ReferenceAccounts.fixture) { server in
      for _ in 0..<2 {
        _ = try WebTests.exchange(server, WebTests.passport("bob%40example.com", "wrong"))
        let client = try ScriptedClient(to: server.notification)
        let proof = try client.challengeResponse("bob")
        try client.send("USR 3 MD5 S \(String(proof.reversed()))")
        try client.expect("911 3")
      }
      let right = try WebTests.exchange(server, WebTests.passport("bob%40example.com", "password"))
      #expect(right.hasPrefix("HTTP/1.1 401 Unauthorized\r\n"))
    }
  }

  @Test func theWebServerCanBeLeftOut() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture, .init(isWebServed: false)) { server in
      #expect(throws: ClientFailure.self) { _ = try WebClient(to: server.web) }
      _ = try ScriptedClient.online("alice", on: server)
    }
  }

  /// Neither passwords nor tickets nor what stands in a query is ever logged (promise S17).
  @Test func theLogKeepsSecrets() async throws {
    try await onDevServer(try await ReferenceAccounts.fixture, .init(isVerbose: true)) { server in
      let canary = "Canary7"
      _ = try WebTests.exchange(server, WebTests.passport("alice%40example.com", canary))
      let ticket = try WebTests.exchange(server, WebTests.passport("alice%40example.com", "password"))
      let body = "<a><SignInName>alice@example.com</SignInName><Password>\(canary)</Password></a>"
      for path in ["/ppsecure/clientpost.srf", "/ppsecure/ClientProfileRequest.srf"] {
        _ = try WebTests.exchange(
          server,
          "POST \(path)?p=\(canary) HTTP/1.0\r\nCookie: \(canary)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
      }
      _ = try WebTests.exchange(server, "GET /login?auth=\(canary)&rru=/inbox HTTP/1.0\r\n\r\n")
      _ = try WebTests.exchange(server, "GET /x\(canary.reversed().map(String.init).joined()) \(canary)\r\n\r\n")
      try server.stop()
      let log = server.log(lines: .max)
      #expect(log.contains("path=/login2.srf status=200"))
      #expect(log.contains("path=/ppsecure/clientpost.srf status=200"))
      #expect(!log.contains(canary))
      let start = try #require(ticket.firstRange(of: "from-PP='t="))
      #expect(!log.contains(ticket[start.upperBound...].prefix(20)))
    }
  }

  @Test func stoppingTheServiceEndsTheWebServer() async throws {
    try await onDevServer(try await ReferenceAccounts.fixture) { server in
      let idle = try WebClient(to: server.web)
      try idle.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
      _ = try idle.answer()
      #expect(try server.stop() == .exited(0))
      try idle.expectClosed()
    }
  }
}
