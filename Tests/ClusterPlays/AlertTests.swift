import MSNP
import PostgreSQL
import TestKit
import Testing

/// `monarch alert` and what people see of it.
@Suite(.needsDatabase) struct AlertTests {
  private static func alert(_ number: String, _ handle: String, account: Int64, text: String, page: String) -> String {
    let hexadecimal = String(account, radix: 16)
    let low = String(repeating: "0", count: 8 - hexadecimal.count) + hexadecimal
    return "<NOTIFICATION ver=\"2\" id=\"\(number)\" siteid=\"199999999\" siteurl=\"SITE\">"
      + "<TO pid=\"0x00000000:0x\(low)\" name=\"\(handle)\"><VIA agent=\"messenger\"/></TO>"
      + "<MSG pri=\"1\" id=\"\(number)\"><SUBSCR url=\"SITE\"/><ACTION url=\"\(page)\"/>"
      + "<BODY lang=\"1033\" icon=\"\"><TEXT>\(text)</TEXT></BODY></MSG></NOTIFICATION>"
  }

  /// The payload of the `NOT` that comes next, and the number in it; the site differs from node to node.
  private static func shown(_ client: ScriptedClient) throws -> (number: String, text: String) {
    let line = try client.nextLine(waitingFor: "NOT")
    let payload = String(decoding: line.payload ?? [], as: UTF8.self)
    #expect(line.text == "NOT \(payload.utf8.count)")
    let parts = payload.split(separator: "\"", omittingEmptySubsequences: false).map(String.init)
    try #require(parts.count > 7)
    return (parts[3], payload.replacing("\"\(parts[7])\"", with: "\"SITE\""))
  }

  @Test func everybodySeesWhatIsForEverybodyAndOneWhatIsForOne() async throws {
    try await onCluster { cluster in
      let alice = try ScriptedClient.online("alice", at: cluster.first)
      let bob = try ScriptedClient.online("bob", at: cluster.second)
      _ = try alice.lines(upTo: "NLN NLN bob@example.com Bob")
      func send(_ arguments: String...) throws {
        let keys = cluster.fixture.keys + "/operator.keys"
        let run = try CommandRun(
          try MonarchProgram.path(), ["alert"] + arguments + ["--database", cluster.databaseURL, "--keys", keys])
        try #require(run.hasSucceeded, "\(run.errors)")
      }
      try send("Back at <six> & seven.")
      for (client, name) in [(alice, "alice"), (bob, "bob")] {
        let account = try #require(
          try cluster.query("SELECT id FROM account WHERE handle = $1", [.text("\(name)@example.com")]).first?
            .integer(0) as Int64?)
        let (number, text) = try AlertTests.shown(client)
        #expect(
          text
            == AlertTests.alert(
              number, "\(name)@example.com", account: account, text: "Back at &lt;six&gt; &amp; seven.", page: "SITE"))
      }
      try send("Ready", "--to", "bob@example.com", "--page", "http://example.org/bob")
      let (_, text) = try AlertTests.shown(bob)
      #expect(text.contains("<ACTION url=\"http://example.org/bob\"/>"))
      try alice.expectQuiet()
    }
  }
}
