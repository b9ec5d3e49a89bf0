import MSNP
import Testing

@testable import Credentials

@Suite struct ClientChallengeTests {
  struct Vector: Sendable {
    let product: String
    let challenge: String
    let response: String
    init(_ product: String, _ challenge: String, _ response: String) {
      self.product = product
      self.challenge = challenge
      self.response = response
    }
  }

  /// Test vectors, section 2.
  static let early = [
    Vector("msmsgs@msnmsgr.com", "22299241447072743325", "20dba7e6e9817826b9cd5240cc8add99"),
    Vector("msmsgs@msnmsgr.com", "12345678901234567890", "8ba1bb9d6dbf624fee31a2053af5fdd0"),
    Vector("msmsgs@msnmsgr.com", "11111111111111111111", "3b6666b60157322b6fc6e41a115968f5"),
    Vector("msmsgs@msnmsgr.com", "15570131571988941333", "8f2f5a91b72102cd28355e9fc9000d6e"),
    Vector("PROD0038W!61ZTF9", "15570131571988941333", "ca90e6a7c94a14aae7b3ae0f6018433e"),
    Vector("PROD0058#7IL2{QD", "15570131571988941333", "f8a1cd8d90b73fd4a3d3f8fd3341da87"),
    Vector("PROD0061VRRZH@4F", "15570131571988941333", "769dfe2c4292159189b71837ce37b74e"),
    Vector("PROD00504RLUG%WL", "15570131571988941333", "49d31aad3b56caeb4bb18a9772c0e8af"),
    Vector("PROD0076ENE8*@AW", "15570131571988941333", "2d703fdc530d7a958e6ae6ce1c0347c0"),
    Vector("PROD0038W!61ZTF9", "12345678901234567890", "c64fe621f55832479b97b7f50829d5c1"),
  ]

  /// Test vectors, section 3.
  static let late = [
    Vector("PROD0090YUAUV{2B", "22210219642164014968", "85ecb0db8f32113df79ce0892b9a102c"),
    Vector("PROD0090YUAUV{2B", "12345678901234567890", "a57a33d300de0b8c4d3c074d423e25fb"),
    Vector("PROD0090YUAUV{2B", "15570131571988941333", "d8d8cb2c2043a603d8286a3343143ee1"),
    Vector("PROD0090YUAUV{2B", "13038318816579321232", "b01c13020e374d4fa20abfad6981b7a9"),
    Vector("PROD0101{0RM?UBW", "12345678901234567890", "7273d989239f9bc4bbde22f72b399453"),
    Vector("PROD0101{0RM?UBW", "15570131571988941333", "a2bcaf5dec2e7407282d443a8e38abd8"),
    Vector("PROD0101{0RM?UBW", "13038318816579321232", "5f6ae998b8fa70c37b62980f71a0e736"),
    Vector("PROD0101{0RM?UBW", "22210219642164014968", "64812169fe9717715f03c678fa4ab938"),
    Vector("PROD00974#MT*RC2", "22210219642164014968", "dbb79287f2a8b24af4230fde60125b29"),
    Vector("PROD0104U6VVM{UJ", "22210219642164014968", "a79aeff92542b7d771601f693ce895b2"),
    Vector("PROD0113H11T8$X_", "11533365622852247127", "f086d1ded067186deca8dba2231602cf"),
    Vector("PROD0113H11T8$X_", "13038318816579321232", "3b25f5aab8143dd9a47971541666ae0e"),
    Vector("PROD0113H11T8$X_", "13676118092332012962", "e9ccbb3e90fabb047bad055f1d025cde"),
    // The padding without extra zeros, as libpurple does it.
    Vector("PROD0090YUAUV{2B", "123456789012345678901234", "cfd1a4febba8ec8488adc3c0916fb4fa"),
  ]

  @Test(arguments: early, [Dialect.msnp6, .msnp7, .msnp10])
  func earlyDialects(_ vector: Vector, _ dialect: Dialect) {
    #expect(verdict(vector, dialect) == .correct)
    #expect(verdict(vector, .msnp11) == .wrong)
    #expect(
      ClientChallenge.response(productID: vector.product, challenge: vector.challenge, dialect: dialect)
        == vector.response)
  }

  @Test(arguments: late, [Dialect.msnp11, .msnp12, .msnp21])
  func lateDialects(_ vector: Vector, _ dialect: Dialect) {
    #expect(verdict(vector, dialect) == .correct)
    #expect(verdict(vector, .msnp10) == .wrong)
    #expect(
      ClientChallenge.response(productID: vector.product, challenge: vector.challenge, dialect: dialect)
        == vector.response)
  }

  /// Crossed with the masked words: the result of a known mistake.
  @Test func theMaskedWordsAreWrong() {
    let mistaken = Vector("PROD0090YUAUV{2B", "22210219642164014968", "85ecb05b8f32113df79ce0092b9a102c")
    #expect(verdict(mistaken, .msnp11) == .wrong)
  }

  @Test func takesUpperCaseAndEncodedProductIDs() {
    let encoded = Vector("PROD0090YUAUV%7B2B", "22210219642164014968", "85ECB0DB8F32113DF79CE0892B9A102C")
    #expect(verdict(encoded, .msnp12) == .correct)
    let early = Vector("msmsgs%40msnmsgr.com", "15570131571988941333", "8f2f5a91b72102cd28355e9fc9000d6e")
    #expect(verdict(early, .msnp7) == .correct)
  }

  /// These hold a `%` of their own, before which two digits may or may not stand.
  @Test(arguments: ["PROD00504RLUG%WL", "PROD0118R6%2WYOS", "PROD00504RLUG%25WL", "PROD0118R6%252WYOS"])
  func findsProductIDsThatHoldAPercentSign(_ id: String) {
    #expect(ClientChallenge.response(productID: id, challenge: "12345678901234567890", dialect: .msnp8) != nil)
  }

  @Test(arguments: ["PROD00517IFH4@RV", "PROD008955JTJ_S7", "", "%", "prod0090yuauv{2b"])
  func otherProductsAreUnknown(_ id: String) {
    let vector = Vector(id, "22210219642164014968", "85ecb0db8f32113df79ce0892b9a102c")
    #expect(verdict(vector, .msnp11) == .unknownProduct)
  }

  @Test(arguments: ["", "8f2f5a91b72102cd28355e9fc9000d6", "8f2f5a91b72102cd28355e9fc9000d6e0", "\r\n"])
  func otherLengthsAreWrong(_ response: String) {
    #expect(verdict(Vector("msmsgs@msnmsgr.com", "15570131571988941333", response), .msnp6) == .wrong)
  }

  @Test func challengesAreTwentyDigitsAndNeverBeginWithZero() {
    var random = SystemRandomNumberGenerator()
    var seen: Set<String> = []
    for _ in 0..<2000 {
      let challenge = ClientChallenge.make(random: &random)
      #expect(challenge.utf8.count == 20 && challenge.utf8.allSatisfy { (0x30...0x39).contains($0) })
      #expect(challenge.first != "0")
      seen.insert(challenge)
    }
    #expect(seen.count == 2000)
  }

  private func verdict(_ vector: Vector, _ dialect: Dialect) -> ClientChallenge.Verdict {
    ClientChallenge.verify(
      productID: vector.product, challenge: vector.challenge, response: vector.response, dialect: dialect)
  }
}
