import MSNP
import PostgreSQLStore
import Roster
import Store
import Synchronization
import TestKit
import Testing

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
  /// What fails at once fails well before this; what waits for a connection to come back fails after 5 seconds. A server
  /// that is killed while the disk writes takes its connections with it only when the disk is done.
  private static let waitedFor = Duration.seconds(3)

  @Test("A crash fails what is under way, loses nothing acknowledged, and is over soon", .timeLimit(.minutes(3)))
  func crash() async throws {
    try await onPrivateServer { server, store, accounts in
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
          try await onThread { try server.crash() }
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
        #expect(writer.state.slowest < Self.waitedFor)
      }
    }
  }

  @Test("While the database is away everything fails at once, with the reason", .timeLimit(.minutes(3)))
  func away() async throws {
    try await onPrivateServer { server, store, accounts in
      let writer = Writer(store, accounts[0])
      #expect(await writer.write())
      try await onThread { try server.goAway() }
      // The first may still find the connection that the server has just closed.
      for _ in 0..<20 { #expect(await !writer.write()) }
      #expect(writer.state.slowest < Self.waitedFor)
      let reason = try #require(writer.state.failures.last).description
      #expect(reason.contains("connection to"), "\(reason)")
      #expect(!reason.contains("monarch:"))
      await #expect(throws: StoreFailure.self) { try await store.snapshot(of: accounts[0]) }
      await #expect(throws: StoreFailure.self) { try await store.sessionRoster(of: accounts[0]) }
      try await onThread { try server.comeBack() }
      let back = ContinuousClock.now
      try await until { await writer.write() }
      try await until { (try? await store.snapshot(of: accounts[0])) != nil }
      #expect(.now - back < .seconds(2))
      #expect(try await store.snapshot(of: accounts[0])?.properties[.homePhone] == "\(writer.state.acknowledged)")
    }
  }

  /// Runs `body` with a store on a server that nobody else uses.
  private func onPrivateServer(
    _ body: @Sendable (PrivateDatabaseServer, PostgreSQLStore, [AccountID]) async throws -> Void
  ) async throws {
    let server = try await onThread { try PrivateDatabaseServer() }
    let store = try await onThread {
      try PostgreSQLStore.migrate(url: server.url)
      return try PostgreSQLStore(url: server.url, connections: 4)
    }
    let handles = try (0..<8).map { try UserHandle.named("user\($0)") }
    let made = try await store.create(
      handles.map { NewAccount(handle: $0, name: FriendlyName($0), passwordHash: "hash") })
    try await body(server, store, made.values.sorted())
    await store.close()
  }

  /// Returns once the condition holds; the test's time limit ends a wait in vain.
  private func until(_ condition: () async -> Bool) async throws {
    while await !condition() { try await Task.sleep(for: .milliseconds(2)) }
  }
}
