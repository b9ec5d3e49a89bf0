import Credentials
import Logging
import MSNP
import NIOCore
import NIOEmbedded
import Roster
import Store
import Testing

@testable import Switchboard

@Suite("A switchboard and histories", .timeLimit(.minutes(5)))
struct SwitchboardHistoryTests {
  private static let head = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n"
  private static let typing =
    "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgscontrol\r\nTypingUser: alice@example.com\r\n\r\n\r\n"
  private static let (alice, bob, carol) = (AccountID(1), AccountID(2), AccountID(3))

  private let sink: FakeSink
  private let recorder: HistoryRecorder
  private let stage: SwitchboardStage

  init() {
    sink = FakeSink(keepers: [Self.alice])
    recorder = HistoryRecorder(
      sink, clock: { 1_726_321_960_123 }, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    stage = SwitchboardStage(recorder: recorder)
  }

  private func wait(until condition: () -> Bool) async {
    while !condition() {
      await stage.loop.run()
      await FakeSink.letOthersWork()
    }
  }

  /// Waits until the switchboard knows of everybody who is there whether they keep a history.
  private func waitUntilKnown(_ keepers: [AccountID], among accounts: [AccountID]) async throws {
    var known: [AccountID] = []
    repeat {
      await stage.loop.run()
      await FakeSink.letOthersWork()
      known = try await stage.loop.executeInContext { [stage] in
        accounts.filter { stage.server.state.keepers.mayKeep($0) }
      }
    } while known != keepers
  }

  private func say(_ text: String, _ channel: NIOAsyncTestingChannel) async throws {
    try await send(Self.head + text, channel)
  }

  private func send(_ payload: String, _ channel: NIOAsyncTestingChannel) async throws {
    try await stage.says(channel, "MSG 5 N \(payload.utf8.count)\r\n\(payload)")
  }

  private func handle(_ name: String) throws -> UserHandle { try #require(UserHandle("\(name)@example.com")) }

  @Test("texts that were relayed are kept with who was there, in order, under one number of the conversation")
  func keeping() async throws {
    let alice = try await stage.alice(.msnp7)
    try await say("to nobody", alice)
    #expect(try await stage.heard(alice) == "NAK 5\r\n")
    let bob = try await stage.joins("bob", .msnp7, by: alice)
    try await say("one", alice)
    try await send(Self.typing, alice)
    try await say("two", bob)
    _ = try await stage.heard(alice)
    let carol = try await stage.joins("carol", .msnp7, by: alice)
    try await say("three", carol)
    try await stage.says(bob, "OUT\r\n")
    try await say("four", alice)
    await wait { sink.written.count == 4 }
    let written = sink.written
    #expect(written.map(\.text) == ["one", "two", "three", "four"])
    #expect(written.map(\.number) == [1, 2, 3, 4])
    #expect(Set(written.map(\.conversation)).count == 1)
    #expect(written.map(\.sender.text) == ["alice", "bob", "carol", "alice"].map { "\($0)@example.com" })
    #expect(written.map(\.senderName.text) == ["Alice", "Bob", "Carol", "Alice"])
    #expect(written.allSatisfy { $0.time == 1_726_321_960_123 })
    #expect(written[2].people.map(\.account) == [Self.alice, Self.bob, Self.carol])
    #expect(written[3].people.map(\.handle) == [try handle("alice"), try handle("carol")])
    withExtendedLifetime(carol) {}
  }

  @Test("when nobody keeps a history nothing is handed on")
  func nobody() async throws {
    sink.keepers = []
    let alice = try await stage.alice(.msnp7)
    let bob = try await stage.joins("bob", .msnp7, by: alice)
    try await waitUntilKnown([], among: [Self.alice, Self.bob])
    for number in 1...5 { try await say("\(number)", alice) }
    #expect(recorder.waiting == 0)
    await recorder.finish(within: .seconds(1))
    #expect(sink.calls == [])
    withExtendedLifetime(bob) {}
  }

  @Test("a keeper elsewhere does not make other conversations be kept")
  func elsewhere() async throws {
    let alice = try await stage.alice(.msnp7)
    let bob = try await stage.connects()
    try await stage.says(bob, "USR 1 bob@example.com \(try stage.ticket("bob", .msnp7, .open))\r\n")
    let session = try #require(SessionID(102))
    try await stage.says(bob, "CAL 2 carol@example.com\r\n")
    let carol = try await stage.connects()
    try await stage.says(
      carol, "ANS 1 carol@example.com \(try stage.ticket("carol", .msnp7, .answer(session))) 102\r\n")
    try await waitUntilKnown([Self.alice], among: [Self.alice, Self.bob, Self.carol])
    try await say("between us", bob)
    #expect(recorder.waiting == 0)
    await recorder.finish(within: .seconds(1))
    #expect(sink.calls == [])
    withExtendedLifetime(alice) {}
  }

  @Test("a history that is switched on is kept from the next question on, and asked about in one batch")
  func switchingOn() async throws {
    sink.keepers = []
    let alice = try await stage.alice(.msnp7)
    let bob = try await stage.joins("bob", .msnp7, by: alice)
    try await waitUntilKnown([], among: [Self.alice, Self.bob])
    try await say("before", alice)
    sink.keepers = [Self.bob]
    await stage.loop.advanceTime(by: .seconds(30))
    await wait { sink.asked.last == [Self.alice, Self.bob] }
    try await waitUntilKnown([Self.bob], among: [Self.alice, Self.bob])
    try await say("after", alice)
    await wait { recorder.kept == 1 }
    #expect(sink.written.map(\.text) == ["after"])
    withExtendedLifetime(bob) {}
  }

  @Test("a store that never answers delays no message and no acknowledgement, and takes all when it comes back")
  func silence() async throws {
    sink.mood = .silent
    let alice = try await stage.alice(.msnp7)
    let bob = try await stage.joins("bob", .msnp7, by: alice)
    _ = try await stage.heard(bob)
    _ = try await stage.heard(alice)
    var expected = ""
    for number in 1...100 {
      let payload = Self.head + "message \(number)"
      try await stage.says(alice, "MSG \(number) A \(payload.utf8.count)\r\n\(payload)")
      expected += "MSG alice@example.com Alice \(payload.utf8.count)\r\n\(payload)"
      #expect(try await stage.heard(alice) == "ACK \(number)\r\n")
    }
    #expect(try await stage.heard(bob) == expected)
    #expect(recorder.waiting == 100)
    #expect(recorder.lost == 0)
    #expect(sink.written.isEmpty)
    sink.answerAll(with: .works)
    await wait { recorder.waiting == 0 }
    #expect(sink.written.map(\.text) == (1...100).map { "message \($0)" })
    #expect(recorder.kept == 100)
  }

  @Test("a conversation that begins anew is another one")
  func anew() async throws {
    for round in 1...2 {
      let stage = stage
      let alice = try await stage.connects()
      try await stage.says(alice, "USR 1 alice@example.com \(try stage.ticket("alice", .msnp7, .open))\r\n")
      try await stage.says(alice, "CAL 2 bob@example.com\r\n")
      let session = try #require(SessionID(UInt32(100 + round)))
      let bob = try await stage.connects()
      let ticket = try stage.ticket("bob", .msnp7, .answer(session))
      try await stage.says(bob, "ANS 1 bob@example.com \(ticket) \(100 + round)\r\n")
      try await say("round \(round)", bob)
      try await stage.says(bob, "OUT\r\n")
      try await stage.says(alice, "OUT\r\n")
    }
    await wait { sink.written.count == 2 }
    #expect(sink.written.map(\.number) == [1, 1])
    #expect(Set(sink.written.map(\.conversation)).count == 2)
    // Nobody is there any more whom the switchboard would ask about.
    let isForgotten = try await stage.loop.executeInContext { [stage] in !stage.server.state.keepers.hasCandidates }
    #expect(isForgotten)
  }
}
