import Foundation
import MSNP
import SQLiteStore
import Store
import TestKit
import Testing

@testable import Monarch

/// `monarch history` through the program itself, on a data folder with histories in it.
@Suite struct HistoryCommandTests {
  let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func history(_ arguments: String...) async throws -> Program.Outcome {
    try await monarch(["history"] + arguments + ["--data", folder.data], in: folder)
  }

  private func output(_ lines: String...) -> Program.Outcome {
    Program.Outcome(code: 0, output: lines.map { $0 + "\n" }.joined(), errors: "")
  }

  private func handle(_ name: String) throws -> UserHandle { try #require(UserHandle("\(name)@example.com")) }

  /// Alice, who keeps a history, and Bob, who does not; 18:00:03 UTC on the first of October 2026 and later.
  private func prepare(_ messages: [(text: String, conversation: UInt64, seconds: Int64)]) async throws {
    for name in ["alice", "bob"] { _ = try await folder.user("add", "\(name)@example.com", "secret", "--old-clients") }
    let store = try SQLiteStore(path: DataFolder(path: folder.data).database)
    defer { try? store.close() }
    let people = [try handle("alice"), try handle("bob")]
    let alice = try #require(try await store.member(people[0])).account
    let bob = try #require(try await store.member(people[1])).account
    #expect(try await store.setKeepsHistory(of: alice, true))
    let start: Int64 = 1_790_877_603_000
    let said = try messages.enumerated().map { index, message in
      RelayedMessage(
        conversation: GUID(high: 0, low: message.conversation), number: index + 1,
        time: start + message.seconds * 1_000, sender: people[index % 2],
        senderName: try FriendlyName(index % 2 == 0 ? "Alice" : "Bob B"), text: message.text,
        people: [.init(account: alice, handle: people[0]), .init(account: bob, handle: people[1])])
    }
    try await withCheckedThrowingContinuation { continuation in
      store.keep(said) { continuation.resume(with: $0) }
    }
  }

  @Test func printsConversationsAsTheyWereHeld() async throws {
    try await prepare([
      ("hello", 1, 0), ("two\r\nlines", 1, 1), ("elsewhere", 2, 2), ("and \u{1b}[2J\u{7} back", 1, 3),
      ("the next day", 1, 6 * 3_600),
    ])
    let day = "2026-10-01  alice@example.com, bob@example.com"
    #expect(
      try await history("alice@example.com")
        == output(
          day, "  18:00:03  Alice (alice@example.com): hello", "  18:00:04  Bob B (bob@example.com): two",
          "            lines", "", day, "  18:00:05  Alice (alice@example.com): elsewhere", "", day,
          "  18:00:06  Bob B (bob@example.com): and \u{fffd}[2J\u{fffd} back", "",
          "2026-10-02  alice@example.com, bob@example.com", "  00:00:03  Alice (alice@example.com): the next day"))
  }

  @Test func sinceADayOrAMoment() async throws {
    try await prepare([("hello", 1, 0), ("bye", 1, 6 * 3_600)])
    let bye = output(
      "2026-10-02  alice@example.com, bob@example.com", "  00:00:03  Bob B (bob@example.com): bye")
    #expect(try await history("alice@example.com", "--since", "2026-10-02") == bye)
    #expect(try await history("alice@example.com", "--since", "2026-10-01T18:00:04Z") == bye)
    #expect(try await history("alice@example.com", "--since", "2026-10-01T18:00:03Z").output.contains(": hello\n"))
    #expect(
      try await history("alice@example.com", "--since", "2026-10-03")
        == output("There is nothing in the history of alice@example.com."))
    let wrong = try await history("alice@example.com", "--since", "yesterday")
    #expect(wrong.code == 64)
    #expect(
      wrong.errors.contains(
        "'yesterday' is neither a day such as 2026-10-01 nor a time such as 2026-10-01T18:00:00Z."))
  }

  @Test func printsJSONLinesWhateverTheirNumber() async throws {
    try await prepare((0..<450).map { ("message \($0)", 1, Int64($0)) })
    let outcome = try await history("alice@example.com", "--json")
    let lines = outcome.output.split(separator: "\n")
    #expect(outcome.code == 0 && lines.count == 450)
    #expect(
      lines.first.map(String.init) == #"{"conversation":"00000000-0000-0000-0000-000000000001","name":"Alice","#
        + #""number":1,"people":["alice@example.com","bob@example.com"],"sender":"alice@example.com","#
        + #""text":"message 0","time":1790877603000}"#)
    let read = try lines.map { try JSONDecoder().decode(HistoryLine.self, from: Data($0.utf8)) }
    #expect(read.map(\.text) == (0..<450).map { "message \($0)" })
  }

  @Test func whoKeepsNoneHasNone() async throws {
    try await prepare([("hello", 1, 0)])
    #expect(
      try await history("bob@example.com") == output("There is nothing in the history of bob@example.com."))
    #expect(try await history("bob@example.com", "--json") == Program.Outcome(code: 0, output: "", errors: ""))
    #expect(
      try await history("nobody@example.com")
        == Program.Outcome(
          code: 1, output: "",
          errors: "Error: there is no user nobody@example.com: 'monarch user list --data \(folder.data)' shows those"
            + " there are\n"))
  }
}
