import MSNP
import TestKit
import Testing

/// The HTTP gateway of real web nodes.
@Suite(.needsDatabase) struct GatewayTests {
  @Test func aConversationOverTheGateway() async throws {
    try await onCluster(.init(webNodes: 1)) { cluster in
      let bob = try ScriptedClient.online("bob", at: cluster.second)
      let alice = try ScriptedClient.online("alice", at: cluster.first, through: cluster.gatewayClient())
      try bob.expect("NLN NLN alice@example.com Alice")
      let (switchboard, ticket) = try alice.transfer()
      let talk = try ScriptedClient.opening("alice", ticket, at: switchboard, through: cluster.gatewayClient())
      try talk.send("CAL 2 bob@example.com")
      _ = try talk.expect(beginning: "CAL", "2", "RINGING")
      let answer = try ScriptedClient.answering("bob", bob.expect(beginning: "RNG"))
      try talk.expect("JOI bob@example.com Bob")
      let hello = Array("MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nHello".utf8)
      try talk.send("MSG 3 A \(hello.count)", payload: hello)
      try answer.expect("MSG alice@example.com Alice \(hello.count)", payload: hello)
      try talk.expect("ACK 3")
      try answer.send("MSG 1 U \(hello.count)", payload: hello)
      try talk.expect("MSG bob@example.com Bob \(hello.count)", payload: hello)
    }
  }

  /// Behind one web node: each client has its own count, told by a proxy that is trusted.
  @Test func limitsAreTheClients() async throws {
    let options = ClusterServer.Options(
      webNodes: 1, environment: ["MONARCH_TRUSTED_PROXY": "127.0.0.0/8"])
    try await onCluster(options) { cluster in
      let client = cluster.gatewayClient(headers: ["X-Forwarded-For: 203.0.113.77, 203.0.113.9"])
      for _ in 0..<256 {
        let answer = try client.open("NS", ip: nil)
        try #require(answer.statusLine == "HTTP/1.1 200 OK")
      }
      let refused = try client.open("NS", ip: nil)
      #expect(refused.statusLine == "HTTP/1.1 503 Service Unavailable")
      // What stands left of the client's own address is the client's word.
      let liar = cluster.gatewayClient(headers: ["X-Forwarded-For: 203.0.113.1, 203.0.113.9"])
      #expect(try liar.open("NS", ip: nil).statusLine == "HTTP/1.1 503 Service Unavailable")
      let other = cluster.gatewayClient(headers: ["X-Forwarded-For: 203.0.113.10"])
      #expect(try other.open("NS", ip: nil, "VER 1 MSNP7\r\n").text == "VER 1 MSNP7\r\n")
    }
  }

  @Test func amongSeveralWebNodesEachNamesItself() async throws {
    let options = ClusterServer.Options(
      webNodes: 2, drainSeconds: 1, environment: ["MONARCH_PUBLIC_URL": "http://messenger.example.org"])
    try await onCluster(options) { cluster in
      for node in [ClusterServer.Node.web(1), .web(2)] {
        let web = cluster.address(of: node)
        #expect(try GatewayClient(to: web).open("NS", ip: nil).messenger["GW-IP"] == web.host)
        // A name that the operator gave the service is one for IP too.
        let named = try GatewayClient(to: web).open("NS", ip: "messenger.example.org", "VER 1 MSNP7\r\n")
        #expect(named.text == "VER 1 MSNP7\r\n")
      }
      try cluster.stop(.web(2))
      let client = cluster.gatewayClient()
      try client.open("NS", ip: nil)
      try cluster.wait(within: .seconds(5), until: "the last one names the service") {
        try client.poll().messenger["GW-IP"] == "messenger.example.org"
      }
    }
  }

  @Test func aWebNodeThatStopsEndsItsSessions() async throws {
    try await onCluster(.init(webNodes: 1, drainSeconds: 10)) { cluster in
      let bob = try ScriptedClient.online("bob", at: cluster.second)
      let gateway = cluster.gatewayClient()
      let alice = try ScriptedClient.online("alice", at: cluster.first, through: gateway)
      try bob.expect("NLN NLN alice@example.com Alice")
      try cluster.askToStop(.web(1))
      try alice.expectClosed()
      try bob.expect("FLN alice@example.com")
      #expect(try cluster.waitForEnding(of: .web(1)) == .exited(0))
    }
  }

  /// A server that drains sends clients on, and over the gateway they follow.
  @Test func aDrainingServerSendsOn() async throws {
    try await onCluster(.init(webNodes: 1, drainSeconds: 10)) { cluster in
      // Somebody has to be there, or it is gone at once.
      let bob = try ScriptedClient.online("bob", at: cluster.first)
      let late = ScriptedClient(to: cluster.first, through: cluster.gatewayClient())
      try late.send("VER 1 MSNP7")
      try late.expect("VER 1 MSNP7")
      try cluster.askToStop(.notification(1))
      try cluster.wait(within: .seconds(3), until: "the registry tells of the drain") {
        try cluster.nodes().contains { $0.name == "ns-1" && $0.isDraining }
      }
      try late.send("USR 2 MD5 I alice@example.com")
      try late.expect("XFR 2 NS \(cluster.second) 0 \(cluster.first)")
      try late.expectClosed()
      _ = try ScriptedClient.online("alice", at: cluster.second, through: cluster.gatewayClient())
      bob.hangUp()
    }
  }

  @Test func aSwitchboardThatIsNoMoreIsRefused() async throws {
    try await onCluster(.init(webNodes: 1)) { cluster in
      let client = cluster.gatewayClient()
      let place = cluster.address(of: .switchboard(1)).host
      #expect(try client.open("SB", ip: place).statusLine == "HTTP/1.1 200 OK")
      try cluster.killAtOnce(.switchboard(1))
      try cluster.wait(within: .seconds(5), until: "the web node knows of its death") {
        try cluster.gatewayClient().open("SB", ip: place).statusLine == "HTTP/1.1 400 Bad Request"
      }
      #expect(try cluster.gatewayClient().open("SB", ip: "127.0.0.22").statusLine == "HTTP/1.1 200 OK")
    }
  }
}

extension ClusterServer {
  /// A client at the first web node's gateway, without a session.
  fileprivate func gatewayClient(headers: [String] = []) -> GatewayClient {
    GatewayClient(to: address(of: .web(1)), headers: headers)
  }
}
