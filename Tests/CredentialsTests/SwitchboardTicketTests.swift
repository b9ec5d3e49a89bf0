import Crypto
import MSNP
import Testing

@testable import Credentials

@Suite struct SwitchboardTicketTests {
  private let mint = TicketMint(key: SymmetricKey(size: .bits256))
  private let here = SwitchboardIdentity(name: "switchboard-1", epoch: 3)
  private let alice: UserHandle
  private let bob: UserHandle
  private let session: SessionID
  private let now: Int64 = 1_726_321_960

  init() throws {
    alice = try #require(UserHandle("alice@example.com"))
    bob = try #require(UserHandle("bob@example.com"))
    session = try #require(SessionID(11_752_013))
  }

  private func ticket(_ purpose: TicketPurpose = .open, from mint: TicketMint? = nil) -> String {
    (mint ?? self.mint).mint(
      TicketClaim(account: 7, handle: alice, dialect: .msnp5, purpose: purpose, switchboard: here),
      expires: now + TicketMint.lifetime)
  }

  private func refusal(
    _ text: String, handle: UserHandle? = nil, purpose: TicketPurpose = .open, at: SwitchboardIdentity? = nil,
    now: Int64? = nil
  ) -> TicketRefusal? {
    do {
      _ = try mint.redeem(
        text, handle: handle ?? alice, purpose: purpose, switchboard: at ?? here, now: now ?? self.now)
      return nil
    } catch { return error }
  }

  @Test func aGoodTicketTellsAccountAndDialect() throws {
    for purpose in [TicketPurpose.open, .answer(session)] {
      let redeemed = try mint.redeem(ticket(purpose), handle: alice, purpose: purpose, switchboard: here, now: now)
      #expect(redeemed.account == 7)
      #expect(redeemed.dialect == .msnp5)
      #expect(redeemed.expires == now + 120)
    }
  }

  @Test func theHandleMayBeWrittenInAnyCase() throws {
    let shouted = try #require(UserHandle("ALICE@Example.COM"))
    #expect(refusal(ticket(), handle: shouted) == nil)
  }

  @Test func isVoidForEverybodyAndEverythingElse() throws {
    let otherSession = try #require(SessionID(11_752_014))
    #expect(refusal(ticket(), handle: bob) == .notForThis)
    #expect(refusal(ticket(), purpose: .answer(session)) == .notForThis)
    #expect(refusal(ticket(.answer(session))) == .notForThis)
    #expect(refusal(ticket(.answer(session)), purpose: .answer(otherSession)) == .notForThis)
    #expect(refusal(ticket(), at: SwitchboardIdentity(name: "switchboard-2", epoch: 3)) == .notForThis)
    #expect(refusal(ticket(), at: SwitchboardIdentity(name: "switchboard-1", epoch: 4)) == .notForThis)
  }

  @Test func isGoodUntilItExpires() {
    #expect(TicketMint.lifetime == 120)
    #expect(refusal(ticket(), now: now + 119) == nil)
    #expect(refusal(ticket(), now: now + 120) == .expired)
    #expect(refusal(ticket(), now: now + 100_000) == .expired)
  }

  @Test func everyAlteredCharacterIsNoticed() {
    let text = Array(ticket().utf8)
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=. \r\n".utf8)
    var accepted = 0
    for index in text.indices {
      for character in alphabet where character != text[index] {
        var altered = text
        altered[index] = character
        if refusal(String(decoding: altered, as: UTF8.self)) == nil { accepted += 1 }
      }
    }
    #expect(accepted == 0)
  }

  @Test func everyOtherLengthIsRefused() {
    let text = ticket()
    for length in 0..<text.utf8.count { #expect(refusal(String(text.prefix(length))) == .malformed) }
    for tail in ["A", "=", "AAAA", String(repeating: "A", count: 100_000)] {
      #expect(refusal(text + tail) == .malformed)
    }
  }

  @Test func anotherServicesTicketIsRefused() {
    let foreign = TicketMint(key: SymmetricKey(size: .bits256))
    let answer = refusal(ticket(from: foreign))
    #expect(answer == .unknownKey || answer == .notForThis)
  }

  @Test func whileKeysChangeTheOldOneIsAccepted() throws {
    let old = SymmetricKey(size: .bits256)
    let new = SymmetricKey(size: .bits256)
    let early = ticket(from: TicketMint(key: old))
    let both = TicketMint(key: new, previous: [old])
    let redeemed = try both.redeem(early, handle: alice, purpose: .open, switchboard: here, now: now)
    #expect(redeemed.account == 7)
    #expect(throws: TicketRefusal.self) {
      try TicketMint(key: new).redeem(early, handle: alice, purpose: .open, switchboard: here, now: now)
    }
  }

  /// Clients keep tickets in short buffers: 60 characters is the promise, whatever is in them.
  @Test func theLongestClaimMakesNoLongerTicket() throws {
    let handle = try #require(UserHandle(String(repeating: "a", count: 117) + "@example.com"))
    #expect(handle.text.utf8.count == 129)
    let session = try #require(SessionID(0x7fff_ffff))
    let there = SwitchboardIdentity(name: String(repeating: "n", count: 255), epoch: .max)
    for account in [Int64.max, .min, -1] {
      let claim = TicketClaim(
        account: account, handle: handle, dialect: .msnp21, purpose: .answer(session), switchboard: there)
      let text = mint.mint(claim, expires: Int64(UInt32.max))
      #expect(text.utf8.count == 56)
      #expect(text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f })
      let redeemed = try mint.redeem(
        text, handle: handle, purpose: .answer(session), switchboard: there, now: Int64(UInt32.max) - 1)
      #expect(redeemed.account == account)
      #expect(redeemed.dialect == .msnp21)
    }
  }

  @Test func noTwoTicketsAreAlike() {
    #expect(Set((0..<1000).map { _ in ticket() }).count == 1000)
  }
}

@Suite struct UsedTicketsTests {
  private func nonce() -> TicketNonce {
    var generator = SystemRandomNumberGenerator()
    return TicketNonce(random: &generator)
  }

  private func claims(_ claims: [(nonce: TicketNonce, expires: Int64, now: Int64)]) -> [Bool] {
    var used = UsedTickets()
    return claims.map { used.claim($0.nonce, expires: $0.expires, now: $0.now) }
  }

  @Test func takesEachTicketOnce() {
    let first = nonce()
    let second = nonce()
    let answers = claims([
      (first, 220, 100), (first, 220, 100), (second, 220, 101), (first, 220, 219), (second, 220, 219),
    ])
    #expect(answers == [true, false, true, false, false])
  }

  @Test func takesNoneThatHasExpired() {
    #expect(claims([(nonce(), 220, 219), (nonce(), 220, 220), (nonce(), 220, 221)]) == [true, false, false])
  }

  @Test func aClockSetBackRevivesNothing() {
    let first = nonce()
    #expect(claims([(first, 220, 100), (nonce(), 400, 300), (first, 220, 150)]) == [true, true, false])
  }

  @Test func forgetsWhatExpired() {
    var used = UsedTickets()
    var most = 0
    for second in 0..<10_000 as Range<Int64> {
      let taken = used.claim(nonce(), expires: second + 120, now: second)
      #expect(taken)
      most = max(most, used.count)
    }
    #expect(most == 120)
  }
}
