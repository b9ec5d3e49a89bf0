import NIOCore
import Testing

@testable import Credentials

@Suite struct GuessLedgerTests {
  private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

  private func fail(_ ledger: inout GuessLedger, _ times: Int, account: String, address: String?) {
    for _ in 0..<times { ledger.failed(account: account, address: address, now: start) }
  }

  /// Promise S6: 2 s doubling to 15 s from the fourth failure on, and an hour from the twentieth.
  @Test(arguments: [
    (0, 0), (1, 0), (3, 0), (4, 2), (5, 4), (6, 8), (7, 15), (8, 15), (19, 15), (20, 3600), (500, 3600),
  ])
  func delays(_ failures: Int, _ seconds: Int64) {
    var byAccount = GuessLedger()
    fail(&byAccount, failures, account: "alice@example.com", address: nil)
    var byAddress = GuessLedger()
    for index in 0..<failures {
      byAddress.failed(account: "user\(index)@example.com", address: "192.0.2.1", now: start)
    }
    let expected = seconds == 0 ? GuessLedger.Admission.allowed : .refusedUntil(start + .seconds(seconds))
    #expect(byAccount.admission(account: "alice@example.com", address: "192.0.2.9", now: start) == expected)
    #expect(byAddress.admission(account: "carol@example.com", address: "192.0.2.1", now: start) == expected)
    #expect(byAccount.admission(account: "bob@example.com", address: "192.0.2.9", now: start) == .allowed)
    #expect(byAddress.admission(account: "carol@example.com", address: "192.0.2.2", now: start) == .allowed)
    #expect(byAddress.admission(account: "carol@example.com", address: nil, now: start) == .allowed)
  }

  @Test func aDelayEnds() {
    var ledger = GuessLedger()
    fail(&ledger, 4, account: "alice@example.com", address: nil)
    #expect(ledger.admission(account: "alice@example.com", address: nil, now: start + .milliseconds(1999)) != .allowed)
    #expect(ledger.admission(account: "alice@example.com", address: nil, now: start + .seconds(2)) == .allowed)
  }

  @Test func successClearsTheAccountButNotTheAddress() {
    var ledger = GuessLedger()
    fail(&ledger, 10, account: "alice@example.com", address: "192.0.2.1")
    ledger.succeeded(account: "alice@example.com", address: "192.0.2.2", now: start)
    #expect(ledger.admission(account: "alice@example.com", address: "192.0.2.3", now: start) == .allowed)
    #expect(
      ledger.admission(account: "alice@example.com", address: "192.0.2.1", now: start)
        == .refusedUntil(start + .seconds(15)))
  }

  @Test func theOwnerAtAKnownAddressIsNotLockedOut() {
    var ledger = GuessLedger()
    ledger.succeeded(account: "alice@example.com", address: "192.0.2.1", now: start)
    for index in 0..<10_000 {
      ledger.failed(account: "alice@example.com", address: "198.51.100.\(index)", now: start)
    }
    #expect(ledger.admission(account: "alice@example.com", address: "192.0.2.1", now: start) == .allowed)
    #expect(ledger.admission(account: "alice@example.com", address: "192.0.2.2", now: start) != .allowed)
    fail(&ledger, 4, account: "bob@example.com", address: "192.0.2.1")
    #expect(
      ledger.admission(account: "alice@example.com", address: "192.0.2.1", now: start)
        == .refusedUntil(start + .seconds(2)), "a known address has a count of its own")
  }

  @Test func aFailureIsForgottenAfterAnHour() {
    var ledger = GuessLedger()
    fail(&ledger, 30, account: "alice@example.com", address: "192.0.2.1")
    let later = start + .hours(1)
    #expect(ledger.admission(account: "alice@example.com", address: "192.0.2.1", now: later) == .allowed)
    ledger.failed(account: "alice@example.com", address: "192.0.2.1", now: later)
    #expect(ledger.admission(account: "alice@example.com", address: "192.0.2.1", now: later) == .allowed)
  }

  /// Whoever waits exactly as long as told makes 20 guesses an hour at most.
  @Test func guessingStaysSlow() {
    var ledger = GuessLedger()
    var now = start
    var guesses = 0
    while now < start + .hours(10) {
      switch ledger.admission(account: "alice@example.com", address: "192.0.2.1", now: now) {
      case .allowed:
        ledger.failed(account: "alice@example.com", address: "192.0.2.1", now: now)
        guesses += 1
      case .refusedUntil(let until): now = until
      }
    }
    #expect(guesses <= 200)
  }

  @Test func memoryIsBoundedAndTheWorstAreKept() {
    var ledger = GuessLedger(capacity: 100)
    fail(&ledger, 20, account: "alice@example.com", address: "192.0.2.1")
    for index in 0..<100_000 {
      let now = start + .milliseconds(Int64(index))
      ledger.failed(account: "user\(index)@example.com", address: "198.51.100.\(index)", now: now)
      if index % 10 == 0 { ledger.succeeded(account: "user\(index)@example.com", address: "203.0.113.1", now: now) }
    }
    #expect(ledger.entries <= 300)
    #expect(
      ledger.admission(account: "alice@example.com", address: "192.0.2.1", now: start + .seconds(200)) != .allowed)
  }

  @Test func anAccountHasFewKnownAddresses() {
    var ledger = GuessLedger()
    for index in 1...9 { ledger.succeeded(account: "alice@example.com", address: "192.0.2.\(index)", now: start) }
    fail(&ledger, 20, account: "alice@example.com", address: nil)
    #expect(ledger.admission(account: "alice@example.com", address: "192.0.2.1", now: start) != .allowed)
    #expect(ledger.admission(account: "alice@example.com", address: "192.0.2.2", now: start) == .allowed)
    #expect(ledger.admission(account: "alice@example.com", address: "192.0.2.9", now: start) == .allowed)
  }

  @Test func aKnownAddressIsForgottenInTheEnd() {
    var ledger = GuessLedger()
    ledger.succeeded(account: "alice@example.com", address: "192.0.2.1", now: start)
    let later = start + GuessLedger.knownFor
    for _ in 0..<20 { ledger.failed(account: "alice@example.com", address: nil, now: later) }
    #expect(ledger.admission(account: "alice@example.com", address: "192.0.2.1", now: later) != .allowed)
  }
}
