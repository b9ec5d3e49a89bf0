import Foundation
import FoundationXML
import Testing

@testable import WebServices

/// The one reader of XML that comes from outside.
struct MarkupReaderTests {
  private func read(_ text: String) throws(MarkupRefusal) -> Markup { try MarkupReader.read(Array(text.utf8)) }

  @Test func aDocumentIsRead() throws {
    let text =
      "\u{feff}<?xml version=\"1.0\" encoding='UTF-8'?>\r\n<!-- a - b --><s:Envelope xmlns:s=\"urn:x\" a='&lt;&#34;'>"
      + "<s:Body>\n <Name >A &amp; B&#x20ac;</Name><Empty/><![CDATA[<raw> & ]]]]></s:Body ></s:Envelope>\n<?php ?>\n"
    let document = try read(text)
    #expect(document.name == "Envelope")
    #expect(document.first("Name")?.text == "A & B€")
    #expect(document.first("Empty")?.text == "")
    #expect(document.first("Body")?.text == "\n <raw> & ]]")
    #expect(document.first("Nothing") == nil)
  }

  @Test(arguments: [
    "", "   ", "text", "<a>", "</a>", "<a></b>", "<a><b></a></b>", "<a/><b/>", "<a/>x", "<a", "<a b>", "<a b=c/>",
    "<a b='1' b='2'/>", "<a b='1'c='2'/>", "<a b='<'/>", "<a>&nbsp;</a>", "<a>&#0;</a>", "<a>&#xd800;</a>",
    "<a>&amp</a>",
    "<a>&#99999999;</a>", "<a>\u{1}</a>", "<a>]]></a>", "<![CDATA[x]]>", "<a><![CDATA[x</a>", "<a><!-- -- --></a>",
    "<a><!-- </a>", "<!ELEMENT a ANY><a/>", "<1a/>", "<a:/>x", "< a/>", "<?xml version='1.0' encoding='UTF-16'?><a/>",
    "<?xml version='1.0' encoding='utf-7'?><a/>", "<?xml <a/>", "<a:/>", "<:a/>", "<a:b:c/>", "<a:1/>",
  ])
  func whatIsBrokenIsRefused(_ text: String) {
    #expect(throws: MarkupRefusal.broken) { try read(text) }
  }

  @Test(arguments: [
    "<!DOCTYPE a><a/>", "<!doctype a SYSTEM 'file:///etc/passwd'><a/>", "<?xml version='1.0'?>\n<!DocType a [\n]><a/>",
    "<!-- x --><!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><a>&x;</a>", "<a><!DOCTYPE b></a>",
  ])
  func aDocumentTypeIsRefused(_ text: String) {
    #expect(throws: MarkupRefusal.doctype) { try read(text) }
  }

  @Test func otherEncodingsAreRefused() {
    let document = "<a>x</a>"
    for encoding in [String.Encoding.utf16, .utf16LittleEndian, .utf16BigEndian, .utf32] {
      let bytes = Array(document.data(using: encoding) ?? Data())
      #expect(throws: MarkupRefusal.broken) { () throws(MarkupRefusal) in try MarkupReader.read(bytes) }
    }
    #expect(throws: MarkupRefusal.broken) { () throws(MarkupRefusal) in
      try MarkupReader.read(Array("<a>\u{e9}</a>".data(using: .isoLatin1) ?? Data()))
    }
  }

  @Test func depthAndNumberAreBounded() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
    }
    #expect(try read(nested(32)).name == "a")
    #expect(throws: MarkupRefusal.tooLarge) { try read(nested(33)) }
    #expect(throws: MarkupRefusal.tooLarge) { try read(String(repeating: "<a>", count: 100_000)) }
    func many(_ count: Int) -> String { "<r>" + String(repeating: "<a/>", count: count) + "</r>" }
    #expect(try read(many(1_999)).children.count == 1_999)
    #expect(throws: MarkupRefusal.tooLarge) { try read(many(2_000)) }
    let attributes = (0..<65).map { " a\($0)=''" }.joined()
    #expect(throws: MarkupRefusal.tooLarge) { try read("<a\(attributes)/>") }
  }

  /// Promise S13: nothing that fits into a body takes long.
  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      "<a>" + String(repeating: "&amp;", count: 13_000) + "</a>",
      "<a>" + String(repeating: "]", count: 65_000) + "</a>",
      "<a>" + String(repeating: "<!---->", count: 9_000) + "</a>", "<a b='" + String(repeating: "&#65;", count: 13_000),
      "<a>" + String(repeating: "<![CDATA[]]>", count: 5_400) + "</a>", String(repeating: "<", count: 65_000),
      "<a>" + String(repeating: "<!-", count: 21_000), "<?xml " + String(repeating: "?", count: 65_000),
    ])
  func hostileDocumentsTakeNoTime(_ text: String) {
    let clock = ContinuousClock()
    let time = clock.measure { for _ in 0..<4 { _ = try? read(text) } }
    #expect(time < .seconds(2), "\(time)")
  }

  /// Foundation's parser, which reads more than it should, finds the same in everything that is read here.
  @Test func foundationReadsTheSame() throws {
    var random = SystemRandomNumberGenerator()
    let pieces = [
      "<a>", "</a>", "<b x=\"1\">", "</b>", "<c/>", "text", "&amp;", "&#65;", "<![CDATA[<x>]]>", "<!-- c -->", " ", "é",
      "<",
      "&", ">", "\n", "]]>", "<a:b xmlns:a='u'>", "</a:b>", "&lt;", "&unknown;", "<d y='&gt;'/>", "'", "=",
    ]
    var count = 0
    for _ in 0..<4_000 {
      var text = "<r>"
      for _ in 0..<Int.random(in: 0...8, using: &random) { text += pieces.randomElement(using: &random) ?? "" }
      text += "</r>"
      guard let own = try? read(text) else { continue }
      count += 1
      #expect(own.outline == Reference.read(text), "\(text)")
    }
    #expect(count > 500)
  }
}

extension Markup {
  /// Names and text, in order of the document.
  fileprivate var outline: [String] { [name, text] + children.flatMap(\.outline) + ["/"] }
}

/// Foundation's parser, asked for the same outline.
private final class Reference: NSObject, XMLParserDelegate {
  private var open: [Markup] = []
  private var root: Markup?

  static func read(_ text: String) -> [String]? {
    let parser = XMLParser(data: Data(text.utf8))
    parser.shouldProcessNamespaces = true
    let reference = Reference()
    parser.delegate = reference
    return parser.parse() ? reference.root?.outline : nil
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) { open.append(Markup(name)) }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    guard let element = open.popLast() else { return }
    if open.isEmpty {
      root = element
    } else {
      open[open.count - 1].append(element)
    }
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) { add(text) }
  func parser(_ parser: XMLParser, foundCDATA block: Data) { add(String(decoding: block, as: UTF8.self)) }

  private func add(_ text: String) { if !open.isEmpty { open[open.count - 1].append(text) } }
}
