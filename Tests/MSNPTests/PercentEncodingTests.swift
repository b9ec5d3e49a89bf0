import NIOCore
import Testing

@testable import MSNP

@Suite struct PercentEncodingTests {
  /// Test vectors, section 5.
  @Test(arguments: [
    ("another user", "another%20user"), ("100% über", "100%25%20%C3%BCber"), ("a&b=c", "a%26b%3Dc"),
    ("日本", "%E6%97%A5%E6%9C%AC"), ("C++", "C++"), ("", ""), ("a<b>\"c\"", "a%3Cb%3E%22c%22"),
    ("line\r\nend", "line%0D%0Aend"), ("\u{7f}\u{0}", "%7F%00"),
    ("AZaz09-_.~!*'()@:,;+$/?", "AZaz09-_.~!*'()@:,;+$/?"),
  ])
  func encodesAndDecodesBack(_ text: String, _ encoded: String) {
    #expect(PercentEncoding.encode(text) == encoded)
    #expect(PercentEncoding.encodedLength(text) == encoded.utf8.count)
    #expect(PercentEncoding.decode(encoded.utf8) == text)
  }

  @Test(arguments: [
    ("a&b=c", "a&b=c"), ("C%2B%2B", "C++"), ("C++", "C++"), ("%c3%bc", "ü"), ("%C3%bC", "ü"), ("über", "über"),
    ("%25%32%30", "%20"), ("%00", "\u{0}"),
  ])
  func decodesWhatClientsWrite(_ encoded: String, _ text: String) {
    #expect(PercentEncoding.decode(encoded.utf8) == text)
  }

  @Test(arguments: ["%", "%2", "abc%", "%zz", "%2g", "% 20", "%-1", "%+1", "%C3", "%C3%28", "%ED%A0%80", "%FF"])
  func refusesBrokenEscapesAndOtherEncodings(_ encoded: String) {
    #expect(PercentEncoding.decode(encoded.utf8) == nil)
  }

  @Test func everyByteSurvives() {
    for scalar in (0...0x7ff as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init) {
      let text = String(Character(scalar))
      let encoded = PercentEncoding.encode(text)
      #expect(PercentEncoding.decode(encoded.utf8)?.unicodeScalars.elementsEqual([scalar]) == true)
      #expect(encoded.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f })
    }
  }
}
