import Credentials
import Crypto
import Testing

/// Codes as people type them.
struct InvitationCodeTests {
  @Test(arguments: [
    "7KQ2-M9XA-0TBN-W4HD", "7kq2m9xa0tbnw4hd", " 7kq2 m9xa 0tbn w4hd ", "7KQ2-M9XA-OTBN-W4HD", "7kq2-m9xa-otbn-w4hd",
  ])
  func oneCodeHasManySpellings(_ text: String) throws {
    let code = try #require(InvitationCode(text))
    #expect(code.text == "7KQ2-M9XA-0TBN-W4HD")
    #expect(code.digest == Array(SHA256.hash(data: Array("7KQ2M9XA0TBNW4HD".utf8))))
  }

  @Test func lettersThatLookLikeDigitsAreDigits() throws {
    #expect(InvitationCode("IiLl-OoAA-AAAA-AAAA")?.text == "1111-00AA-AAAA-AAAA")
  }

  @Test(arguments: [
    "", "7KQ2-M9XA-0TBN-W4H", "7KQ2-M9XA-0TBN-W4HDX", "7KQ2-M9XA-0TBN-W4HU", "7KQ2_M9XA_0TBN_W4HD",
    "7KQ2-M9XA-0TBN-W4Hé",
    "7KQ2\t-M9XA-0TBN-W4HD", "7KQ2-M9XA-0TBN-W4HD" + String(repeating: "-", count: 60),
  ])
  func whatIsNoCodeIsNone(_ text: String) { #expect(InvitationCode(text) == nil) }

  @Test func randomOnesAreReadAgainAndDiffer() {
    let codes = (0..<100).map { _ in InvitationCode.random() }
    #expect(Set(codes).count == 100)
    for code in codes { #expect(InvitationCode(code.text) == code) }
    #expect("\(codes[0])" == "an invitation code")
  }
}
