import MSNP
import TestKit
import Testing

/// The tests' own answers to challenges against the reference's vectors (test vectors, sections 2 and 3).
@Suite struct ChallengeAnswerTests {
  @Test(
    arguments: [
      ("msmsgs@msnmsgr.com", "22299241447072743325", "20dba7e6e9817826b9cd5240cc8add99"),
      ("PROD0058#7IL2{QD", "15570131571988941333", "f8a1cd8d90b73fd4a3d3f8fd3341da87"),
      ("PROD0076ENE8*@AW", "15570131571988941333", "2d703fdc530d7a958e6ae6ce1c0347c0"),
    ])
  func upToMSNP10(product: String, challenge: String, answer: String) {
    #expect(ChallengeAnswer.text(challenge, product: product, dialect: .msnp10) == answer)
  }

  @Test(
    arguments: [
      ("PROD0090YUAUV{2B", "22210219642164014968", "85ecb0db8f32113df79ce0892b9a102c"),
      ("PROD0090YUAUV{2B", "12345678901234567890", "a57a33d300de0b8c4d3c074d423e25fb"),
      ("PROD0090YUAUV{2B", "13038318816579321232", "b01c13020e374d4fa20abfad6981b7a9"),
      ("PROD0101{0RM?UBW", "15570131571988941333", "a2bcaf5dec2e7407282d443a8e38abd8"),
      ("PROD00974#MT*RC2", "22210219642164014968", "dbb79287f2a8b24af4230fde60125b29"),
      ("PROD0104U6VVM{UJ", "22210219642164014968", "a79aeff92542b7d771601f693ce895b2"),
      ("PROD0113H11T8$X_", "11533365622852247127", "f086d1ded067186deca8dba2231602cf"),
    ])
  func fromMSNP11(product: String, challenge: String, answer: String) {
    #expect(ChallengeAnswer.text(challenge, product: product, dialect: .msnp11) == answer)
  }

  @Test func nobodyKnowsTheKeyOfEveryProduct() {
    #expect(ChallengeAnswer.text("1", product: "PROD00517IFH4@RV", dialect: .msnp12) == nil)
  }
}
