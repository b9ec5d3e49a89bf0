import Crypto
import Testing

@testable import Credentials

@Suite struct PasswordHashTests {
  /// RFC 7914, section 12, in the text form: the last 64 bytes are the RFC's own.
  @Test(arguments: [
    (
      "", 16, 1, 1, "",
      "d9ZXYjhleyA7GcpCwYoEl/FrSETjB0ro39/6P+3iFEL80Aad7QlI+DJqdToPyB8X6NPg+y4NNijPNeIMONGJBg=="
    ),
    (
      "password", 1024, 8, 16, "TmFDbA==",
      "/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWIurzDZLiKjiG/xCSedmDDaxyevuUqD7m2DYMvfoswGQA=="
    ),
    (
      "pleaseletmein", 16384, 8, 1, "U29kaXVtQ2hsb3JpZGU=",
      "cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw=="
    ),
  ])
  func publishedVectors(
    _ password: String, _ rounds: Int, _ block: Int, _ parallelism: Int, _ salt: String, _ hash: String
  ) throws {
    let stored = "scrypt$\(rounds)$\(block)$\(parallelism)$\(salt)$\(hash)"
    let parsed = try #require(PasswordHash(text: stored))
    #expect(try parsed.verify(password))
    #expect(try !parsed.verify(password + "x"))
    #expect(parsed.text == stored)
  }

  @Test func makesWhatItVerifies() throws {
    let hash = try PasswordHash.make("swordfish", cost: .testOnly)
    #expect(try hash.verify("swordfish"))
    #expect(try !hash.verify("Swordfish"))
    #expect(try !hash.verify(""))
    #expect(try PasswordHash.make("swordfish", cost: .testOnly) != hash, "each hash has a salt of its own")
    #expect(PasswordHash(text: hash.text) == hash)
    #expect(hash.text.hasPrefix("scrypt$16$1$1$"))
  }

  @Test func standardCostStandsInTheText() throws {
    let hash = try PasswordHash.make("swordfish")
    #expect(hash.text.hasPrefix("scrypt$16384$8$1$"))
    #expect(try hash.verify("swordfish"))
    #expect(!hash.needsRehash(cost: .standard))
    #expect(try PasswordHash.make("swordfish", cost: .testOnly).needsRehash(cost: .standard))
  }

  @Test(arguments: [
    "", "scrypt", "scrypt$16$1$1$AAAA", "bcrypt$16$1$1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "scrypt$17$1$1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "scrypt$16$0$1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "scrypt$1073741824$8$1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "scrypt$16$1$1$A!AA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "scrypt$16$1$1$AAAA$AAAA", "scrypt$16$1$1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA$",
    "scrypt$1048576$32$16$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
  ])
  func damagedTextsAreRefused(_ text: String) { #expect(PasswordHash(text: text) == nil) }

  @Test func aHashDescribesItselfWithoutItsSecret() throws {
    let hash = try PasswordHash.make("swordfish", cost: .testOnly)
    #expect("\(hash)" == "scrypt 16/1/1")
  }

  @Test func onlyTheWordLowestLowersTheCost() {
    #expect(PasswordCost.chosen(by: [:]) == .standard)
    #expect(PasswordCost.chosen(by: ["MONARCH_TEST_PASSWORD_COST": "1"]) == .standard)
    #expect(PasswordCost.chosen(by: ["MONARCH_TEST_PASSWORD_COST": "lowest"]) == .testOnly)
  }
}

@Suite struct PasswordRuleTests {
  @Test(arguments: ["a", "passw0rd", "pässword", "with blank", "1234567890123456", "日本日本日本日本日本日本日本日本"])
  func accepted(_ password: String) throws { try PasswordRule.check(password) }

  @Test(arguments: [
    ("", PasswordRefusal.empty), ("12345678901234567", .tooLong(length: 17)), ("tab\there", .unprintable),
    ("line\r\nend", .unprintable), ("nul\0", .unprintable), ("\u{7f}", .unprintable), ("\u{200b}hidden", .unprintable),
    ("\u{2028}", .unprintable),
  ])
  func refused(_ password: String, _ refusal: PasswordRefusal) {
    #expect(throws: refusal) { try PasswordRule.check(password) }
  }

  @Test func theRefusalTellsReasonAndCure() {
    #expect(
      "\(PasswordRefusal.tooLong(length: 17))"
        == "the password has 17 characters, but Messenger clients cut passwords at 16 and could never sign in with it:"
        + " choose one of 1 to 16 characters")
  }
}

@Suite struct PasswordSealTests {
  private let seal = PasswordSeal(key: SymmetricKey(size: .bits256))

  @Test(arguments: ["", "a", "passw0rd", "pässword", String(repeating: "😀", count: 16)])
  func opensWhatItSealed(_ password: String) throws {
    #expect(try seal.open(seal.seal(password, for: 17), for: 17) == password)
  }

  @Test func allSealedPasswordsHaveOneLengthAndNoneIsLikeAnother() throws {
    let short = try seal.seal("a", for: 1)
    let long = try seal.seal(String(repeating: "x", count: 64), for: 1)
    #expect(short.count == long.count)
    #expect(try seal.seal("a", for: 1) != short)
    #expect(throws: PasswordSealError.tooLong) { try seal.seal(String(repeating: "x", count: 65), for: 1) }
  }

  @Test(arguments: [16, 18, 0, -17, Int64.max])
  func anotherAccountNumberOpensNothing(_ other: Int64) throws {
    let sealed = try seal.seal("passw0rd", for: 17)
    #expect(throws: PasswordSealError.notOurs) { try seal.open(sealed, for: other) }
  }

  @Test func anotherKeyOpensNothing() throws {
    let sealed = try seal.seal("passw0rd", for: 17)
    let other = PasswordSeal(key: SymmetricKey(size: .bits256))
    #expect(throws: PasswordSealError.notOurs) { try other.open(sealed, for: 17) }
  }

  @Test func everyAlteredByteIsNoticed() throws {
    let sealed = try seal.seal("passw0rd", for: 17)
    for index in sealed.indices {
      var altered = sealed
      altered[index] ^= 1
      #expect(throws: PasswordSealError.notOurs, "byte \(index)") { try seal.open(altered, for: 17) }
    }
    for length in 0..<sealed.count {
      #expect(throws: PasswordSealError.notOurs) { try seal.open(Array(sealed.prefix(length)), for: 17) }
    }
  }
}
