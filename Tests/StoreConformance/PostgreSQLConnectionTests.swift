import MSNP
import Roster
import Store
import Synchronization
import Testing

@testable import PostgreSQL
@testable import PostgreSQLStore

@Suite("PostgreSQL connections", .enabled(if: TestDatabase.url != nil, TestDatabase.missing))
struct PostgreSQLConnectionTests {
  private let folder: TemporaryFolder
  private let url: String

  init() throws {
    folder = try TemporaryFolder()
    url = try TestDatabase.url(for: folder.url)
  }

  private static let echo = Statement("test echo", "SELECT $1::text")
  private static let divide = Statement("test divide", "SELECT 1 / $1::integer")
  private static let misspelt = Statement("test misspelt", "SELCT 1")

  @Test("An error hurts its own request only, and answers come in the order of the requests")
  func errors() async throws {
    let connections = try ConnectionSet(url, shared: 1, leased: 1)
    let answers = Mutex<[String]>([])
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      for number in 0..<300 {
        let query =
          switch number % 3 {
          case 0: Query(Self.echo, [.text("\(number)")])
          case 1: Query(Self.divide, [.integer(0)])
          default: Query(Self.misspelt)
          }
        connections.request([query]) { result in
          let answer = Result { try result.get()[0][0].text(0) }
          let count = answers.withLock {
            $0.append((try? answer.get()) ?? "\(result)")
            return $0.count
          }
          if count == 300 { continuation.resume() }
        }
      }
    }
    let zero = Result<[QueryResult], StoreFailure>.failure(StoreFailure("division by zero (SQLSTATE 22012)"))
    let syntax = Result<[QueryResult], StoreFailure>.failure(
      StoreFailure("syntax error at or near \"SELCT\" (SQLSTATE 42601)"))
    for (number, answer) in answers.withLock({ $0 }).enumerated() where number.isMultiple(of: 3) {
      #expect(answer == "\(number)")
    }
    #expect(answers.withLock { $0.count { $0 == "\(zero)" } } == 100)
    // The statement was sent to be prepared once; requests sent behind it before it failed find it missing.
    #expect(answers.withLock { $0.contains("\(syntax)") })
    await #expect(throws: StoreFailure("syntax error at or near \"SELCT\" (SQLSTATE 42601)")) {
      try await connections.request([Query(Self.misspelt)])
    }
  }

  @Test("A request of several statements is one transaction")
  func together() async throws {
    let connections = try ConnectionSet(url, shared: 1, leased: 1)
    let insert = Statement("test step", "INSERT INTO schema_step VALUES ($1::integer, 'x', 0) RETURNING number")
    await #expect(throws: StoreFailure("division by zero (SQLSTATE 22012)")) {
      try await connections.request([Query(insert, [.integer(-1)]), Query(Self.divide, [.integer(0)])])
    }
    let results = try await connections.request([
      Query(insert, [.integer(-1)]), Query(Self.echo, [.text("x")]),
    ])
    #expect(try results.map { try $0[0].text(0) } == ["-1", "x"])
  }

  @Test(
    "Texts come back as they went", arguments: ["", "a b", "Zoë 🐈", "\"{}\\,", "NULL", "'; DROP TABLE account; --"])
  func texts(text: String) async throws {
    let connections = try ConnectionSet(url, shared: 1, leased: 1)
    let array = Statement("test array", "SELECT ($1::text[])[2], array_length($1::text[], 1), ($1::text[])[1]")
    let results = try await connections.request([
      Query(Self.echo, [.text(text)]), Query(array, [.texts([nil, text, "x"])]), Query(Self.echo, [.null]),
    ])
    #expect(try results[0][0].text(0) == text)
    #expect(try results[1][0].text(0) == text)
    #expect(try results[1][0].integer(1) == 3)
    #expect(results[1][0].optionalText(2) == nil)
    #expect(results[2][0].optionalText(0) == nil)
  }

  @Test("Bytes come back as they went")
  func bytes() async throws {
    let connections = try ConnectionSet(url, shared: 1, leased: 1)
    let all = (0...255).map { UInt8($0) }
    let bytes = Statement("test bytes", "SELECT $1::bytea, ($2::bytea[])[1], ($2::bytea[])[2]")
    let row = try await connections.request([Query(bytes, [.bytes(all), .byteStrings([all, nil])])])[0][0]
    #expect(try row.bytes(0) == all)
    #expect(try row.bytes(1) == all)
    #expect(try row.bytes(2) == nil)
  }

  @Test("A text with a NUL is refused, never cut")
  func nul() async throws {
    let connections = try ConnectionSet(url, shared: 1, leased: 1)
    await #expect(throws: StoreFailure("the database keeps no text with a NUL in it")) {
      try await connections.request([Query(Self.echo, [.text("a\0b")])])
    }
    #expect(try await connections.request([Query(Self.echo, [.text("a")])])[0][0].text(0) == "a")
  }

  @Test("Commits wait for the disk, and nothing waits for ever")
  func settings() async throws {
    let connections = try ConnectionSet(url, shared: 1, leased: 1)
    let settings = Statement(
      "test settings",
      """
      SELECT current_setting('synchronous_commit'), current_setting('fsync'), current_setting('statement_timeout'),
        current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout'),
        current_setting('application_name')
      """)
    let row = try await connections.request([Query(settings)])[0][0]
    #expect(try (0..<6).map { try row.text($0) } == ["on", "on", "5s", "3s", "5s", "monarch"])
  }

  @Test("What signing in reads is one round trip each, a change two")
  func roundTrips() async throws {
    let store = try PostgreSQLStore(url: url, connections: 2)
    let alice = try UserHandle.named("alice")
    let made = try await store.create([NewAccount(handle: alice, name: FriendlyName(alice), passwordHash: "hash")])
    let account = try #require(made[alice])
    func cost(_ work: () async throws -> Void) async throws -> Int {
      let before = store.roundTrips
      try await work()
      return store.roundTrips - before
    }
    #expect(try await cost { _ = try await store.credentials(of: alice) } == 1)
    #expect(try await cost { _ = try await store.sessionRoster(of: account) } == 1)
    #expect(try await cost { _ = try await store.snapshot(of: account) } == 1)
    let change = RosterChange.add(.forward, alice, FriendlyName(alice), group: nil)
    #expect(try await cost { _ = try await store.change(change, by: account, limits: ListLimits()) } == 2)
  }

  @Test("A row that somebody else holds delays a change to it for so long and no longer")
  func locked() async throws {
    let store = try PostgreSQLStore(url: url, connections: 3)
    let (alice, bob) = (try UserHandle.named("alice"), try UserHandle.named("bob"))
    let made = try await store.create(
      [alice, bob].map { NewAccount(handle: $0, name: FriendlyName($0), passwordHash: "hash") })
    let (first, second) = (try #require(made[alice]), try #require(made[bob]))
    let other = try DatabaseSession(DatabaseURL(url))
    try other.run("BEGIN")
    try other.run("SELECT 1 FROM account WHERE id = $1::bigint FOR UPDATE", [.account(first)])
    await #expect(
      throws: ChangeFailure.unavailable(StoreFailure("canceling statement due to lock timeout (SQLSTATE 55P03)"))
    ) {
      try await store.change(.setPrivacyMode(.block), by: first, limits: ListLimits())
    }
    // Others' changes and all reads go on meanwhile.
    #expect(
      try await store.change(.setPrivacyMode(.block), by: second, limits: ListLimits()).version == ListVersion(2))
    #expect(try await store.snapshot(of: first)?.version == ListVersion(1))
    try other.run("COMMIT")
    #expect(
      try await store.change(.setPrivacyMode(.block), by: first, limits: ListLimits()).version == ListVersion(2))
  }

  @Test("Closing waits for what was asked before; afterwards everything fails")
  func closed() async throws {
    let store = try PostgreSQLStore(url: url, connections: 2)
    let alice = try UserHandle.named("alice")
    let made = try await store.create([NewAccount(handle: alice, name: FriendlyName(alice), passwordHash: "hash")])
    let account = try #require(made[alice])
    let versions = Mutex<[UInt32]>([])
    for number in 0..<30 {
      store.change(.setProperty(.homePhone, "\(number)"), by: account, limits: ListLimits()) { result in
        versions.withLock { $0.append((try? result.get().version.rawValue) ?? 0) }
      }
    }
    await store.close()
    #expect(versions.withLock { $0 } == Array(2...31))
    let failure = StoreFailure("the store is closed")
    await #expect(throws: failure) { try await store.credentials(of: alice) }
    await #expect(throws: failure) { try await store.snapshot(of: account) }
    await #expect(throws: failure) { try await store.sessionRoster(of: account) }
    await #expect(throws: ChangeFailure.unavailable(failure)) {
      try await store.change(.setPrivacyMode(.block), by: account, limits: ListLimits())
    }
    await store.close()
  }
}
