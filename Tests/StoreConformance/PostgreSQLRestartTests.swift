import Foundation
import MSNP
import PostgreSQLStore
import Roster
import Store
import Synchronization
import Testing

/// A cluster of a test's own, which it may stop and kill: `Tests/postgresql.sh`.
private struct PrivateCluster: Sendable {
  private struct Failed: Error {
    let output: String
  }

  private let name = "test-\(UUID().uuidString)"

  private static let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "postgresql.sh").path

  /// Runs the script and answers with its last line.
  @discardableResult
  func run(_ action: String, _ mode: String = "fast") async throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["bash", PrivateCluster.script, action, name, mode]
    // A file: the server would keep a pipe open for as long as it runs.
    let output = FileManager.default.temporaryDirectory.appending(path: "\(name).\(action)")
    try Data().write(to: output)
    defer { try? FileManager.default.removeItem(at: output) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    let status: Int32 = try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    let text = try String(contentsOf: output, encoding: .utf8)
    guard status == 0 else { throw Failed(output: "\(action): \(text)") }
    return text.split(whereSeparator: \.isNewline).last.map { String($0) } ?? ""
  }
}

/// Makes changes for as long as it is let, and keeps what was acknowledged.
private final class Writer: Sendable {
  struct Log {
    var asked = 0
    var acknowledged = 0
    var failures: [StoreFailure] = []
    /// How long the slowest failure took.
    var slowest = Duration.zero
  }

  private let log = Mutex(Log())
  private let store: PostgreSQLStore
  private let account: AccountID

  init(_ store: PostgreSQLStore, _ account: AccountID) {
    self.store = store
    self.account = account
  }

  var state: Log { log.withLock { $0 } }

  /// Stores one number more; false when the store refused.
  @discardableResult
  func write() async -> Bool {
    let number = log.withLock {
      $0.asked += 1
      return $0.asked
    }
    let start = ContinuousClock.now
    do {
      _ = try await store.change(.setProperty(.homePhone, "\(number)"), by: account, limits: ListLimits())
      log.withLock { $0.acknowledged = number }
      return true
    } catch ChangeFailure.unavailable(let failure) {
      log.withLock {
        $0.failures.append(failure)
        $0.slowest = max($0.slowest, .now - start)
      }
    } catch {
      Issue.record(error)
    }
    return false
  }
}

@Suite("PostgreSQL restarts", .enabled(if: TestDatabase.url != nil, TestDatabase.missing))
struct PostgreSQLRestartTests {
  @Test("A crash fails what is under way, loses nothing acknowledged, and is over soon", .timeLimit(.minutes(3)))
  func crash() async throws {
    try await onPrivateCluster { cluster, store, accounts in
      let writers = accounts.map { Writer(store, $0) }
      for round in 1...2 {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for writer in writers {
            group.addTask {
              // A pause between attempts, as clients make; nothing waits for it.
              while !Task.isCancelled {
                if await !writer.write() { try? await Task.sleep(for: .milliseconds(5)) }
              }
            }
          }
          try await until { writers.allSatisfy { $0.state.acknowledged > $0.state.asked / 3 } }
          try await cluster.run("restart", "immediate")
          let back = ContinuousClock.now
          let before = writers.map(\.state.acknowledged)
          try await until { zip(writers, before).allSatisfy { $0.state.acknowledged > $1 } }
          try await until { (try? await store.snapshot(of: accounts[0])) != nil }
          #expect(.now - back < .seconds(2), "round \(round)")
          group.cancelAll()
        }
      }
      for (writer, account) in zip(writers, accounts) {
        let snapshot = try #require(try await store.snapshot(of: account))
        let stored = try #require(snapshot.properties[.homePhone].flatMap { Int($0) })
        #expect((writer.state.acknowledged...writer.state.asked).contains(stored))
        #expect(!writer.state.failures.isEmpty)
        #expect(writer.state.slowest < .seconds(1))
      }
    }
  }

  @Test("While the database is away everything fails at once, with the reason", .timeLimit(.minutes(3)))
  func away() async throws {
    try await onPrivateCluster { cluster, store, accounts in
      let writer = Writer(store, accounts[0])
      #expect(await writer.write())
      try await cluster.run("pause")
      // The first may still find the connection that the server has just closed.
      for _ in 0..<20 { #expect(await !writer.write()) }
      #expect(writer.state.slowest < .milliseconds(500))
      let reason = try #require(writer.state.failures.last).description
      #expect(reason.contains("connection to"), "\(reason)")
      #expect(!reason.contains("monarch:"))
      await #expect(throws: StoreFailure.self) { try await store.snapshot(of: accounts[0]) }
      await #expect(throws: StoreFailure.self) { try await store.sessionRoster(of: accounts[0]) }
      try await cluster.run("continue")
      let back = ContinuousClock.now
      try await until { await writer.write() }
      try await until { (try? await store.snapshot(of: accounts[0])) != nil }
      #expect(.now - back < .seconds(2))
      #expect(try await store.snapshot(of: accounts[0])?.properties[.homePhone] == "\(writer.state.acknowledged)")
    }
  }

  /// Runs `body` with a store on a cluster that nobody else uses.
  private func onPrivateCluster(
    _ body: @Sendable (PrivateCluster, PostgreSQLStore, [AccountID]) async throws -> Void
  ) async throws {
    let cluster = PrivateCluster()
    do {
      let url = try await cluster.run("start")
      try PostgreSQLStore.migrate(url: url)
      let store = try PostgreSQLStore(url: url, connections: 4)
      let handles = try (0..<8).map { try UserHandle.named("user\($0)") }
      let made = try await store.create(
        handles.map { NewAccount(handle: $0, name: FriendlyName($0), passwordHash: "hash") })
      try await body(cluster, store, made.values.sorted())
      await store.close()
    } catch {
      _ = try? await cluster.run("stop", "immediate")
      throw error
    }
    try await cluster.run("stop", "immediate")
  }

  /// Returns once the condition holds; the test's time limit ends a wait in vain.
  private func until(_ condition: () async -> Bool) async throws {
    while await !condition() { try await Task.sleep(for: .milliseconds(2)) }
  }
}
