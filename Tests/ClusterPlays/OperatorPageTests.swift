import MSNP
import TestKit
import Testing

/// What administrators do on a web node's pages reaches the other nodes.
@Suite(.needsDatabase) struct OperatorPageTests {
  private static let plan = FixturePlan("operator-pages") { writer in
    try await ReferenceAccounts.write(writer)
    try await writer.makeAdministrator("erin@example.com")
  }

  /// Erin, who administers the service, signed in on the first web node.
  private static func administrator(_ cluster: ClusterServer) throws -> WebVisitor {
    let visitor = WebVisitor(at: cluster.address(of: .web(1)))
    try visitor.open("/signin")
    try visitor.submit("/signin", ["E-mail address": "erin@example.com", "Password": "password"])
    #expect(visitor.path == "/account")
    return visitor
  }

  /// Sends a form of the page, and answers yes to the question that comes.
  private static func confirm(_ action: String, _ fields: [(String, String)], by visitor: WebVisitor) throws {
    let token = try #require(visitor.page.forms.first?.fields.first { $0.name == "token" }?.value)
    try visitor.post(action, [("token", token)] + fields)
    #expect(visitor.answer.text.contains("name=\"sure\""))
    try visitor.submit(action)
    #expect(visitor.answer.statusLine == "HTTP/1.1 200 OK")
  }

  @Test func sessionsOnEveryNodeAreSeenAndEnded() async throws {
    try await onCluster(.init(webNodes: 1), plan: OperatorPageTests.plan) { cluster in
      let alice = try ScriptedClient.online("alice", at: cluster.first)
      let bob = try ScriptedClient.online("bob", at: cluster.second)
      try alice.lines(upTo: "NLN NLN bob@example.com Bob")
      let visitor = try OperatorPageTests.administrator(cluster)
      try visitor.open("/operator/sessions")
      let text = visitor.answer.text
      #expect(text.contains("2 people are online."))
      #expect(text.contains("<td>alice@example.com</td><td>ns-1</td><td>online</td>"))
      #expect(text.contains("<td>bob@example.com</td><td>ns-2</td><td>online</td>"))

      try OperatorPageTests.confirm("/operator/kick", [("email", "bob@example.com")], by: visitor)
      #expect(visitor.answer.text.contains("bob@example.com was signed out."))
      #expect(visitor.answer.text.contains("1 person is online."))
      try bob.expect("OUT")
      try bob.expectClosed()
      try alice.expect("FLN bob@example.com")
    }
  }

  @Test func everybodyIsToldOnEveryNode() async throws {
    try await onCluster(.init(webNodes: 1), plan: OperatorPageTests.plan) { cluster in
      let clients = [
        try ScriptedClient.online("carol", at: cluster.first), try ScriptedClient.online("frank", at: cluster.second),
      ]
      let visitor = try OperatorPageTests.administrator(cluster)
      try visitor.open("/operator/news")
      try visitor.submit("/operator/announce", ["Text": "Back at six."])
      for client in clients {
        let shown = try client.nextLine(waitingFor: "NOT")
        #expect(String(decoding: shown.payload ?? [], as: UTF8.self).contains("<TEXT>Back at six.</TEXT>"))
      }
      try visitor.submit("/operator/maintenance", ["Minutes until the service goes down": "5"])
      let warning = "MIME-Version: 1.0\r\nContent-Type: application/x-msmsgssystemmessage\r\n\r\nType: 1\r\nArg1: 5\r\n"
      for client in clients { try client.expect("MSG Hotmail Hotmail 88", payload: Array(warning.utf8)) }
    }
  }

  /// The account's session and its conversation are on nodes that the web node reaches by way of another alone.
  @Test func whoIsBannedIsPutOutOfConversationsToo() async throws {
    try await onCluster(.init(webNodes: 1), plan: OperatorPageTests.plan) { cluster in
      let bob = try ScriptedClient.online("bob", at: cluster.second)
      let alice = try ScriptedClient.online("alice", at: cluster.first, seeing: "bob")
      try bob.expect("NLN NLN alice@example.com Alice")
      let talk = try Conversation(("alice", alice), ("bob", bob))
      try talk.exchange("hello")
      let visitor = try OperatorPageTests.administrator(cluster)
      try OperatorPageTests.confirm("/operator/ban", [("email", "bob@example.com")], by: visitor)
      try bob.expect("OUT")
      try bob.expectClosed()
      try alice.expect("FLN bob@example.com")
      try talk.caller.expect("BYE bob@example.com")
      let again = try ScriptedClient(to: cluster.first)
      try again.proveIdentity("bob")
      try again.expect("911 3")
    }
  }

  @Test func aNodeIsDrained() async throws {
    try await onCluster(.init(webNodes: 1, drainSeconds: 2), plan: OperatorPageTests.plan) { cluster in
      let alice = try ScriptedClient.online("alice", at: cluster.first)
      let visitor = try OperatorPageTests.administrator(cluster)
      try visitor.open("/operator")
      let names = visitor.answer.text.matches(of: /name="node" value="([^"]*)"/).map { String($0.1) }
      #expect(names == ["ds-1", "ns-1", "ns-2", "sb-1", "sb-2", "web-1"])
      try OperatorPageTests.confirm("/operator/drain", [("node", "ns-1")], by: visitor)
      try alice.lines(upTo: "OUT SSD", within: .seconds(15))
      try alice.expectClosed()
      #expect(try cluster.waitForEnding(of: .notification(1)) == .exited(0))
    }
  }

  /// Names and states are for everybody, addresses for administrators.
  @Test func theStatusOfNodesIsShown() async throws {
    try await onCluster(.init(webNodes: 1), plan: OperatorPageTests.plan) { cluster in
      let stranger = WebVisitor(at: cluster.address(of: .web(1)))
      try stranger.open("/status")
      let text = stranger.answer.text
      for name in ["ds-1", "ns-1", "ns-2", "sb-1", "sb-2", "web-1"] {
        #expect(text.contains("<tr><td>\(name)</td>"))
      }
      #expect(!text.contains("\(cluster.first)") && !text.contains("\(cluster.first.host)"))
      let visitor = try OperatorPageTests.administrator(cluster)
      try visitor.open("/status")
      #expect(visitor.answer.text.contains("\(cluster.first)"))
      try stranger.open("/connect/msn-1-to-4")
      let dispatch = cluster.address(of: .dispatch())
      #expect(stranger.answer.text.contains("<pre>\(dispatch.host);\(dispatch)</pre>"))
    }
  }
}
