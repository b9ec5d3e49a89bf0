import MSNP
import TestKit
import Testing

/// Requests that no client means well, at the real program: each gets a clear answer, and costs little.
@Suite struct HostileWebTests {
  private static let posts = [
    "/login2.srf", "/login.srf", "/logout.srf", "/ppsecure/clientpost.srf", "/ppsecure/ClientProfileRequest.srf",
    "/logoutxml.srf", "/Config/MsgrConfig.asmx", "/AppDirectory/AppDirectory.asmx", "/login", "/ppsecure/md5auth.srf",
    "/",
    "/inbox",
  ]
  private static let gets = [
    "/rdr/pprdr.asp", "/client/client.xml", "/dummy", "/svcs/mms/tabs.asp", "/svcs/mms/portal.asp", "/textad",
    "/banner",
    "/AppDirectory/GetAppdirVersion.aspx", "/logo.gif",
  ]

  private static func post(_ path: String, _ body: String) -> String {
    "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  /// Whoever means well is answered all the while.
  private static func expectHealth(_ server: DevServer) throws {
    let begin = ContinuousClock.now
    let answer = try WebClient.ask(server.web, WebTests.passport("alice%40example.com", "password"))
    #expect(answer.statusLine == "HTTP/1.1 200 OK")
    #expect(ContinuousClock.now - begin < .seconds(5))
  }

  @Test func everyEndpointRefusesWhatItCannotUse() async throws {
    let hostile = [
      "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><SignInName>&x;</SignInName>", "<a", "&&&&",
      "\u{1}\u{2}",
      String(repeating: "<a>", count: 20_000), String(repeating: "=&", count: 30_000),
      "<SignInName>alice@example.com</SignInName><Password>x</Password>",
    ]
    try await onDevServer(try await ReferenceAccounts.fixture) { server in
      for path in HostileWebTests.posts {
        for body in hostile {
          let answer = try WebClient.ask(server.web, HostileWebTests.post(path, body))
          let code = answer.statusLine.split(separator: " ")[1]
          #expect(["200", "302", "400", "401"].contains(code), "\(path): \(answer.statusLine)")
          #expect(!answer.text.contains("root:"))
        }
        let wrong = try WebClient.ask(server.web, "PATCH \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(wrong.statusLine == "HTTP/1.1 405 Method Not Allowed")
        #expect(wrong["Allow"]?.contains("POST") == true)
      }
      for path in HostileWebTests.gets {
        let wrong = try WebClient.ask(server.web, HostileWebTests.post(path, "x"))
        #expect(wrong.statusLine == "HTTP/1.1 405 Method Not Allowed", "\(path)")
        #expect(wrong["Allow"] == "GET, HEAD")
      }
      try HostileWebTests.expectHealth(server)
    }
  }

  /// Bodies without end, and lengths that are only claimed, leave no mark on the memory.
  @Test func largeBodiesCostNothing() async throws {
    try await onDevServer(try await ReferenceAccounts.fixture) { server in
      try HostileWebTests.expectHealth(server)
      let before = try peakResidentMemory(of: server.processIdentifier)
      for path in HostileWebTests.posts + HostileWebTests.gets {
        let claims = try WebClient(to: server.web)
        try claims.send("POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000000\r\n\r\n")
        #expect(try claims.answer().statusLine == "HTTP/1.1 413 Payload Too Large")

        let pours = try WebClient(to: server.web)
        try pours.send("POST \(path) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        let chunk = Array(("8000\r\n" + String(repeating: "x", count: 0x8000) + "\r\n").utf8)
        for _ in 0..<64 { guard pours.sendSome(chunk) != nil else { break } }
        #expect(try pours.answer().statusLine == "HTTP/1.1 413 Payload Too Large")
      }
      let grown = try peakResidentMemory(of: server.processIdentifier) - before
      #expect(grown < 48 * 1024, "\(grown) KiB more")
      try HostileWebTests.expectHealth(server)
    }
  }

  /// Hundreds who send a byte now and then hold nobody up, and are gone when their time is over.
  @Test func slowClientsHoldNobodyUp() async throws {
    try await onDevServer(
      try await ReferenceAccounts.fixture, .init(environment: ["MONARCH_TEST_HTTP_SECONDS": "3"])
    ) { server in
      let starts = [
        "", "GET / HT", "GET / HTTP/1.1\r\nHost: a\r\nX-A:", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx",
        "POST /ppsecure/clientpost.srf HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<a>",
      ]
      let slow = try (0..<300).map { number in
        let client = try WebClient(to: server.web)
        try client.send(starts[number % starts.count])
        return client
      }
      try HostileWebTests.expectHealth(server)
      for client in slow { _ = client.sendSome([UInt8(ascii: "y")]) }
      for client in slow {
        let rest = String(decoding: try client.rest(), as: UTF8.self)
        #expect(rest.isEmpty || rest.hasPrefix("HTTP/1.1 408 ") || rest.hasPrefix("HTTP/1.1 400 "), "\(rest)")
      }
      try HostileWebTests.expectHealth(server)
    }
  }

  /// Whoever asks for much and reads nothing is given up.
  @Test func whoDoesNotReadIsGivenUp() async throws {
    try await onDevServer(
      try await ReferenceAccounts.fixture, .init(environment: ["MONARCH_TEST_HTTP_SECONDS": "2"])
    ) { server in
      let before = try peakResidentMemory(of: server.processIdentifier)
      let request = Array(String(repeating: "GET /client/client.xml HTTP/1.1\r\nHost: a\r\n\r\n", count: 200).utf8)
      let deaf = try (0..<20).map { _ in try WebClient(to: server.web) }
      for _ in 0..<200 { for client in deaf { _ = client.sendSome(request) } }
      try HostileWebTests.expectHealth(server)
      let grown = try peakResidentMemory(of: server.processIdentifier) - before
      #expect(grown < 64 * 1024, "\(grown) KiB more")
      withExtendedLifetime(deaf) {}
    }
  }
}
