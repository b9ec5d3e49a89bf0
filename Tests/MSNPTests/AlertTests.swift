import NIOCore
import Testing

@testable import MSNP

/// Contacts reference, section 11.4; the member id of the test vectors, section 7.
@Suite struct AlertTests {
  private let memberID = 65536 << 32 | Int64(UInt32(bitPattern: -517_030_579))

  @Test func theWholeLine() throws {
    let alert = try Alert(number: 1_342_902_633, text: "a <b> & \"c\"\u{1}", page: "http://example.org/?a=1&b=2")
    let alice = try handle("alice@example.com")
    let payload =
      "<NOTIFICATION ver=\"2\" id=\"1342902633\" siteid=\"199999999\" siteurl=\"http://example.com/\">"
      + "<TO pid=\"0x00010000:0xe12ebd4d\" name=\"alice@example.com\"><VIA agent=\"messenger\"/></TO>"
      + "<MSG pri=\"1\" id=\"1342902633\"><SUBSCR url=\"http://example.com/\"/>"
      + "<ACTION url=\"http://example.org/?a=1&amp;b=2\"/><BODY lang=\"1033\" icon=\"\">"
      + "<TEXT>a &lt;b&gt; &amp; &quot;c&quot;\u{fffd}</TEXT></BODY></MSG></NOTIFICATION>"
    for dialect in spokenDialects {
      let line = written(dialect) {
        $0.alert(alert, to: alice, memberID: memberID, site: "http://example.com/")
      }
      #expect(line == (dialect < .msnp5 ? "" : "NOT \(payload.utf8.count)\r\n\(payload)"))
    }
  }

  @Test func whatClientsDoNotTakeIsRefused() {
    #expect(throws: Alert.Refusal.empty) { try Alert(number: 1, text: " ") }
    #expect(throws: Alert.Refusal.tooLong) { try Alert(number: 1, text: String(repeating: "&", count: 250)) }
    #expect(throws: Never.self) { try Alert(number: 1, text: String(repeating: "a", count: 900)) }
    for page in ["example.org", "ftp://example.org/", "http://example.org/a b", "http://example.org/\u{e4}"] {
      #expect(throws: Alert.Refusal.page) { try Alert(number: 1, text: "a", page: page) }
    }
  }
}
