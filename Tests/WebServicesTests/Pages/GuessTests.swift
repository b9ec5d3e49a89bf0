import MSNP
import Roster
import ServerKit
import Store
import TestKit
import Testing

@testable import WebServices

/// Passwords that are tried on the page for signing in, thousands of them.
struct GuessTests {
  private static let owner = "198.51.100.7"

  /// Sends guesses over some connections that stay open, each with a cookie and a token that are good.
  private static func guess(
    _ count: Int, at stage: PageStage, over connections: Int, from address: @escaping @Sendable (Int) -> String
  ) throws -> [String: Int] {
    let counts = try onThreads(connections) { connection -> [String: Int] in
      let visitor = stage.visitor(from: address(connection))
      try visitor.open("/signin")
      let token = visitor.page.forms.first?.fields.first { $0.name == "token" }?.value ?? ""
      let client = try WebClient(to: stage.address, limit: .seconds(60))
      var counts: [String: Int] = [:]
      for number in 0..<(count / connections) {
        let body = "token=\(token)&email=alice%40example.com&password=guess\(number)"
        try client.send(
          "POST /signin HTTP/1.1\r\nHost: messenger.example.org\r\nCookie: monarch=\(visitor.cookies["monarch"] ?? "")\r\n"
            + "X-Forwarded-For: \(address(number * connections + connection))\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        counts[try client.answer().statusLine, default: 0] += 1
      }
      return counts
    }
    return counts.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
  }

  /// Twenty are looked at in the first hour, and no more: then the account is closed to addresses that it does not know.
  @Test func fiveThousandGuessesFromManyAddressesAreHardlyLookedAt() async throws {
    try await withPages(trusted: try #require(AddressBlocks("127.0.0.1"))) { stage in
      try await stage.account("alice")
      try await onThread {
        _ = try stage.signedIn("alice", from: GuessTests.owner)
        let before = stage.passwordsJudged
        let began = ContinuousClock.now
        let counts = try GuessTests.guess(5_000, at: stage, over: 4) {
          "10.\($0 / 65_536).\($0 / 256 % 256).\($0 % 256)"
        }
        #expect(counts.values.reduce(0, +) == 5_000)
        #expect(Set(counts.keys) == ["HTTP/1.1 422 Unprocessable Entity", "HTTP/1.1 429 Too Many Requests"])
        let judged = stage.passwordsJudged - before
        #expect(counts["HTTP/1.1 422 Unprocessable Entity"] == judged)
        // Four at once, then 2, 4, 8, 15, 15, ... seconds apart.
        #expect(judged >= 4 && judged <= 4 + Int(ContinuousClock.now - began, in: 2))
        // Strangers are kept out with the right password too; the owner is not.
        let stranger = stage.visitor(from: "203.0.113.1")
        try stranger.open("/signin")
        try stranger.submit("/signin", ["E-mail address": "alice@example.com", "Password": "password"])
        #expect(stranger.answer.statusLine == "HTTP/1.1 429 Too Many Requests")
        #expect(stranger.page.problems == ["Too many wrong passwords lately. Wait a while, then try again."])
        _ = try stage.signedIn("alice", from: GuessTests.owner)
      }
    }
  }

  @Test func fiveThousandGuessesFromOneAddressAreHardlyLookedAt() async throws {
    try await withPages(trusted: try #require(AddressBlocks("127.0.0.1"))) { stage in
      try await stage.account("alice")
      try await stage.account("bob")
      try await onThread {
        _ = try stage.signedIn("alice", from: GuessTests.owner)
        let before = stage.passwordsJudged
        let began = ContinuousClock.now
        let counts = try GuessTests.guess(5_000, at: stage, over: 4) { _ in "203.0.113.66" }
        #expect(counts.values.reduce(0, +) == 5_000)
        let judged = stage.passwordsJudged - before
        #expect(judged >= 4 && judged <= 4 + Int(ContinuousClock.now - began, in: 2))
        // The address is kept from every account.
        let guesser = stage.visitor(from: "203.0.113.66")
        try guesser.open("/signin")
        try guesser.submit("/signin", ["E-mail address": "bob@example.com", "Password": "password"])
        #expect(guesser.answer.statusLine == "HTTP/1.1 429 Too Many Requests")
        _ = try stage.signedIn("alice", from: GuessTests.owner)
        _ = try stage.signedIn("bob", from: "203.0.113.2")
      }
    }
  }

  /// Whoever finds a page signed in cannot try passwords there without end.
  @Test func guessesOnTheAccountsOwnPagesCountToo() async throws {
    try await withPages(trusted: try #require(AddressBlocks("127.0.0.1"))) { stage in
      try await stage.account("alice")
      try await onThread {
        let alice = try stage.signedIn("alice", from: GuessTests.owner)
        var answers: [String] = []
        for _ in 0..<6 {
          try alice.open("/account/old-clients")
          try alice.submit("/account/old-clients", ["Password of your account": "guess"])
          answers += alice.page.problems
        }
        let wrong = "That is not the password of your account: type the one with which you sign in here."
        let tooMany = "Too many wrong passwords lately. Wait a while, then try again."
        #expect(answers.prefix(4) == [wrong, wrong, wrong, wrong])
        #expect(answers.last == tooMany)
      }
    }
  }
}

extension Int {
  /// So many times does a span hold so many seconds, rounded up.
  fileprivate init(_ span: Duration, in seconds: Int64) { self = Int(span.components.seconds / seconds) + 1 }
}
