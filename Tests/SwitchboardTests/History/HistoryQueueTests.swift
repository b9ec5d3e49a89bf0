import Testing

@testable import Switchboard

@Suite("The queue of messages for histories")
struct HistoryQueueTests {
  private func taken(_ queue: inout HistoryQueue) -> [Int]? { queue.take()?.map(\.number) }

  private func add(_ numbers: ClosedRange<Int>, to queue: inout HistoryQueue) -> [Bool] {
    numbers.map { queue.add(.example($0)) }
  }

  @Test("batches come in order, one at a time")
  func batches() {
    var bounds = HistoryQueue.Bounds()
    bounds.batch = 2
    var queue = HistoryQueue(bounds)
    #expect(taken(&queue) == nil)
    #expect(add(1...3, to: &queue) == [true, true, true])
    #expect(taken(&queue) == [1, 2])
    #expect(taken(&queue) == nil)
    #expect(queue.count == 3)
    // Two messages, of which one had words in it.
    queue.wrote(1)
    #expect(queue.kept == 1)
    #expect(queue.count == 1)
    #expect(taken(&queue) == [3])
    queue.wrote(1)
    #expect(queue.isEmpty)
    #expect(taken(&queue) == nil)
  }

  @Test("a failed batch is taken again after a pause that grows up to its limit")
  func failures() {
    var bounds = HistoryQueue.Bounds()
    (bounds.pause, bounds.longestPause) = (100, 500)
    var queue = HistoryQueue(bounds)
    #expect(add(1...1, to: &queue) == [true])
    var pauses: [Int] = []
    for _ in 1...5 {
      #expect(taken(&queue) == [1])
      pauses.append(queue.failed())
      #expect(queue.isFailing)
      #expect(taken(&queue) == nil)
      queue.goOn()
    }
    #expect(pauses == [100, 200, 400, 500, 500])
    #expect(taken(&queue) == [1])
    queue.wrote(1)
    #expect(!queue.isFailing)
    #expect(add(2...2, to: &queue) == [true])
    _ = queue.take()
    let pause = queue.failed()
    #expect(pause == 100)
  }

  @Test("the pause stays within its limit however often it fails")
  func manyFailures() {
    var queue = HistoryQueue()
    #expect(add(1...1, to: &queue) == [true])
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
    #expect(add(1...5, to: &queue) == [true, true, true, false, false])
    #expect(queue.lost == 2)
    // Those on their way count until they are written.
    #expect(taken(&queue) == [1, 2, 3])
    #expect(add(6...6, to: &queue) == [false])
    queue.wrote(3)
    #expect(add(7...7, to: &queue) == [true])
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
      #expect(add(1...3, to: &queue) == [true, true, false])
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
    #expect(add(1...3, to: &queue) == [true, true, true])
    _ = queue.take()
    let lost = queue.giveUp()
    #expect(lost == 3)
    #expect(queue.lost == 3)
    #expect(queue.isEmpty)
  }
}
