import Testing

@testable import TestKit

/// On a cluster that many plays share, each has its people under a domain of its own.
@Suite struct PlayDomainTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func theDomainTakesThePlaceOfTheWrittenOneAndNothingElse() {
    let domain = PlayDomain(27)
    #expect(domain.name == "xbbaaaa.com")
    #expect(
      domain.sent(bytes("ADD 7 FL a@example.com b@example.org c@EXAMPLE.com\r\n"))
        == bytes("ADD 7 FL a@xbbaaaa.com b@example.org c@XBBAAAA.com\r\n"))
    #expect(domain.sent(bytes("example.co")) == bytes("example.co"))
  }

  @Test func whatIsHeardIsWhatWasSent() {
    let domain = PlayDomain(123_456)
    for text in ["Alice@Example.COM", "alice@example.comexample.com", "", "x", "example.com"] {
      #expect(domain.heard(domain.sent(bytes(text))) == bytes(text))
    }
  }

  @Test func noTwoDomainsAreAlike() {
    #expect(Set((0..<10_000).map { PlayDomain($0).name }).count == 10_000)
  }
}
