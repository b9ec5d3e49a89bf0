import MSNP
import Roster
import Testing

@testable import NotificationServer

@Suite("The order of notices")
struct NoticeQueueTests {
  private func notices(_ version: UInt32, _ names: String...) throws -> NoticeQueue.Batch {
    try (names.isEmpty ? ["someone\(version)"] : names).map {
      Notice(account: Stage.alice, version: ListVersion(version), news: .reverseRemoved(try Stage.handle($0)))
    }
  }

  private func queue(at version: UInt32) -> NoticeQueue {
    var queue = NoticeQueue()
    _ = queue.open(at: ListVersion(version))
    return queue
  }

  @Test("what follows directly is followed at once, all of one change together")
  func order() throws {
    var queue = queue(at: 5)
    let first = queue.arrive(try notices(6, "bob", "carol"))
    #expect(first == [try notices(6, "bob", "carol")])
    let second = queue.arrive(try notices(7))
    #expect(second == [try notices(7)])
    #expect(queue.version == ListVersion(7))
    let asks = queue.asks()
    #expect(!asks)
  }

  @Test("what overtakes another waits for it; the hole is asked for once")
  func overtaking() throws {
    var queue = queue(at: 5)
    for version in [9, 7, 8] as [UInt32] {
      let ready = queue.arrive(try notices(version))
      #expect(ready == [])
    }
    #expect(queue.version == ListVersion(5))
    let asks = [queue.asks(), queue.asks()]
    #expect(asks == [true, false])
    let ready = queue.arrive(try notices(6))
    #expect(ready == [try notices(6), try notices(7), try notices(8), try notices(9)])
    #expect(queue.version == ListVersion(9))
    let late = queue.answered(try notices(6) + notices(7))
    #expect(late == [])
    let asksAgain = queue.asks()
    #expect(!asksAgain)
  }

  @Test("what was heard already, or waits already, is nothing new")
  func duplicates() throws {
    var queue = queue(at: 5)
    _ = queue.arrive(try notices(6))
    _ = queue.arrive(try notices(8, "bob"))
    for version in [4, 5, 6, 8] as [UInt32] {
      let again = queue.arrive(try notices(version))
      #expect(again == [])
    }
    let ready = queue.arrive(try notices(7))
    #expect(ready == [try notices(7), try notices(8, "bob")])
  }

  @Test("the answer fills holes; a change that it does not tell of leaves the lists unexplained")
  func answer() throws {
    var queue = queue(at: 5)
    _ = queue.arrive(try notices(9))
    let asks = queue.asks()
    #expect(asks)
    let ready = queue.answered(try notices(7, "bob", "carol"))
    #expect(ready == [try notices(7, "bob", "carol"), try notices(9)])
    #expect(queue.version == ListVersion(9))
    #expect(queue.isUnexplained)
  }

  @Test("what came while the store was asked may leave a hole that its answer does not know of")
  func newerHole() throws {
    var queue = queue(at: 5)
    _ = queue.arrive(try notices(7))
    let asks = queue.asks()
    #expect(asks)
    // Version 8 was committed after the store had read, and is on its way from another server.
    _ = queue.arrive(try notices(9))
    let ready = queue.answered(try notices(6) + notices(7))
    #expect(ready == [try notices(6), try notices(7)])
    #expect(queue.version == ListVersion(7))
    let asksAgain = queue.asks()
    #expect(asksAgain)
    let late = queue.arrive(try notices(8))
    #expect(late == [try notices(8), try notices(9)])
    #expect(!queue.isUnexplained)
  }

  @Test("an answer that holds more than was asked for is believed as far as it goes")
  func newerAnswer() throws {
    var queue = queue(at: 5)
    queue.hear(of: ListVersion(7))
    _ = queue.asks()
    let ready = queue.answered(try notices(6) + notices(7) + notices(8) + notices(9))
    #expect(ready == [try notices(6), try notices(7), try notices(8), try notices(9)])
    #expect(queue.version == ListVersion(9))
    #expect(!queue.isUnexplained)
  }

  @Test("when the store cannot say nothing is passed over, and it may be asked again")
  func cannotSay() throws {
    var queue = queue(at: 5)
    _ = queue.arrive(try notices(7))
    _ = queue.asks()
    let ready = queue.answered(nil)
    #expect(ready == [])
    #expect(queue.version == ListVersion(5))
    let asksAgain = queue.asks()
    #expect(asksAgain)
  }

  @Test("the account's version alone shows that something is missing")
  func version() throws {
    var queue = queue(at: 5)
    queue.hear(of: ListVersion(5))
    let asks = queue.asks()
    #expect(!asks)
    queue.hear(of: ListVersion(6))
    let asksNow = queue.asks()
    #expect(asksNow)
    let ready = queue.answered([])
    #expect(ready == [])
    #expect(queue.version == ListVersion(6))
    #expect(queue.isUnexplained)
  }

