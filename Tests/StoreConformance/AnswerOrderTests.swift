import Roster
import Testing

@testable import PostgreSQL

@Suite("Order of answers from several connections")
struct AnswerOrderTests {
  private let alice = AccountID(1)
  private let bob = AccountID(2)
  private let carol = AccountID(3)

  @Test("An answer waits for those before it that concern the same account, and only for those")
  func waits() {
    var order = AnswerOrder()
    var given: [String] = []
    func complete(_ place: AnswerOrder.Place, _ name: String) {
      for answer in order.complete(place, answer: { given.append(name) }) { answer() }
    }
    let first = order.enter(raising: [alice])
    let second = order.enter(raising: [alice, bob])
    let third = order.enter(raising: [bob])
    let other = order.enter(raising: [carol])
    complete(third, "third")
    #expect(given == [])
    complete(other, "other")
    #expect(given == ["other"])
    complete(second, "second")
    #expect(given == ["other"])
    complete(first, "first")
    #expect(given == ["other", "first", "second", "third"])
    complete(order.enter(raising: [alice, bob, carol]), "last")
    #expect(given.last == "last")
  }

  @Test("Whatever comes first, each account's answers come in order and none is left over", arguments: 1...50)
  func shuffled(seed: UInt64) {
    var random = Generator(state: seed)
    var order = AnswerOrder()
    var given: [Int] = []
    let accounts = (0..<60).map { _ in
      Set((0..<Int.random(in: 1...3, using: &random)).map { _ in AccountID(.random(in: 1...5, using: &random)) })
    }
    let places = accounts.map { order.enter(raising: $0) }
    for index in places.indices.shuffled(using: &random) {
      for answer in order.complete(places[index], answer: { given.append(index) }) { answer() }
    }
    #expect(given.sorted() == Array(places.indices))
    for account in (1...5).map({ AccountID($0) }) {
      let about = given.filter { accounts[$0].contains(account) }
      #expect(about == about.sorted())
    }
  }
}

/// The same numbers for the same seed (splitmix64), so that a failure can be seen again.
struct Generator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
