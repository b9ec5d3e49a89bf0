import Roster
import Testing

@testable import Switchboard

@Suite("Who keeps a history")
struct KeeperTableTests {
  private let alice = AccountID(1)
  private let bob = AccountID(2)

  private func taken(_ table: inout KeeperTable) -> [AccountID]? { table.take()?.sorted() }

  @Test("somebody counts as a keeper until it is known")
  func unknown() {
    var table = KeeperTable()
    #expect(!table.hasCandidates)
    #expect(!table.mayKeep(alice))
    table.enter(alice)
    #expect(table.hasCandidates)
    #expect(table.mayKeep(alice))
    #expect(taken(&table) == [alice])
    table.answered([alice], keepers: [])
    #expect(!table.hasCandidates)
    #expect(!table.mayKeep(alice))
  }

  @Test("one question at a time; who comes meanwhile is in the next")
  func questions() {
    var table = KeeperTable()
    table.enter(alice)
    #expect(taken(&table) == [alice])
    table.enter(bob)
    #expect(taken(&table) == nil)
    table.answered([alice], keepers: [alice])
    #expect(taken(&table) == [bob])
    table.answered([bob], keepers: [])
    #expect(taken(&table) == nil)
    #expect(table.mayKeep(alice))
    #expect(!table.mayKeep(bob))
    table.wantAll()
    #expect(taken(&table) == [alice, bob])
    table.answered([alice, bob], keepers: [bob])
    #expect(!table.mayKeep(alice))
    #expect(table.mayKeep(bob))
  }

  @Test("who is in two conversations is known until the last is over")
  func places() {
    var table = KeeperTable()
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
    #expect(taken(&table) == nil)
  }

  @Test("what was known stays when nobody can say, and is asked again after a pause")
  func failures() {
    var table = KeeperTable()
    table.enter(alice)
    _ = table.take()
    table.answered([alice], keepers: [])
    table.enter(bob)
    table.wantAll()
    var pauses: [Int] = []
    for _ in 1...7 {
      #expect(taken(&table) == [alice, bob])
      pauses.append(table.failed([alice, bob]))
      #expect(taken(&table) == nil)
      table.goOn()
    }
    #expect(pauses == [1, 2, 4, 8, 16, 30, 30])
    #expect(!table.mayKeep(alice))
    #expect(table.mayKeep(bob))
    table.leave(bob)
    #expect(taken(&table) == [alice])
  }

  @Test("everybody leaves at once")
  func all() {
    var table = KeeperTable()
    table.enter(alice)
    table.enter(bob)
    table.removeAll()
    #expect(!table.hasCandidates)
    #expect(taken(&table) == nil)
  }
}