  @Test("before the roster is there everything waits, in order; what the roster holds is dropped")
  func beforeOpen() throws {
    var queue = NoticeQueue()
    for version in [9, 7, 6, 8, 11] as [UInt32] {
      let ready = queue.arrive(try notices(version))
      #expect(ready == [])
    }
    let asks = queue.asks()
    #expect(!asks)
    let ready = queue.open(at: ListVersion(7))
    #expect(ready == [try notices(8), try notices(9)])
    let asksForTen = queue.asks()
    #expect(asksForTen)
  }
}

@Suite("The order of notices and own changes")
struct OwnChangeOrderTests {
  private func notices(_ version: UInt32) throws -> NoticeQueue.Batch {
    [
      Notice(
        account: Stage.alice, version: ListVersion(version),
        news: .reverseRemoved(try Stage.handle("someone\(version)")))
    ]
  }

  private func changing(at version: UInt32) -> NoticeQueue {
    var queue = NoticeQueue()
    _ = queue.open(at: ListVersion(version))
    queue.isChanging = true
    return queue
  }

  @Test("while an own change is under way a hole may be its version: nothing is asked")
  func ownHole() throws {
    var queue = changing(at: 5)
    _ = queue.arrive(try notices(7))
    let asks = queue.asks()
    #expect(!asks)
    #expect(!queue.misses(before: ListVersion(6)))
    let ready = queue.changed(to: ListVersion(6))
    #expect(ready == [try notices(7)])
    #expect(queue.version == ListVersion(7))
  }

  @Test("what comes before the own change is told before its answer, what comes behind it after")
  func missedBefore() throws {
    var queue = changing(at: 5)
    _ = queue.arrive(try notices(9))
    #expect(queue.misses(before: ListVersion(8)))
    let earlier = queue.answered(try notices(6) + notices(7) + notices(9), before: ListVersion(8))
    #expect(earlier == [try notices(6), try notices(7)])
    #expect(queue.version == ListVersion(7))
    #expect(!queue.isUnexplained)
    let later = queue.changed(to: ListVersion(8))
    #expect(later == [try notices(9)])
  }

  @Test("what nobody can say came before the own change leaves it unexplained, unless it came meanwhile")
  func cannotSay() throws {
    var queue = changing(at: 5)
    _ = queue.arrive(try notices(7))
    _ = queue.answered(nil, before: ListVersion(9))
    #expect(queue.isUnexplained)
    var other = changing(at: 5)
    let first = other.arrive(try notices(6))
    let second = other.arrive(try notices(7))
    #expect(first + second == [try notices(6), try notices(7)])
    let earlier = other.answered(nil, before: ListVersion(8))
    #expect(earlier == [])
    #expect(!other.isUnexplained)
  }

  @Test("a version before the own change that no notice explains is noticed")
  func unexplained() throws {
    var queue = changing(at: 5)
    _ = queue.answered(try notices(6), before: ListVersion(8))
    #expect(queue.isUnexplained)
  }

  @Test("an answer that comes during an own change passes nothing over")
  func answerMeanwhile() throws {
    var queue = NoticeQueue()
    _ = queue.open(at: ListVersion(5))
    _ = queue.arrive(try notices(8))
    _ = queue.asks()
    queue.isChanging = true
    let ready = queue.answered(try notices(6) + notices(8))
    #expect(ready == [try notices(6)])
    let later = queue.changed(to: ListVersion(7))
    #expect(later == [try notices(8)])
    #expect(!queue.isUnexplained)
  }

  @Test("a hole behind the own change is asked for once it is made")
  func holeBehind() throws {
    var queue = changing(at: 5)
    _ = queue.arrive(try notices(8))
    let ready = queue.changed(to: ListVersion(6))
    #expect(ready == [])
    let asks = queue.asks()
    #expect(asks)
  }
}

@Suite("Notices of one change")
struct NoticeBatchTests {
  @Test("those of one account and one version stay together, in order")
  func batches() throws {
    let all = try [(1, 5, "a"), (1, 5, "b"), (2, 5, "c"), (2, 6, "d"), (1, 5, "e")].map {
      Notice(
        account: AccountID($0.0), version: ListVersion(UInt32($0.1)), news: .reverseRemoved(try Stage.handle($0.2)))
    }
    #expect(Notice.batches(all) == [[all[0], all[1]], [all[2]], [all[3]], [all[4]]])
    #expect(Notice.batches([Notice]()) == [])
  }
}
