import TestKit
import Testing

/// The tests' own MD5 against the reference's vectors (test vectors, sections 1 and 2).
@Suite struct MD5Tests {
  @Test(
    arguments: [
      ("1234567890.123456789", "password", "f59af8f2fa91d38aff7c870c17f99903"),
      ("1234567890.123456789", "Password", "a23fc225e81268fb5d79b273a75386f8"),
      ("1234567890.123456789", "pässword", "50f8791eeeee16f55478eeeefbfb0956"),
      ("1013928519.693957190", "swordfish", "6f74ac8b3d0bdec8b9ca59d5ecd57411"),
      ("1056561624.17795", "abcdefg1234567", "483eee01d6a1de1b668cac9a0ac75d91"),
      ("15570131571988941333", "Q1P7W2E4J9R8U3S5", "8f2f5a91b72102cd28355e9fc9000d6e"),
      ("15570131571988941333", "VT6PX?UQTM4WM%YR", "ca90e6a7c94a14aae7b3ae0f6018433e"),
    ])
  func vectors(challenge: String, secret: String, sum: String) {
    #expect(MD5.hex(Array((challenge + secret).utf8)) == sum)
  }

  /// RFC 1321, appendix A.5; 80 bytes need a second block.
  @Test func longTexts() {
    #expect(MD5.hex([]) == "d41d8cd98f00b204e9800998ecf8427e")
    let digits = String(repeating: "1234567890", count: 8)
    #expect(MD5.hex(Array(digits.utf8)) == "57edf4a22be3c955ac49da2e2107b67a")
  }
}
