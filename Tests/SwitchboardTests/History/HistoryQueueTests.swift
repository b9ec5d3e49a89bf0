import Testing

@testable import Switchboard

@Suite("The queue of messages for histories")
struct HistoryQueueTests {
  private func numbers(_ batch: [RelayedPayload]?) -> [Int]? { batch?.map(\.number) }

  @Test("batches come in order, one at a time")
  func batches() {
    var bounds = HistoryQueue.Bounds()
    bounds.batch = 2
    var queue = HistoryQueue(bounds)
    #expect(queue.take() == nil)
    for number in 1...3 { #expect(queue.add(.example(number))) }
    #expect(numbers(queue.take()) == [1, 2])
    #expect(queue.take() == nil)
    #expect(queue.count == 3)
    // Two messages, of which one had words in it.
    queue.wrote(1)
    #expect(queue.kept == 1)
    #expect(queue.count == 1)
    #expect(numbers(queue.take()) == [3])
    queue.wrote(1)
    #expect(queue.isEmpty)
    #expect(queue.take() == nil)
  }

  @Test("a failed batch is taken again after a pause that grows up to its limit")
  func failures() {
    var bounds = HistoryQueue.Bounds()
    (bounds.pause, bounds.longestPause) = (100, 500)
    var queue = HistoryQueue(bounds)
    #expect(queue.add(.example(1)))
    var pauses: [Int] = []
    for _ in 1...5 {
      #expect(numbers(queue.take()) == [1])
      pauses.append(queue.failed())
      #expect(queue.isFailing)
      #expect(queue.take() == nil)
      queue.goOn()
    }
    #expect(pauses == [100, 200, 400, 500, 500])
    #expect(numbers(queue.take()) == [1])
    queue.wrote(1)
    #expect(!queue.isFailing)
    #expect(queue.add(.example(2)))
    _ = queue.take()
    #expect(queue.failed() == 100)
  }

  @Test("the pause stays within its limit however often it fails")
  func manyFailures() {
    var queue = HistoryQueue()
    #expect(queue.add(.example(1)))
    var last = 0
    for _ in 1...200 {
      _ = queue.take()
      last = queue.failed()
      queue.goOn()
    }
    #expect(last == 15_000)
  }

  @Test("what does not fit in by number is lost, the newest")
  func boundByNumber() {
    var bounds = HistoryQueue.Bounds()
    bounds.messages = 3
    var queue = HistoryQueue(bounds)
    #expect((1...5).map { queue.add(.example($0)) } == [true, true, true, false, false])
    #expect(queue.lost == 2)
    // Those on their way count until they are written.
    #expect(numbers(queue.take()) == [1, 2, 3])
    #expect(!queue.add(.example(6)))
    queue.wrote(3)
    #expect(queue.add(.example(7)))
    #expect(queue.lost == 3)
    #expect(queue.kept == 3)
  }

  @Test("what does not fit in by bytes is lost, and the bytes come back")
  func boundByBytes() {
    let size = RelayedPayload.example(1).size
    var bounds = HistoryQueue.Bounds()
    bounds.bytes = 2 * size
    var queue = HistoryQueue(bounds)
    for _ in 1...3 {
      #expect((1...3).map { queue.add(.example($0)) } == [true, true, false])
      _ = queue.take()
      queue.wrote(2)
    }
    #expect(queue.lost == 3)
  }

  @Test("giving up loses what waits and what is on its way")
  func givingUp() {
    var bounds = HistoryQueue.Bounds()
    bounds.batch = 1
    var queue = HistoryQueue(bounds)
    for number in 1...3 { #expect(queue.add(.example(number))) }
    _ = queue.take()
    #expect(queue.giveUp() == 3)
    #expect(queue.lost == 3)
    #expect(queue.isEmpty)
  }
}
