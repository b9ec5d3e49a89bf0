import Cluster
import MSNP
import Roster
import Store
import Testing

@testable import PostgreSQLCluster

@Suite("Sessions and numbers in PostgreSQL", .serialized, .enabled(if: TestCluster.base != nil, TestCluster.missing))
struct DirectoryTests {
  private let cluster: TestCluster

  init() throws { cluster = try TestCluster() }

  private func session(_ directory: PostgreSQLDirectory, _ handle: UserHandle) async -> PlacedSession? {
    await withCheckedContinuation { continuation in
      directory.session(of: handle) { continuation.resume(returning: $0) }
    }
  }

  private func introduction(_ directory: PostgreSQLDirectory, _ account: AccountID) async -> Introduction? {
    await withCheckedContinuation { continuation in
      directory.introduction(of: account) { continuation.resume(returning: $0) }
    }
  }

  @Test("a session is found by its handle, with its mark, presence and audience")
  func directory() async throws {
    let run = NodeRun(name: "ns-1", epoch: 3)
    let directory = try PostgreSQLDirectory(url: cluster.url)
    let handle = try #require(UserHandle("a@example.com"))
    let account = AccountID(try cluster.session("a@example.com", of: run, status: "BSY", listed: "{9,4}"))
    let found = try #require(await session(directory, handle))
    #expect(found.run == run)
    #expect(found.state.account == account)
    #expect(found.state.mark == SessionMark(generation: 5, sequence: 6))
    let name = try FriendlyName("A name")
    let audience = Audience.everyone(except: AccountSet([AccountID(4), AccountID(9)]))
    #expect(
      found.state.presence
        == Presence(account: account, handle: handle, name: name, status: .busy, audience: audience))
    #expect(await introduction(directory, account) == Introduction(name: name))
    try cluster.query(
      "UPDATE session SET capabilities = 4294967295, object = '%3Cmsnobj%2F%3E', "
        + "personal = '<Data><PSM>x</PSM><CurrentMedia></CurrentMedia></Data>' WHERE account = \(account.rawValue)")
    let capable = try #require(await session(directory, handle)?.state.presence)
    #expect(capable.capabilities == 4_294_967_295)
    #expect(capable.object == MSNObject(argument: "%3Cmsnobj%2F%3E".utf8))
    #expect(
      capable.personal
        == PersonalMessage(payload: "<Data><PSM>x</PSM><CurrentMedia></CurrentMedia></Data>"))
    #expect(await introduction(directory, account) == Introduction(name: name, capabilities: 4_294_967_295))

    let hidden = AccountID(try cluster.session("b@example.com", of: run, status: nil))
    let hiding = try #require(UserHandle("b@example.com"))
    let ofHidden = try #require(await session(directory, hiding))
    #expect(ofHidden.state.presence == nil)
    #expect(ofHidden.run == run)
    #expect(await introduction(directory, hidden) == Introduction(name: name))
    _ = try cluster.session("c@example.com", of: run, listed: "{2}", strangers: false)
    let shyOne = try #require(UserHandle("c@example.com"))
    let shy = await session(directory, shyOne)
    #expect(shy?.state.presence?.audience == .only(AccountSet([AccountID(2)])))
    let nobody = try #require(UserHandle("nobody@example.com"))
    #expect(await session(directory, nobody) == nil)
    #expect(await introduction(directory, AccountID(999)) == nil)
    await directory.close()
    #expect(await session(directory, handle) == nil)
  }

  @Test("numbers of conversations are unique in the cluster; blocks follow each other, until the database is away")
  func numbers() async throws {
    let directory = try PostgreSQLDirectory(url: cluster.url)
    let (one, other) = (try await ConversationNumbers(over: directory), try await ConversationNumbers(over: directory))
    var seen: Set<SessionID> = []
    func draw(_ count: Int, _ numbers: ConversationNumbers) async throws {
      for _ in 0..<count {
        let number = try #require(numbers.next())
        #expect(seen.insert(number).inserted)
      }
      // The answer to whatever was asked before comes before this one.
      _ = await introduction(directory, AccountID(1))
    }
    for _ in 0..<5 {
      try await draw(600, one)
      try await draw(600, other)
    }
    await directory.close()
    var left = 0
    while one.next() != nil { left += 1 }
    #expect((500...2_000).contains(left))
    #expect(one.next() == nil)
  }

  @Test("the last block has no numbers beyond 31 bits")
  func lastBlock() async throws {
    try cluster.query("SELECT setval('conversation_block', 2147483, false)")
    let directory = try PostgreSQLDirectory(url: cluster.url)
    let numbers = try await ConversationNumbers(over: directory)
    await directory.close()
    var last: UInt32 = 0
    var count = 0
    while let number = numbers.next() { (last, count) = (number.rawValue, count + 1) }
    #expect(last == 2_147_483_647)
    #expect(count == 648)
  }

  @Test("operators see nodes and sessions")
  func operators() async throws {
    let (node, _) = try await cluster.started("ns-1")
    try cluster.query(
      "INSERT INTO node (name, role, epoch, address, seal) VALUES ('sb-9', 'switchboard', 1, '192.0.2.9:1', 'x')")
    let account = try cluster.session("a@example.com", of: node.run)
    let link = try OperatorLink(url: cluster.url, keys: cluster.keys)
    let rows = try link.nodes()
    #expect(rows.map(\.run) == [node.run])
    #expect(ClusterView().health(of: try #require(rows.first)) == .alive)
    let keyless = try OperatorLink(url: cluster.url, keys: nil)
    #expect(try keyless.nodes().map(\.run.name) == ["ns-1", "sb-9"])
    let sessions = try link.sessions(limit: 10)
    #expect(sessions.map(\.session.state.account) == [AccountID(account)])
    #expect(sessions.allSatisfy { abs($0.since - node.now) < 60_000 })
    #expect(try link.sessions(limit: 0).isEmpty)
    let handle = try #require(UserHandle("a@example.com"))
    #expect(try link.session(of: handle)?.run == node.run)
    #expect(try link.session(of: try #require(UserHandle("nobody@example.com"))) == nil)
    #expect(throws: StoreFailure.self) { try keyless.send("kick", to: .node("ns-1")) }
    #expect(throws: StoreFailure.self) { try link.send("a\nb", to: .node("ns-1")) }
    await node.stop()
  }
}
