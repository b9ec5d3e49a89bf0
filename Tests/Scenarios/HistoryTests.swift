import Foundation
import MSNP
import Roster
import SQLiteStore
import Store
import TestKit
import Testing

/// `monarch dev` keeps the histories of those who want one.
@Suite struct HistoryTests {
  /// Alice keeps a history, bob does not.
  private static let plan = FixturePlan("history") { writer in
    try await ReferenceAccounts.write(writer)
    let alice = try await writer.store.account(try writer.handle("alice@example.com"))
    guard let alice, try await writer.store.setKeepsHistory(of: alice.account, true) else {
      throw PlayFailure(description: "alice keeps no history")
    }
  }

  /// Also what was said just before the service went down.
  @Test func whatIsSaidIsInTheHistoryOfWhoKeepsOne() async throws {
    let copy = FileManager.default.temporaryDirectory.path + "/monarch-history-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: copy) }
    let fixture = try await HistoryTests.plan.fixture
    try await onDevServer(fixture) { server in
      let ringing = try Ringing(on: server)
      let answer = try ScriptedClient.answering("bob", ringing.bob, on: server)
      try ringing.talk.expect("JOI bob@example.com Bob")
      for number in 1...20 {
        let (from, to) = number % 2 == 1 ? (ringing.talk, answer) : (answer, ringing.talk)
        try HistoryTests.send("text/x-msmsgscontrol", "", from, to)
        try HistoryTests.send("text/plain; charset=UTF-8", "gr\u{fc}n \(number)", from, to)
      }
      #expect(try server.stop() == .exited(0))
      try FileManager.default.copyItem(atPath: server.directory, toPath: copy)
    }
    let store = try SQLiteStore(path: copy + "/monarch.sqlite")
    var histories: [String: [KeptMessage]] = [:]
    for name in ["alice", "bob"] {
      let handle = try #require(UserHandle("\(name)@example.com"))
      let account = try #require(try await store.account(handle)).account
      histories[name] = try await store.history(of: account, since: 0, after: nil, limit: 100)
    }
    try store.close()
    let kept = histories["alice"] ?? []
    #expect(kept.map(\.text) == (1...20).map { "gr\u{fc}n \($0)" })
    #expect(kept.map(\.number) == Array(1...20))
    #expect(Set(kept.map(\.conversation)).count == 1)
    #expect(kept.prefix(2).map(\.sender.text) == ["alice@example.com", "bob@example.com"])
    #expect(kept.allSatisfy { $0.people.map(\.text) == ["alice@example.com", "bob@example.com"] })
    #expect(histories["bob"] == [])
  }

  private static func send(_ type: String, _ text: String, _ from: ScriptedClient, _ to: ScriptedClient) throws {
    let payload = Array("MIME-Version: 1.0\r\nContent-Type: \(type)\r\n\r\n\(text)".utf8)
    try from.send("MSG 9 A \(payload.count)", payload: payload)
    try from.expect("ACK 9")
    #expect(try to.nextLine(waitingFor: "the message").payload == payload)
  }
}
