import Testing

@testable import Credentials

@Suite("Invitation codes")
struct InvitationCodeTests {
  /// Gives these numbers, one after the other.
  private struct Numbers: RandomNumberGenerator {
    var rest: [UInt64]
    mutating func next() -> UInt64 { rest.removeFirst() }
  }

  @Test("Sixteen times five bits are written in groups of four")
  func written() {
    var numbers = Numbers(rest: [0, 1, 9, 10, 17, 18, 19, 20, 21, 22, 26, 27, 31, 32, 63, 0xffff_ffff_ffff_fff0])
    #expect(InvitationCode.random(using: &numbers).text == "019A-HJKM-NPTV-Z0ZG")
    #expect(numbers.rest.isEmpty)
  }

  @Test(
    "It is read as people type it",
    arguments: [
      "01AB-CDEF-GHJK-MNPQ", "01ABCDEFGHJKMNPQ", "01ab-cdef-ghjk-mnpq", "O1AB-CDEF-GHJK-MNPQ", "oiab-cdef-ghjk-mnpq",
      "0lAb cDeF gHjK mNpQ", "0-LAB-CDE-FGHJ--KMNPQ", "  01AB-CDEF-GHJK-MNPQ\r\n",
    ])
  func read(text: String) throws {
    let code = try #require(InvitationCode(text))
    #expect(code.text == "01AB-CDEF-GHJK-MNPQ")
    #expect(code == InvitationCode("01AB-CDEF-GHJK-MNPQ"))
  }

  @Test(
    "What is no code is none",
    arguments: [
      "", "----", "01AB-CDEF-GHJK-MNP", "01AB-CDEF-GHJK-MNPQR", "U1AB-CDEF-GHJK-MNPQ", "01AB_CDEF_GHJK_MNPQ",
      "01AB-CDEF-GHJK-MNP*", "01AB-CDEF-GHJK-MNPé", "01AB-CDEF-GHJK-MNP\0",
    ])
  func none(text: String) { #expect(InvitationCode(text) == nil) }

  @Test("The digest is that of the sixteen characters in upper case")
  func digest() throws {
    let code = try #require(InvitationCode("01ab-cdef-ghjk-mnpq"))
    // printf 01ABCDEFGHJKMNPQ | sha256sum
    #expect(
      code.digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        == "48c3b55550825ee321e86eaaaa1584ab22c5218d599243c347d67a10c060d569")
  }

  @Test("No two are the same, and each is read as it is written")
  func random() {
    let codes = (0..<100).map { _ in InvitationCode.random() }
    #expect(Set(codes).count == 100)
    for code in codes { #expect(InvitationCode(code.text) == code) }
  }
}
