import NIOCore
import TestKit
import Testing

@testable import WebServices

/// What the front makes of requests as real clients send them, byte by byte.
struct FrontTests {
  private static let nexus =
    "PassportURLs: DARealm=Passport.Net,DALogin=192.0.2.41:8080/login2.srf,DAReg=http://192.0.2.41:8080/uixpwiz.srf,"
    + "Properties=http://192.0.2.41:8080/editprof.srf,Privacy=http://192.0.2.41:8080/privacypolicy.asp,"
    + "GeneralRedir=http://192.0.2.41:8080/redir.asp,Help=http://192.0.2.41:8080/memberservice.srf,ConfigVersion=15"

  /// libpurple 2.2: a bare line, an empty line, then it reads to the end.
  @Test(arguments: ["GET /rdr/pprdr.asp\r\n\r\n", "GET /rdr/pprdr.asp\n\n", "\r\nGET /rdr/pprdr.asp \r\n"])
  func aRequestWithoutVersionGetsAWholeAnswer(_ request: String) async throws {
    try await withWeb { stage in
      let client = try WebClient(to: stage.address)
      try client.send(request)
      let expected = "HTTP/1.1 200 OK\r\n\(FrontTests.nexus)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
      #expect(String(decoding: try client.rest(), as: UTF8.self) == expected)
    }
  }

