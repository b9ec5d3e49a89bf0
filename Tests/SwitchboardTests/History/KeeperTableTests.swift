import Roster
import Testing

@testable import Switchboard

@Suite("Who keeps a history")
struct KeeperTableTests {
  private let alice = AccountID(1)
  private let bob = AccountID(2)
  private var table = KeeperTable()

  @Test("somebody counts as a keeper until it is known")
  mutating func unknown() {
    #expect(!table.hasCandidates)
    #expect(!table.mayKeep(alice))
    table.enter(alice)
    #expect(table.hasCandidates)
    #expect(table.mayKeep(alice))
    #expect(table.take() == [alice])
    table.answered([alice], keepers: [])
    #expect(!table.hasCandidates)
    #expect(!table.mayKeep(alice))
  }

  @Test("one question at a time; who comes meanwhile is in the next")
  mutating func questions() {
    table.enter(alice)
    #expect(table.take() == [alice])
    table.enter(bob)
    #expect(table.take() == nil)
    table.answered([alice], keepers: [alice])
    #expect(table.take() == [bob])
    table.answered([bob], keepers: [])
    #expect(table.take() == nil)
    #expect(table.mayKeep(alice))
    #expect(!table.mayKeep(bob))
    table.wantAll()
    #expect(table.take()?.sorted() == [alice, bob])
    table.answered([alice, bob], keepers: [bob])
    #expect(!table.mayKeep(alice))
    #expect(table.mayKeep(bob))
  }

  @Test("who is in two conversations is known until the last is over")
  mutating func places() {
    table.enter(alice)
    table.enter(alice)
    _ = table.take()
    table.answered([alice], keepers: [alice])
    table.leave(alice)
    #expect(table.mayKeep(alice))
    table.leave(alice)
    #expect(!table.hasCandidates)
    table.leave(alice)
    #expect(!table.hasCandidates)
    // An answer that comes late is about nobody.
    table.answered([alice], keepers: [alice])
    #expect(!table.hasCandidates)
    table.wantAll()
    #expect(table.take() == nil)
  }

  @Test("what was known stays when nobody can say, and is asked again after a pause")
  mutating func failures() {
    table.enter(alice)
    _ = table.take()
    table.answered([alice], keepers: [])
    table.enter(bob)
    table.wantAll()
    var pauses: [Int] = []
    for _ in 1...7 {
      #expect(table.take()?.sorted() == [alice, bob])
      pauses.append(table.failed([alice, bob]))
      #expect(table.take() == nil)
      table.goOn()
    }
    #expect(pauses == [1, 2, 4, 8, 16, 30, 30])
    #expect(!table.mayKeep(alice))
    #expect(table.mayKeep(bob))
    table.leave(bob)
    #expect(table.take() == [alice])
  }

  @Test("everybody leaves at once")
  mutating func all() {
    table.enter(alice)
    table.enter(bob)
    table.removeAll()
    #expect(!table.hasCandidates)
    #expect(table.take() == nil)
  }
}
