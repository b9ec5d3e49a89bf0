import Roster
import Testing

@Suite("Account sets")
struct AccountSetTests {
  @Test("Members are sorted and there once")
  func sorted() {
    let set = AccountSet([5, 1, 3, 1, 5, 5, 2].map(AccountID.init))
    #expect(set.members == [1, 2, 3, 5].map(AccountID.init))
    #expect(set.count == 4)
    #expect(!set.isEmpty)
    #expect(AccountSet().isEmpty)
    #expect(AccountSet().count == 0)
    #expect(set == AccountSet([1, 2, 3, 5].map(AccountID.init)))
  }

  @Test("Insertion and removal at the ends, in the middle and of what is or is not there")
  func edges() {
    var set = AccountSet([4, 6].map(AccountID.init))
    for number in [5, 3, 7, 5, 3, 7] as [Int64] { set.insert(AccountID(number)) }
    #expect(set.members == [3, 4, 5, 6, 7].map(AccountID.init))
    for number in [3, 7, 5, 5, 9, 1] as [Int64] { set.remove(AccountID(number)) }
    #expect(set.members == [4, 6].map(AccountID.init))
    #expect(set.contains(AccountID(4)) && set.contains(AccountID(6)))
    #expect(![3, 5, 7].map(AccountID.init).contains(where: set.contains))
  }

  @Test("A thousand random steps agree with a plain set", arguments: [1, 2, 3] as [UInt64])
  func model(seed: UInt64) {
    var random = Steps(state: seed)
    var set = AccountSet()
    var model: Set<AccountID> = []
    for _ in 0..<1_000 {
      let account = AccountID(Int64.random(in: 1...50, using: &random))
      if Bool.random(using: &random) {
        set.insert(account)
        model.insert(account)
      } else {
        set.remove(account)
        model.remove(account)
      }
      let probe = AccountID(Int64.random(in: 0...51, using: &random))
      #expect(set.contains(probe) == model.contains(probe))
      #expect(set.members == model.sorted())
    }
  }
}

/// Random numbers that are the same in every run (SplitMix64).
private struct Steps: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