  @Test func everyByteMayComeAlone() async throws {
    try await withWeb { stage in
      let client = try WebClient(to: stage.address)
      for byte in "GET /rdr/pprdr.asp\r\n\r\n".utf8 { try client.send(bytes: [byte]) }
      #expect(try client.answer().statusLine == "HTTP/1.1 200 OK")
      let second = try WebClient(to: stage.address)
      for byte in "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 3\r\n\r\nabc".utf8 {
        try second.send(bytes: [byte])
      }
      #expect(
        try second.answer() == WebAnswer(statusLine: "HTTP/1.1 200 OK", headerLines: ["Content-Length: 0"], body: []))
    }
  }

  /// BitlBee and Twisted: HTTP 1.0 without a word about the connection.
  @Test func http10IsClosedAfterTheAnswer() async throws {
    try await withWeb { stage in
      let client = try WebClient(to: stage.address)
      try client.send("POST / HTTP/1.0\r\nContent-Length: 0\r\n\r\n")
      let expected = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
      #expect(String(decoding: try client.rest(), as: UTF8.self) == expected)
    }
  }

  @Test func http10KeepsTheConnectionWhenAsked() async throws {
    try await withWeb { stage in
      let client = try WebClient(to: stage.address)
      for _ in 0..<2 {
        try client.send("POST / HTTP/1.0\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n")
        let headers = ["Content-Length: 0", "Connection: Keep-Alive"]
        #expect(
          try client.answer() == WebAnswer(statusLine: "HTTP/1.1 200 OK", headerLines: headers, body: []))
      }
    }
  }

  @Test func requestsOfOneConnectionAreAnsweredInOrder() async throws {
    try await withWeb { stage in
      let client = try WebClient(to: stage.address)
      try client.send(
        "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\nPOST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nxx"
          + "HEAD / HTTP/1.1\r\nHost: a\r\n\r\nPUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      #expect(try client.answer().statusLine == "HTTP/1.1 404 Not Found")
      #expect(try client.answer().statusLine == "HTTP/1.1 200 OK")
      #expect(try client.answer(hasBody: false).statusLine == "HTTP/1.1 200 OK")
      let last = try client.answer()
      #expect(last.statusLine == "HTTP/1.1 405 Method Not Allowed")
      #expect(last["Allow"] == "GET, HEAD, POST")
      #expect(last["Connection"] == "close")
      try client.expectClosed()
    }
  }

  /// MSNPSharp waits for 100 before it sends a body.
  @Test func aClientThatAsksIsToldToGoOn() async throws {
    try await withWeb { stage in
      let client = try WebClient(to: stage.address)
      try client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
      #expect(
        try client.answer() == WebAnswer(statusLine: "HTTP/1.1 100 Continue", headerLines: [], body: []))
      try client.send("hello")
      #expect(try client.answer().statusLine == "HTTP/1.1 200 OK")
      try client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 70000\r\n\r\n")
      #expect(try client.answer().statusLine == "HTTP/1.1 413 Payload Too Large")
    }
  }

  /// libpurple sends `//RST.srf`, proxies whole URLs, and IIS never minded case.
  @Test(arguments: [
    "//rdr//pprdr.asp", "/RDR/PPRDR.ASP", "/rdr/pprdr.asp/", "/rdr/pprdr.asp?x=1",
    "http://nexus.passport.com/rdr/pprdr.asp", "http://nexus.passport.com:8080//rdr/pprdr.asp?a=b",
  ])
  func pathsAreSpelledInManyWays(_ target: String) async throws {
    try await withWeb { stage in
      let answer = try WebClient.ask(stage.address, "GET \(target) HTTP/1.1\r\nHost: nexus.passport.com\r\n\r\n")
      #expect(answer.statusLine == "HTTP/1.1 200 OK")
      let host = target.contains(":8080") ? "nexus.passport.com:8080" : "nexus.passport.com"
      #expect(answer["PassportURLs"]?.hasPrefix("DARealm=Passport.Net,DALogin=\(host)/login2.srf,") == true)
    }
  }

  @Test(arguments: [
    "HELLO\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", "\u{16}\u{3}\u{1}\u{0}\u{a5}\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "VER 1 MSNP8 CVR0\r\n",
  ])
  func whatIsNoHTTPIsRefused(_ request: String) async throws {
    try await withWeb { stage in
      let client = try WebClient(to: stage.address)
      try client.send(request)
      let answer = try client.answer()
      #expect(answer.statusLine == "HTTP/1.1 400 Bad Request")
      #expect(answer["Connection"] == "close")
      try client.expectClosed()
    }
  }

  @Test func aHeaderWithoutEndIsRefused() async throws {
    try await withWeb { stage in
      for filler in ["X-A: \(String(repeating: "a", count: 17_000))\r\n", String(repeating: "X: y\r\n", count: 200)] {
        let client = try WebClient(to: stage.address)
        try client.send("GET / HTTP/1.1\r\nHost: a\r\n\(filler)")
        #expect(try client.answer().statusLine == "HTTP/1.1 431 Request Header Fields Too Large")
        try client.expectClosed()
      }
      let line = try WebClient(to: stage.address)
      try line.send("GET /\(String(repeating: "a", count: 20_000))")
      #expect(try line.answer().statusLine == "HTTP/1.1 431 Request Header Fields Too Large")
    }
  }

  /// A gigabyte that is only claimed costs nothing, and one that comes is cut off.
  @Test func aBodyBeyondTheLimitIsRefused() async throws {
    try await withWeb { stage in
      let claims = try WebClient(to: stage.address)
      try claims.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n")
      #expect(try claims.answer().statusLine == "HTTP/1.1 413 Payload Too Large")
      try claims.expectClosed()
      let overflow = try WebClient.ask(
        stage.address, "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n")
      #expect(["HTTP/1.1 400 Bad Request", "HTTP/1.1 413 Payload Too Large"].contains(overflow.statusLine))

      let chunks = try WebClient(to: stage.address)
      try chunks.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
      let chunk = "4000\r\n" + String(repeating: "x", count: 0x4000) + "\r\n"
      for _ in 0..<5 { try chunks.send(chunk) }
      #expect(try chunks.answer().statusLine == "HTTP/1.1 413 Payload Too Large")

      let exact = String(repeating: "x", count: 65_536)
      let fits = try WebClient.ask(stage.address, "POST / HTTP/1.1\r\nContent-Length: 65536\r\n\r\n\(exact)")
      #expect(fits.statusLine == "HTTP/1.1 200 OK")
    }
  }

  @Test func whoTakesTooLongIsSentAway() async throws {
    try await withWeb(times: RequestTimes(all: .seconds(2))) { stage in
      let silent = try WebClient(to: stage.address)
      let slowHead = try WebClient(to: stage.address)
      try slowHead.send("GET / HTTP/1.1\r\nHost:")
      let slowBody = try WebClient(to: stage.address)
      try slowBody.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
      let idle = try WebClient(to: stage.address)
      try idle.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
      #expect(try idle.answer().statusLine == "HTTP/1.1 200 OK")
      try silent.expectClosed()
      try slowHead.expectClosed()
      #expect(try slowBody.answer().statusLine == "HTTP/1.1 408 Request Timeout")
      try slowBody.expectClosed()
      try idle.expectClosed()
    }
  }

  @Test func moreRequestsAtOnceThanThereIsRoomForAreToldSo() async throws {
    try await withWeb(maximumRequests: 1) { stage in
      stage.accounts.hold()
      let first = try WebClient(to: stage.address)
      try first.send(PassportTests.request())
      try stage.accounts.waitUntilAsked()
      let second = try WebClient.ask(stage.address, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(second.statusLine == "HTTP/1.1 503 Service Unavailable")
      #expect(second["Retry-After"] == "2")
      stage.accounts.release()
      #expect(try first.answer().statusLine == "HTTP/1.1 200 OK")
    }
  }

  /// Some clients close their half as soon as they have asked.
  @Test func anAnswerReachesWhoHasStoppedSending() async throws {
    try await withWeb { stage in
      stage.accounts.hold()
      let client = try WebClient(to: stage.address)
      try client.send(PassportTests.request())
      client.finishSending()
      try stage.accounts.waitUntilAsked()
      stage.accounts.release()
      #expect(try client.answer().statusLine == "HTTP/1.1 200 OK")
      try client.expectClosed()
    }
  }

  @Test func stoppingAnswersWhatIsUnderWay() async throws {
    let stage = try await WebStage()
    let (idle, busy) = try await onThread {
      stage.accounts.hold()
      let idle = Connected(try WebClient(to: stage.address))
      try idle.client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
      _ = try idle.client.answer()
      let busy = Connected(try WebClient(to: stage.address))
      try busy.client.send(PassportTests.request())
      try stage.accounts.waitUntilAsked()
      return (idle, busy)
    }
    async let stopped: Void = stage.server.stop(within: .seconds(20))
    try await onThread {
      try idle.client.expectClosed()
      stage.accounts.release()
      let answer = try busy.client.answer()
      #expect(answer.statusLine == "HTTP/1.1 200 OK")
      #expect(answer["Connection"] == "close")
      try busy.client.expectClosed()
      #expect(throws: ClientFailure.self) { _ = try WebClient(to: stage.address) }
    }
    await stopped
    #expect(stage.server.connectionCount == 0)
    try await stage.end()
  }

  /// A client handed from one thread to the next; one at a time has it.
  private struct Connected: @unchecked Sendable {
    let client: WebClient
    init(_ client: WebClient) { self.client = client }
  }
}
