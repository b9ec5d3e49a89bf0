import Credentials
import Crypto
import MSNP
import PostgreSQL
import TestKit
import Testing

/// A web node among the others.
@Suite(.needsDatabase) struct WebNodeTests {
  private static func signIn(_ who: String, _ password: String, at address: HostPort) throws -> WebAnswer {
    try WebClient.ask(
      address,
      "GET /login2.srf HTTP/1.1\r\nHost: login.passport.com\r\nAuthorization: Passport1.4 OrgVerb=GET,"
        + "OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,sign-in=\(who)%40example.com,pwd=\(password),lc=1033,id=507\r\n\r\n"
    )
  }

  /// Its tickets are signed with the key that the notification servers have.
  @Test func itsTicketsAreGoodAtNotificationServers() async throws {
    try await onCluster(.init(webNodes: 2)) { cluster in
      for number in 1...2 {
        let answer = try WebNodeTests.signIn("alice", "password", at: cluster.address(of: .web(number)))
        #expect(answer.statusLine == "HTTP/1.1 200 OK")
        let info = try #require(answer["Authentication-Info"])
        let start = try #require(info.firstRange(of: "from-PP='"))
        let ticket = try #require(WebTicketMint.ticket(in: String(info[start.upperBound...])))
        let key = SymmetricKey(data: try cluster.fixture.key("web-tickets", of: "notification"))
        let row = try #require(try cluster.query("SELECT extract(epoch FROM now())::bigint").first)
        let now = try row.integer(0, as: Int64.self)
        let redeemed = try WebTicketMint(key: key).redeem(
          ticket, handle: UserHandle("alice@example.com"), site: .messenger, now: now)
        #expect(abs(redeemed.expires - now - 300) < 60)
      }
    }
  }

  /// Two failures at a notification server and two at a web node are four: the next try anywhere is refused for two
  /// seconds without a look at it. On a machine that is busy for longer the next account gets its turn.
  @Test func guessesCountTogetherWithThoseAtNotificationServers() async throws {
    try await onCluster(.init(webNodes: 2), plan: Crowd.plan) { cluster in
      let web = cluster.address(of: .web(1))
      func isRefused(_ number: Int, at place: ClusterServer.Node) throws -> Bool {
        let before = try WebNodeTests.eventsReceived(by: place, of: cluster)
        for address in [cluster.first, cluster.second] {
          let client = try ScriptedClient(to: address)
          let proof = try client.challengeResponse("p\(number)")
          try client.send("USR 3 MD5 S \(String(proof.reversed()))")
          try client.expect("911 3")
        }
        for _ in 0..<2 { _ = try WebNodeTests.signIn("p\(number)", "wrong", at: web) }
        try cluster.wait(within: .seconds(10), until: "\(place) has heard of the failures elsewhere") {
          try WebNodeTests.eventsReceived(by: place, of: cluster) >= before + (place == .web(1) ? 2 : 4)
        }
        let answer = try WebNodeTests.signIn("p\(number)", "password", at: cluster.address(of: place))
        return answer.statusLine == "HTTP/1.1 401 Unauthorized"
      }
      let isRefusedHere = try (0..<10).contains { try isRefused($0, at: .web(1)) }
      #expect(isRefusedHere)
      let isRefusedThere = try (10..<20).contains { try isRefused($0, at: .web(2)) }
      #expect(isRefusedThere)
      let another = try WebNodeTests.signIn("p100", "password", at: web)
      #expect(another.statusLine == "HTTP/1.1 200 OK")
    }
  }

  /// How much came over the bus, as the node itself counts it.
  private static func eventsReceived(by node: ClusterServer.Node, of cluster: ClusterServer) throws -> Int {
    let address = try #require(cluster.admin(of: node))
    let name = "monarch_bus_events_received_total "
    let lines = try WebClient.ask(address, "GET /metrics HTTP/1.1\r\n\r\n").text.split(separator: "\n")
    return try #require(lines.first { $0.hasPrefix(name) }.flatMap { Int($0.dropFirst(name.count)) })
  }

  /// It ends without a failure, and the next one takes its place under the same name.
  @Test func itDrainsAndComesBack() async throws {
    try await onCluster(.init(webNodes: 1)) { cluster in
      let web = ClusterServer.Node.web(1)
      let idle = try WebClient(to: cluster.address(of: web))
      try idle.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
      _ = try idle.answer()
      #expect(try cluster.stop(web) == .exited(0))
      try idle.expectClosed()
      try cluster.start(web)
      #expect(
        try WebNodeTests.signIn("alice", "password", at: cluster.address(of: web)).statusLine == "HTTP/1.1 200 OK")
    }
  }

  /// Without a database nobody can sign in, and everybody is told so at once; when it is back they can.
  @Test func withoutDatabaseItSaysSo() async throws {
    try await onCluster(.init(webNodes: 1)) { cluster in
      let address = cluster.address(of: .web(1))
      try cluster.query("ALTER TABLE account RENAME TO account_away")
      let away = try WebNodeTests.signIn("alice", "password", at: address)
      #expect(away.statusLine == "HTTP/1.1 503 Service Unavailable")
      try cluster.query("ALTER TABLE account_away RENAME TO account")
      try cluster.wait(within: .seconds(20), until: "signing in works again") {
        try WebNodeTests.signIn("alice", "password", at: address).statusLine == "HTTP/1.1 200 OK"
      }
    }
  }
}
