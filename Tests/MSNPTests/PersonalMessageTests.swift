import NIOCore
import Testing

@testable import MSNP

@Suite struct PersonalMessageTests {
  private static let media =
    #"<CurrentMedia>\0Music\01\0{0} - {1}\0Song Title\0Song Artist\0Song Album\0\0</CurrentMedia>"#

  private func read(_ payload: String) throws -> String? { try PersonalMessage.read(payload.utf8)?.payload }

  private func psm(_ text: String) -> String { "<Data><PSM>\(text)</PSM><CurrentMedia></CurrentMedia></Data>" }

  /// The reference's samples and their lengths (contacts section 9, vectors section 6).
  @Test func whatOfficialClientsWriteIsWhatOthersRead() throws {
    for (text, length) in [
      (psm("example status message"), 75), (psm("gone &amp; back"), 68),
      ("<Data><PSM>example status message</PSM>\(Self.media)</Data>", 137),
    ] {
      #expect(text.utf8.count == length)
      #expect(try read(text) == text)
    }
  }

  @Test(arguments: [
    "", "<Data><PSM></PSM><CurrentMedia></CurrentMedia></Data>", "<Data/>", "<Data><PSM/><CurrentMedia /></Data>",
    "<Data>\r\n  <PSM></PSM>\r\n</Data>", "<Data><MachineGuid>{1}</MachineGuid></Data>",
  ])
  func noTextIsNoMessage(_ payload: String) throws { #expect(try read(payload) == nil) }

  @Test(arguments: [
    // An ampersand that begins nothing, or what no reader knows.
    ("a & b", "a &amp; b"), ("a&b;", "a&amp;b;"), ("AT&T", "AT&amp;T"), ("&", "&amp;"), ("&&amp;", "&amp;&amp;"),
    ("&nbsp;", "&amp;nbsp;"), ("&#0;", "&amp;#0;"), ("&#x1F;", "&amp;#x1F;"), ("&#xD800;", "&amp;#xD800;"),
    ("&#1114112;", "&amp;#1114112;"), ("&#;", "&amp;#;"), ("&#x;", "&amp;#x;"), ("&#+65;", "&amp;#+65;"),
    ("&#x-1;", "&amp;#x-1;"), ("&amp", "&amp;amp"), ("&AMP;", "&amp;AMP;"),
    // References of all kinds stay as they are.
    ("&lt;3 &gt; &quot;x&quot; &apos;y&apos; &amp;", "&lt;3 &gt; &quot;x&quot; &apos;y&apos; &amp;"),
    ("&#65;&#x42;&#x1F408;", "&#65;&#x42;&#x1F408;"), ("a > b", "a &gt; b"), ("\"it's\"", "\"it's\""),
    ("gr\u{fc}\u{df}e \u{1F408}", "gr\u{fc}\u{df}e \u{1F408}"), (" two  blanks ", " two  blanks "),
    // What XML has no place for: titles of songs bring it.
    ("a\u{0}b\u{1f}c\u{fffe}d\u{ffff}e", "abcde"), ("one\r\ntwo\tthree", "one\r\ntwo\tthree"),
    ("<![CDATA[a < b & c > d &amp; ]]>!", "a &lt; b &amp; c &gt; d &amp;amp; !"), ("a<!-- <b> -->c", "ac"),
  ])
  func textIsWrittenAnew(_ text: String, _ expected: String) throws {
    #expect(try read(psm(text)) == psm(expected))
    #expect(PersonalMessage(payload: psm(expected)) != nil)
  }

  @Test(arguments: [
    ("<?xml version=\"1.0\"?><Data><PSM>x</PSM></Data>", "x"), ("<Data><PSM>x</PSM></Data>\r\n", "x"),
    ("<Data a='>' b=\"/>\"><PSM lang='de'>x</PSM ></Data >", "x"), ("<Data>\r\n <PSM>x</PSM>\r\n</Data>", "x"),
    ("<Data><CurrentMedia></CurrentMedia><PSM>x</PSM></Data>", "x"), ("<Data><PSM>y</PSM><PSM>x</PSM></Data>", "x"),
    ("<Data><Other a='1'><PSM>y</PSM><b/></Other><PSM>x</PSM><psm>z</psm></Data>", "x"),
    ("<!-- c --><Data><!-- <PSM>y</PSM> --><PSM>x</PSM></Data>", "x"),
  ])
  func whatSurroundsTheTextIsDropped(_ payload: String, _ text: String) throws {
    #expect(try read(payload) == psm(text))
  }

  @Test(arguments: [
    "x", "<", "<>", "</>", "</Data>", "<Data>", "<Data", "<Data><PSM>x</Data>", "<Data><PSM>x</PSM></data>",
    "<data></data>", "<PSM>x</PSM>", "<Data></Data><Data></Data>", "<Data></Data>x", "x<Data></Data>",
    "<Data><PSM>a < b</PSM></Data>", "<Data><PSM><b>x</b></PSM></Data>", "<Data><PSM>a<br/>b</PSM></Data>",
    "<Data><PSM>x</PSM/></Data>", "<Data><1/></Data>", "<Data><-a/></Data>", "<Data a='></Data>",
    "<Data a=<b>></Data>", "<Data><![CDATA[x</Data>", "<Data><!-- x</Data>", "<?xml <Data/>",
    "<!DOCTYPE Data><Data><PSM>x</PSM></Data>", "<!doctype Data><Data><PSM>x</PSM></Data>",
    "<!DOCTYPE Data [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><Data><PSM>&a;</PSM></Data>",
    "<Data><!DOCTYPE Data><PSM>x</PSM></Data>", "<![CDATA[x]]>",
  ])
  func whatIsNotWellFormedIsRefused(_ payload: String) {
    #expect(throws: PersonalMessage.Refusal.malformed) { try read(payload) }
  }

  @Test func whatIsNoUTF8IsRefused() {
    let bytes = Array("<Data><PSM>gr".utf8) + [0xfc] + Array("n</PSM></Data>".utf8)
    #expect(throws: PersonalMessage.Refusal.malformed) { try PersonalMessage.read(bytes) }
  }

  @Test func theLimitHoldsForWhatIsWritten() throws {
    let room = PersonalMessage.maximumLength - psm("").utf8.count
    #expect(try read(psm(String(repeating: "x", count: room)))?.utf8.count == 4096)
    #expect(throws: PersonalMessage.Refusal.tooLong) { try read(psm(String(repeating: "x", count: room + 1))) }
    // Short as it comes, long as it goes.
    #expect(throws: PersonalMessage.Refusal.tooLong) { try read(psm(String(repeating: "&", count: room / 4))) }
  }

  @Test(arguments: [
    "", "<Data/>", "<Data><PSM>x</PSM></Data>", "<Data><PSM>a & b</PSM><CurrentMedia></CurrentMedia></Data>",
  ])
  func onlyWhatWasWrittenIsTakenBack(_ payload: String) { #expect(PersonalMessage(payload: payload) == nil) }
}
