import MSNP
import TestKit
import Testing

/// The pages for people on the web nodes of a cluster, whose database role may do no more than these need.
@Suite(.needsDatabase) struct ClusterMemberPagesTests {
  private static func signedIn(
    _ who: String, on cluster: ClusterServer, at web: Int = 1, password: String = "password"
  ) throws -> WebVisitor {
    let visitor = WebVisitor(at: cluster.address(of: .web(web)), host: "pages.example.org")
    try visitor.open("/signin")
    try visitor.submit("/signin", ["E-mail address": "\(who)@example.com", "Password": password])
    try #require(visitor.path == "/account", "\(visitor.page)")
    return visitor
  }

  /// Everything that a member does, with the rights of `monarch_web`.
  @Test func aMemberSignsUpAndChangesEverything() async throws {
    try await onCluster(.init(webNodes: 2)) { cluster in
      let run = try CommandRun(
        try MonarchProgram.path(),
        ["invite", "--database", cluster.databaseURL, "--keys", cluster.fixture.keys + "/operator.keys"])
      try #require(run.hasSucceeded, "\(run.errors)")
      let code = try #require(run.output.split(separator: "\n").first.map(String.init))
      let heidi = WebVisitor(at: cluster.address(of: .web(1)), host: "pages.example.org")
      try heidi.open("/signup")
      try heidi.submit(
        "/signup",
        [
          "E-mail address": "heidi@example.com", "Display name": "Heidi", "Password": "mountains",
          "Password again": "mountains", "Invitation code": code,
        ])
      try #require(heidi.path == "/welcome", "\(heidi.page)")
      // The session is good on the other node.
      let there = WebVisitor(at: cluster.address(of: .web(2)), host: "pages.example.org")
      there.takeCookies(of: heidi)
      try there.open("/account")
      #expect(there.page.first("td") == "heidi@example.com")
      let picture: [UInt8] = Array("GIF89a".utf8) + [1, 0, 1, 0, 0, 0, 0, 0x3b]
      let deeds: [(String, [String: String], String)] = [
        ("/account/profile", ["Town": "Maienfeld", "Country": "Switzerland"], "/account?done=profile"),
        (
          "/account/password",
          ["Present password": "mountains", "New password": "alm-oehi", "New password again": "alm-oehi"],
          "/account?done=password"
        ), ("/account/old-clients", ["Password of your account": "alm-oehi"], "/account/old-clients"),
      ]
      for (path, fields, next) in deeds {
        try there.open(path)
        try there.submit(path, fields)
        #expect(there.path == next, "\(there.page)")
      }
      #expect(there.page.all("p", class: "secret").count == 1)
      try there.open("/account/picture")
      try there.submit(
        "/account/picture", files: ["Picture": WebVisitor.File(name: "a.gif", type: "image/gif", bytes: picture)])
      #expect(there.path == "/account?done=picture", "\(there.page)")
      try there.submit("/account/keep-history", button: "Switch it on")
      #expect(there.path == "/account?done=history-on")
      try there.open("/account/history")
      try there.submit(
        "/account/history", ["Yes, delete my whole message history": "on"], button: "Delete it all")
      #expect(there.page.all("p", class: "notice") == ["0 messages are deleted."])
      try there.open("/account/export")
      try there.submit("/account/export")
      #expect(there.answer["Content-Type"] == "application/json")
      #expect(there.answer.text.contains("\"city\":\"Maienfeld\""))
      try there.open("/account")
      try there.submit("/account/sessions")
      try there.submit("/signout")
      #expect(there.path == "/")
    }
  }

  @Test func namesAndDeletionsReachEveryNode() async throws {
    try await onCluster(.init(webNodes: 1)) { cluster in
      let alice = try ScriptedClient.online("alice", at: cluster.first)
      let bob = try ScriptedClient.online("bob", at: cluster.second, seeing: "alice")
      let version = try bob.synchronise().version
      let page = try ClusterMemberPagesTests.signedIn("alice", on: cluster)
      try page.open("/account/name")
      try page.submit("/account/name", ["Display name": "Alice & Co"])
      try bob.expect("NLN NLN alice@example.com Alice%20%26%20Co")
      try page.open("/account/delete")
      try page.submit(
        "/account/delete", ["Password of your account": "password", "Yes, delete my account": "on"])
      #expect(page.page.first("h1") == "Good-bye")
      _ = try alice.lines(upTo: "OUT")
      for list in ["FL", "AL", "RL"] {
        _ = try bob.lines(upTo: "REM 0 \(list) \(version + 1) alice@example.com")
      }
    }
  }
}
