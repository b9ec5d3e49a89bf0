import Dispatch
import Logging
import Store
import Testing

@testable import Switchboard

@Suite("Writing histories", .timeLimit(.minutes(5)))
struct HistoryRecorderTests {
  private let lines = LinesOfLog.Lines()

  private func recorder(_ sink: FakeSink, messages: Int = 100, batch: Int = 10) -> HistoryRecorder {
    var bounds = HistoryQueue.Bounds()
    (bounds.messages, bounds.batch, bounds.pause, bounds.longestPause) = (messages, batch, 1, 4)
    return HistoryRecorder(
      sink, bounds: bounds, tellingPause: .seconds(3600), clock: { 0 },
      logger: Logger(label: "test") { [lines] _ in LinesOfLog(lines: lines) })
  }

  private func wait(until condition: () -> Bool) async {
    while !condition() { await FakeSink.letOthersWork() }
  }

  private func counts(_ recorder: HistoryRecorder) -> String {
    "kept \(recorder.kept), lost \(recorder.lost), waiting \(recorder.waiting)"
  }

  /// How many losses the log tells of.
  private var toldLosses: Int {
    lines.all.reduce(0) { $0 + (Int("\($1.metadata["lost"] ?? "0")") ?? 0) }
  }

  @Test("all is written once and in order, and what is no text is not")
  func writing() async {
    let sink = FakeSink()
    let recorder = recorder(sink)
    for number in 1...50 {
      recorder.record(.example(2 * number, "text \(number)"))
      recorder.record(.example(2 * number + 1, type: "text/x-msmsgscontrol"))
      // The writer is to catch up here and there, so that batches are of many sizes.
      if number % 7 == 0 { await wait { recorder.waiting == 0 } }
    }
    await recorder.finish(within: .seconds(30))
    #expect(sink.written.map(\.text) == (1...50).map { "text \($0)" })
    #expect(sink.written.map(\.number) == (1...50).map { 2 * $0 })
    #expect(counts(recorder) == "kept 50, lost 0, waiting 0")
  }

  @Test("a store that fails gets the batch again until it takes it, once")
  func failing() async {
    let sink = FakeSink(mood: .fails)
    let recorder = recorder(sink)
    for number in 1...30 { recorder.record(.example(number)) }
    await wait { sink.calls.count >= 5 }
    #expect(recorder.waiting == 30)
    sink.mood = .works
    await wait { recorder.waiting == 0 }
    #expect(sink.written.map(\.number) == Array(1...30))
    #expect(counts(recorder) == "kept 30, lost 0, waiting 0")
    #expect(lines.all.map(\.text) == ["histories cannot be written: messages wait", "histories are written again"])
  }

  @Test("while a store says nothing the queue fills; what comes then is lost, counted and told of")
  func silent() async {
    let sink = FakeSink(mood: .silent)
    let recorder = recorder(sink, messages: 10, batch: 4)
    for number in 1...15 { recorder.record(.example(number)) }
    #expect(counts(recorder) == "kept 0, lost 5, waiting 10")
    await wait { sink.calls.count == 1 }
    recorder.record(.example(16))
    await wait { !lines.all.isEmpty }
    sink.answerAll(with: .works)
    await wait { recorder.waiting == 0 }
    #expect(sink.written.map(\.number) == Array(1...10))
    #expect(counts(recorder) == "kept 10, lost 6, waiting 0")
    // The first line at once, the next after the pause, or at the end.
    #expect(lines.all.count == 1)
    await recorder.finish(within: .seconds(1))
    #expect(toldLosses == 6)
  }

  @Test("at the end what waits is written, without waiting for the pause after a failure")
  func finishing() async {
    let sink = FakeSink(mood: .fails)
    var bounds = HistoryQueue.Bounds()
    (bounds.pause, bounds.longestPause) = (3_600_000, 3_600_000)
    let recorder = HistoryRecorder(
      sink, bounds: bounds, clock: { 0 }, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    recorder.record(.example(1))
    await wait { sink.calls.count == 1 }
    recorder.record(.example(2))
    sink.mood = .works
    await recorder.finish(within: .seconds(30))
    #expect(sink.written.map(\.number) == [1, 2])
    #expect(counts(recorder) == "kept 2, lost 0, waiting 0")
  }

  @Test("at the end what cannot be written is counted and told of; a late answer changes nothing")
  func givingUp() async {
    let sink = FakeSink(mood: .silent)
    let recorder = recorder(sink)
    for number in 1...3 { recorder.record(.example(number)) }
    await wait { sink.calls.count == 1 }
    await recorder.finish(within: .milliseconds(20))
    #expect(counts(recorder) == "kept 0, lost 3, waiting 0")
    #expect(toldLosses == 3)
    sink.answerAll(with: .works)
    recorder.record(.example(4))
    #expect(counts(recorder) == "kept 0, lost 4, waiting 0")
    await recorder.finish(within: .milliseconds(20))
    #expect(toldLosses == 4)
  }
}
