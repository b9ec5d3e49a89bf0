import MSNP
import TestKit
import Testing

/// MSNP over HTTP, with the real program (web services reference, section 8).
@Suite struct GatewayTests {
  @Test func answersAreThoseOfTheReference() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture) { server in
      let client = server.gatewayClient()
      let opened = try client.open("NS", ip: "messenger.hotmail.com", "VER 1 MSNP7 MSNP6\r\n")
      #expect(opened.statusLine == "HTTP/1.1 200 OK")
      #expect(
        opened.headerLines == [
          "X-MSN-Messenger: SessionID=\(client.session); GW-IP=127.0.0.1",
          "Content-Type: application/x-msn-messenger", "Content-Length: 13",
        ])
      #expect(opened.text == "VER 1 MSNP7\r\n")
      let halves = client.session.split(separator: ".")
      #expect(halves.count == 2 && halves.allSatisfy { UInt64($0) != nil })

      let polled = try client.poll()
      #expect(polled.headerLines == opened.headerLines.dropLast() + ["Content-Length: 0"])
      #expect(polled.body == [])

      let ended = try client.send("OUT\r\n")
      #expect(ended.statusLine == "HTTP/1.1 200 OK")
      #expect(
        ended.headerLines == [
          "X-MSN-Messenger: SessionID=\(client.session); GW-IP=127.0.0.1; Session=close",
          "Content-Type: application/x-msn-messenger", "Content-Length: 0",
        ])
    }
  }

  @Test(arguments: [nil, "127.0.0.1"])
  func aWholeConversationWithSomebodyOnTCP(publicHost: String?) async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture, .init(publicHost: publicHost)) { server in
      let bob = try ScriptedClient.online("bob", on: server)
      let alice = try ScriptedClient.online("alice", through: server.gatewayClient(), on: server)
      try bob.expect("NLN NLN alice@example.com Alice")

      // Alice calls: her switchboard connection goes through the gateway too, to the host that XFR names.
      let (switchboard, ticket) = try alice.transfer()
      let talk = ScriptedClient(to: switchboard, through: server.gatewayClient())
      try talk.send("USR 1 alice@example.com \(ticket)")
      try talk.expect("USR 1 OK alice@example.com Alice")
      try talk.send("CAL 2 bob@example.com")
      _ = try talk.expect(beginning: "CAL", "2", "RINGING")
      let answer = try ScriptedClient.answering("bob", bob, on: server)
      try talk.expect("JOI bob@example.com Bob")
      let hello = Array("MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nHello".utf8)
      try talk.send("MSG 3 A \(hello.count)", payload: hello)
      try talk.expect("ACK 3")
      try answer.expect("MSG alice@example.com Alice \(hello.count)", payload: hello)
      try answer.send("MSG 4 U \(hello.count)", payload: hello)
      try talk.expect("MSG bob@example.com Bob \(hello.count)", payload: hello)
      try answer.send("OUT")
      try talk.expect("BYE bob@example.com")

      // Bob calls: alice hears of it and answers through the gateway.
      let second = try ScriptedClient.opening("bob", bob, on: server)
      try second.send("CAL 2 alice@example.com")
      _ = try second.expect(beginning: "CAL", "2", "RINGING")
      let ring = try alice.expect(beginning: "RNG")
      let place = try #require(HostPort(ring[2]))
      let joined = ScriptedClient(to: place, through: server.gatewayClient())
      try joined.send("ANS 1 alice@example.com \(ring[4]) \(ring[1])")
      try joined.expect("IRO 1 1 1 bob@example.com Bob")
      try joined.expect("ANS 1 OK")
      try second.expect("JOI alice@example.com Alice")

      try alice.send("OUT")
      try alice.expectClosed()
      try bob.expect("FLN alice@example.com")
    }
  }

  /// A ticket from the web server, and with it a sign-in of MSNP8 over the gateway: the profile tells the client's own
  /// address, and port 0.
  @Test func theProfileTellsTheClientsAddress() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture) { server in
      let request =
        "GET /login2.srf HTTP/1.1\r\nHost: login.passport.com\r\nAuthorization: Passport1.4 OrgVerb=GET,"
        + "OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,sign-in=alice%40example.com,pwd=password,lc=1033,id=507,tw=40,fs=1,"
        + "ru=http%3A%2F%2Fmessenger%2Emsn%2Ecom,ct=1062764229,kpp=1,kv=5,ver=2.1.0173.1\r\n\r\n"
      let answer = try server.gatewayClient().exchange(Array(request.utf8))
      #expect(answer.statusLine == "HTTP/1.1 200 OK")
      let info = try #require(answer["Authentication-Info"])
      let ticket = try #require(info.split(separator: "from-PP='").last?.split(separator: "'").first)

      let alice = ScriptedClient(to: server.notification, through: server.gatewayClient())
      try alice.send("VER 1 MSNP8 CVR0")
      try alice.expect("VER 1 MSNP8 CVR0")
      try alice.send("USR 2 TWN I alice@example.com")
      _ = try alice.expect(beginning: "USR", "2", "TWN", "S")
      try alice.send("USR 3 TWN S \(ticket)")
      _ = try alice.expect(beginning: "USR", "3", "OK", "alice@example.com")
      let profile = try alice.nextLine()
      let text = String(decoding: profile.payload ?? [], as: UTF8.self)
      #expect(text.contains("\r\nClientIP: 127.0.0.1\r\nClientPort: 0\r\n"), "\(profile)")
    }
  }

  @Test func aNameThatIsGuessedOrOverIsNone() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture) { server in
      let client = server.gatewayClient()
      _ = try ScriptedClient.online("alice", through: client, on: server)
      let session = client.session
      let low = try #require(session.split(separator: ".").last.flatMap { UInt64($0) })
      let high = try #require(session.split(separator: ".").first)
      let thief = server.gatewayClient()
      for guess in ["1.1", "\(high).\(low ^ 1)", "\(high)", ".", "0\(session)", "\(session).0"] {
        let answer = try thief.post("SessionID=\(guess)", Array("PNG\r\n".utf8))
        #expect(answer.statusLine == "HTTP/1.1 400 Bad Request", "\(guess)")
        #expect(answer["X-MSN-Messenger"] == nil)
      }
      #expect(try client.send("PNG\r\n").text == "QNG\r\n")

      #expect(try client.send("OUT\r\n").closes)
      for query in ["SessionID=\(session)", "Action=poll&SessionID=\(session)"] {
        #expect(try thief.post(query, []).statusLine == "HTTP/1.1 400 Bad Request")
      }
    }
  }

  @Test func aClientThatAsksNoMoreIsSignedOut() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture, .init(environment: ["MONARCH_TEST_GATEWAY_SECONDS": "1"])) { server in
      let bob = try ScriptedClient.online("bob", on: server)
      let client = server.gatewayClient()
      _ = try ScriptedClient.online("alice", through: client, on: server)
      try bob.expect("NLN NLN alice@example.com Alice")
      try bob.expect("FLN alice@example.com")
      #expect(try client.poll().statusLine == "HTTP/1.1 400 Bad Request")
    }
  }

  @Test func aHeldPollIsAnsweredAsSoonAsSomethingComes() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture) { server in
      let client = server.gatewayClient()
      _ = try ScriptedClient.online("alice", through: client, on: server)
      let poll = "Action=poll&Lifespan=60&SessionID=\(client.session)"
      try client.begin(
        Array("POST \(GatewayClient.path)?\(poll) HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n".utf8))
      // A second request meanwhile is none of the session's, and takes nothing from the first.
      let other = server.gatewayClient()
      try other.waitUntilHeld(client.session)
      #expect(try other.post("SessionID=\(client.session)", []).statusLine == "HTTP/1.1 400 Bad Request")
      let bob = try ScriptedClient.online("bob", on: server)
      let answer = try client.finish()
      #expect(answer.text == "NLN NLN bob@example.com Bob\r\n", "\(answer)")

      // With nothing to say it is answered when its time is over.
      let empty = try client.poll(lifespan: 1)
      #expect(empty.statusLine == "HTTP/1.1 200 OK")
      #expect(empty.body == [])
      bob.hangUp()
      #expect(try client.poll(lifespan: 9).text == "FLN bob@example.com\r\n")
    }
  }

  @Test func aClientWhoseConnectionEndsGoesOnWithAnother() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture) { server in
      let client = server.gatewayClient()
      _ = try ScriptedClient.online("alice", through: client, on: server)
      let poll = "Action=poll&Lifespan=60&SessionID=\(client.session)"
      let gone = server.gatewayClient()
      try gone.begin(Array("POST \(GatewayClient.path)?\(poll) HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n".utf8))
      try client.waitUntilHeld(client.session)
      gone.hangUp()
      let deadline = ContinuousClock.now + .seconds(9)
      while try client.poll().statusLine != "HTTP/1.1 200 OK" {
        guard ContinuousClock.now < deadline else {
          throw PlayFailure(description: "a poll of which nobody waits for the answer stands in the way")
        }
      }
      // Nothing was lost with it.
      let bob = try ScriptedClient.online("bob", on: server)
      #expect(try client.poll(lifespan: 9).text == "NLN NLN bob@example.com Bob\r\n")
      bob.hangUp()
    }
  }

  @Test func aRequestIsBounded() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture) { server in
      let client = server.gatewayClient()
      try client.open("NS", ip: nil, "VER 1 MSNP7\r\n")
      let large = [UInt8](repeating: UInt8(ascii: "\n"), count: 64 * 1024)
      #expect(try client.send(large).statusLine == "HTTP/1.1 200 OK")
      let head =
        "POST \(GatewayClient.path)?SessionID=\(client.session) HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n"
      #expect(try client.exchange(Array(head.utf8)).statusLine == "HTTP/1.1 413 Payload Too Large")
    }
  }

  @Test func whatTheServerSaysLastComesBeforeTheEnd() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture) { server in
      let client = server.gatewayClient()
      _ = try ScriptedClient.online("alice", through: client, on: server)
      _ = try ScriptedClient.online("alice", on: server)
      var answer = try client.poll(lifespan: 9)
      #expect(answer.text == "OUT OTH\r\n")
      #expect(!answer.closes)
      answer = try client.poll(lifespan: 9)
      #expect(answer.body == [])
      #expect(answer.closes)
      #expect(try client.poll().statusLine == "HTTP/1.1 400 Bad Request")
    }
  }

  @Test func aServerThatStopsSaysSo() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture) { server in
      let client = server.gatewayClient()
      let alice = try ScriptedClient.online("alice", through: client, on: server)
      server.askToStop()
      try alice.expect("OUT SSD")
      try alice.expectClosed()
      #expect(try server.waitForEnding() == .exited(0))
    }
  }

  /// As old clients and their proxies write it: HTTP/1.0, the whole address in the first line, and bytes as they come.
  @Test func anyRequestLineAndAnySplit() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture) { server in
      let client = server.gatewayClient()
      let target = "http://gateway.messenger.hotmail.com\(GatewayClient.path)"
      let head =
        "POST \(target)?SessionID=&Action=open&Server=NS HTTP/1.0\r\nAccept: */*\r\nUser-Agent: MSMSGS\r\n"
        + "Host: gateway.messenger.hotmail.com\r\nProxy-Connection: Keep-Alive\r\nPragma: no-cache\r\n"
        + "Content-Type: application/x-msn-messenger\r\nContent-Length: 13\r\n\r\n"
      for byte in Array((head + "VER 1 MSNP7\r").utf8) { try client.begin([byte]) }
      let opened = try client.exchange([0x0a])
      #expect(opened.statusLine == "HTTP/1.1 200 OK")
      #expect(opened.text == "VER 1 MSNP7\r\n")
      client.hangUp()

      let session = try #require(opened.messenger["SessionID"])
      let next = server.gatewayClient()
      // Half a command, then the other half and the next in one body.
      let half = try next.post("SessionID=\(session)", Array("INF ".utf8))
      #expect(half.statusLine == "HTTP/1.1 200 OK")
      #expect(half.body == [])
      let both = try next.post("SessionID=\(session)", Array("2\r\nUSR 3 MD5 I alice@example.com\r\n".utf8))
      #expect(both.text.hasPrefix("INF 2 MD5\r\n"))
      var all = both.text
      while !all.hasSuffix("\r\n") || all.split(separator: "\r\n").count < 2 {
        all += try next.post("Action=poll&Lifespan=9&SessionID=\(session)", []).text
      }
      #expect(all.hasPrefix("INF 2 MD5\r\nUSR 3 MD5 S "))
    }
  }

  @Test(arguments: ["GET", "PUT"])
  func onlyPostIsAnswered(method: String) async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture) { server in
      let line =
        "\(method) \(GatewayClient.path)?Action=open&Server=NS HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
      let answer = try server.gatewayClient().exchange(Array(line.utf8))
      #expect(answer.statusLine == "HTTP/1.1 405 Method Not Allowed")
    }
  }
}

extension GatewayClient {
  /// Waits until another connection's poll of the session is held: from then on every further request is refused.
  fileprivate func waitUntilHeld(_ session: String) throws {
    for _ in 0..<1_000 {
      guard try post("Action=poll&SessionID=\(session)", []).statusLine == "HTTP/1.1 200 OK" else { return }
    }
    throw PlayFailure(description: "the poll was never held")
  }
}
