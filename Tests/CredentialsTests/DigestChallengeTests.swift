import NIOCore
import Testing

@testable import Credentials

@Suite struct DigestChallengeTests {
  /// Test vectors, section 1.
  @Test(arguments: [
    ("1234567890.123456789", "password", "f59af8f2fa91d38aff7c870c17f99903"),
    ("1234567890.123456789", "Password", "a23fc225e81268fb5d79b273a75386f8"),
    ("1234567890.123456789", "passw0rd", "2369181588d0c0e6de13d18c8dddae90"),
    ("1234567890.123456789", "pässword", "50f8791eeeee16f55478eeeefbfb0956"),
    ("1013928519.693957190", "swordfish", "6f74ac8b3d0bdec8b9ca59d5ecd57411"),
    ("1056561624.17795", "abcdefg1234567", "483eee01d6a1de1b668cac9a0ac75d91"),
  ])
  func response(_ challenge: String, _ password: String, _ response: String) {
    #expect(DigestChallenge.response(challenge: challenge, password: password) == response)
  }

  @Test func theShapeIsTheOfficialOne() {
    var seen: Set<String> = []
    for _ in 0..<1000 {
      let challenge = DigestChallenge(unixTime: 1_234_567_890, issued: .now())
      let halves = challenge.text.split(separator: ".", omittingEmptySubsequences: false)
      #expect(halves.count == 2 && halves[0] == "1234567890")
      #expect(!halves[1].isEmpty && halves[1].utf8.allSatisfy { (0x30...0x39).contains($0) })
      #expect(challenge.text.utf8.count < 64)
      seen.insert(challenge.text)
    }
    #expect(seen.count == 1000)
  }

  @Test func theDigitsCarry64RandomBits() {
    var ones = Ones()
    let challenge = DigestChallenge(unixTime: 1, issued: .now(), random: &ones)
    #expect(challenge.text == "1.18446744073709551615")
  }

  @Test func matchesInEitherCaseAndNothingElse() {
    let challenge = DigestChallenge(unixTime: 1_234_567_890, issued: .now())
    let right = DigestChallenge.response(challenge: challenge.text, password: "password")
    #expect(challenge.matches(response: right, password: "password"))
    #expect(challenge.matches(response: right.uppercased(), password: "password"))
    #expect(!challenge.matches(response: right, password: "passwore"))
    #expect(!challenge.matches(response: String(right.dropLast()), password: "password"))
    #expect(!challenge.matches(response: right + "0", password: "password"))
    #expect(!challenge.matches(response: "", password: "password"))
    let other = DigestChallenge(unixTime: 1_234_567_890, issued: .now())
    #expect(!other.matches(response: right, password: "password"))
  }

  @Test func isFreshForThirtySeconds() {
    let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
    let challenge = DigestChallenge(unixTime: 1, issued: start)
    #expect(DigestChallenge.lifetime == .seconds(30))
    #expect(challenge.isFresh(at: start + .milliseconds(29_999)))
    #expect(!challenge.isFresh(at: start + .seconds(30)))
  }

  private struct Ones: RandomNumberGenerator {
    mutating func next() -> UInt64 { .max }
  }
}
