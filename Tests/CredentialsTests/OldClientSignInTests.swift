import Crypto
import Testing

@testable import Credentials

@Suite struct OldClientSignInTests {
  private let seal: PasswordSeal
  private let signIn: OldClientSignIn

  init() throws {
    seal = PasswordSeal(key: SymmetricKey(size: .bits256))
    signIn = try OldClientSignIn(seal: seal)
  }

  /// The right answer to the challenge of the reference's transcripts (test vectors, section 1).
  private let proof = SignInProof.digest(
    challenge: "1234567890.123456789", response: "f59af8f2fa91d38aff7c870c17f99903")

  @Test func theRightDigestSignsIn() throws {
    #expect(try signIn.verify(sealed: seal.seal("password", for: 7), account: 7, proof: proof))
  }

  @Test func theDigestOfAnotherPasswordChallengeOrAccountDoesNot() throws {
    #expect(try !signIn.verify(sealed: seal.seal("Password", for: 7), account: 7, proof: proof))
    #expect(try !signIn.verify(sealed: seal.seal("password", for: 8), account: 7, proof: proof))
    let old = SignInProof.digest(challenge: "1234567891.123456789", response: "f59af8f2fa91d38aff7c870c17f99903")
    #expect(try !signIn.verify(sealed: seal.seal("password", for: 7), account: 7, proof: old))
  }

  @Test func clearTextIsTakenAsItStandsAndDecoded() throws {
    let sealed = try seal.seal("pass w%rd", for: 7)
    #expect(signIn.verify(sealed: sealed, account: 7, proof: .clearText("pass w%rd")))
    #expect(signIn.verify(sealed: sealed, account: 7, proof: .clearText("pass%20w%25rd")))
    #expect(!signIn.verify(sealed: sealed, account: 7, proof: .clearText("pass")))
    #expect(!signIn.verify(sealed: sealed, account: 7, proof: .clearText("")))
  }

  @Test func nobodySignsInWithoutAnOldClientPassword() {
    for account in [7, nil] as [Int64?] {
      #expect(!signIn.verify(sealed: nil, account: account, proof: proof))
      #expect(!signIn.verify(sealed: nil, account: account, proof: .clearText("")))
      let empty = DigestChallenge.response(challenge: "1.1", password: "")
      #expect(!signIn.verify(sealed: nil, account: account, proof: .digest(challenge: "1.1", response: empty)))
    }
  }

  @Test func aDamagedBlobIsNotAnEmptyPassword() throws {
    var sealed = try seal.seal("", for: 7)
    #expect(signIn.verify(sealed: sealed, account: 7, proof: .clearText("")))
    sealed[20] ^= 1
    #expect(!signIn.verify(sealed: sealed, account: 7, proof: .clearText("")))
  }

  /// Promise S12. Medians of many interleaved calls; the bound is wide because machines are noisy, and still far under
  /// what a missing decryption or digest would show.
  @Test func unknownAccountsCostAsMuchAsKnownOnes() throws {
    let sealed = try seal.seal("password", for: 7)
    let wrong = SignInProof.digest(challenge: "1234567890.123456789", response: String(repeating: "0", count: 32))
    var known: [Duration] = []
    var unknown: [Duration] = []
    let clock = ContinuousClock()
    for _ in 0..<2000 {
      known.append(clock.measure { _ = signIn.verify(sealed: sealed, account: 7, proof: wrong) })
      unknown.append(clock.measure { _ = signIn.verify(sealed: nil, account: nil, proof: wrong) })
    }
    let ratio = known.sorted()[1000] / unknown.sorted()[1000]
    #expect((0.8...1.25).contains(ratio), "known over unknown: \(ratio)")
  }
}
