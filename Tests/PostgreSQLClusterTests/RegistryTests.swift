import Cluster
import Crypto
import Logging
import MSNP
import Store
import Testing

@testable import PostgreSQL
@testable import PostgreSQLCluster

@Suite("The registry in PostgreSQL", .serialized, .enabled(if: TestCluster.base != nil, TestCluster.missing))
struct RegistryTests {
  private let cluster: TestCluster

  init() throws { cluster = try TestCluster() }

  @Test("nodes see each other, with their loads and addresses")
  func seeing() async throws {
    let (a, hearingA) = try await cluster.started("ns-1")
    let (b, hearingB) = try await cluster.started("sb-2", .switchboard)
    b.setAdminAddress(HostPort(host: "127.0.0.1", port: 9000))
    #expect(hearingA.happenings == [.joined(a.run, before: nil)])
    #expect(hearingB.happenings == [.joined(b.run, before: nil)])
    #expect(a.isConnected && b.isConnected)
    try await hearingA.wait { _ in a.pick(.switchboard)?.adminAddress != nil }
    let seen = try #require(a.pick(.switchboard))
    #expect(seen.run == b.run)
    #expect(seen.address == TestCluster.address("sb-2"))
    #expect(seen.adminAddress == HostPort(host: "127.0.0.1", port: 9000))
    #expect(seen.load == NodeLoad(connections: 7, recent: 1))
    #expect(abs(seen.startedAt - a.now) < 60_000)
    #expect(b.pick(.notification)?.run == a.run)
    #expect(b.pick(.dispatch) == nil)
    #expect(b.health(of: a.run) == .alive)
    #expect(b.health(of: NodeRun(name: "ns-1", epoch: a.run.epoch + 9)) == .stalled)
    await b.stop()
    await a.stop()
    #expect(try cluster.query("SELECT FROM node").isEmpty)
    #expect(!a.isConnected)
  }

  @Test("a node that drains is named to nobody, and still there")
  func draining() async throws {
    let (a, hearing) = try await cluster.started("ns-1")
    let (b, _) = try await cluster.started("ns-2")
    try await hearing.wait { _ in a.nodes.count == 2 }
    b.setDraining(true)
    try await hearing.wait { _ in a.nodes.contains { $0.isDraining } }
    for _ in 0..<20 { #expect(a.pick(.notification)?.run == a.run) }
    #expect(a.health(of: b.run) == .alive)
    b.setDraining(false)
    try await hearing.wait { _ in !a.nodes.contains { $0.isDraining } }
    await b.stop()
    await a.stop()
  }

  @Test("a name in use is refused, whoever has it undisturbed; once that is gone it can be had")
  func names() async throws {
    let (a, hearing) = try await cluster.started("ns-1")
    let (second, _) = try cluster.node("ns-1")
    let refusal = await #expect(throws: StoreFailure.self) { try await second.start(member: Witness()) }
    #expect("\(refusal.map { "\($0)" } ?? "")".contains("the name ns-1 is in use by a notification node"))
    try await hearing.waitForLook()
    #expect(hearing.happenings == [.joined(a.run, before: nil)])
    await a.stop()
    let (third, _) = try await cluster.started("ns-1")
    #expect(third.run.epoch > a.run.epoch)
    await third.stop()
  }

  @Test("whose process is gone is marked by its peers, once, and all of them are told; its sessions go")
  func death() async throws {
    let (a, _) = try await cluster.started("ns-1")
    let (b, hearingB) = try await cluster.started("ns-2")
    let (c, hearingC) = try await cluster.started("ns-3")
    let (sb, hearingSB) = try await cluster.started("sb-4", .switchboard)
    _ = try cluster.session("a@example.com", of: a.run)
    let kept = try cluster.session("b@example.com", of: b.run)
    await a.abandon()
    for witness in [hearingB, hearingC, hearingSB] { try await witness.wait(for: .died(a.run)) }
    #expect(try cluster.query("SELECT FROM node WHERE name = 'ns-1' AND dead").count == 1)
    #expect(try cluster.query("SELECT account FROM session").map { try $0.integer(0) } == [kept])
    #expect(sb.health(of: a.run) == .dead)
    for witness in [hearingB, hearingC, hearingSB] {
      try await witness.waitForLook()
      #expect(witness.happenings.count { $0 == .died(a.run) } == 1)
    }
    for _ in 0..<20 { #expect(sb.pick(.notification)?.run.name != "ns-1") }

    let (again, _) = try await cluster.started("ns-1")
    #expect(again.run.epoch > a.run.epoch)
    try await hearingSB.wait { _ in sb.health(of: again.run) == .alive }
    #expect(hearingSB.happenings.count { $0 == .died(a.run) } == 1)
    for node in [again, b, c, sb] { await node.stop() }
  }

  @Test(
    "a process that is started again at once has its name again, and the others are told that the former run is over")
  func restart() async throws {
    let (a, _) = try await cluster.started("ns-1")
    let (b, hearing) = try await cluster.started("ns-2")
    try await hearing.wait { _ in b.nodes.count == 2 }
    _ = try cluster.session("a@example.com", of: a.run)
    await a.abandon()
    let (again, _) = try await cluster.started("ns-1")
    #expect(try cluster.query("SELECT FROM session").isEmpty)
    try await hearing.wait(for: .died(a.run))
    #expect(b.health(of: again.run) == .alive)
    await again.stop()
    await b.stop()
  }

  @Test("who leaves is gone at once, and so are its sessions")
  func leaving() async throws {
    let (a, _) = try await cluster.started("ns-1")
    let (b, hearing) = try await cluster.started("ns-2")
    try await hearing.wait { _ in b.nodes.count == 2 }
    _ = try cluster.session("a@example.com", of: a.run)
    await a.stop()
    try await hearing.wait(for: .died(a.run))
    #expect(try cluster.query("SELECT FROM session").isEmpty)
    #expect(b.nodes.map(\.run) == [b.run])
    await b.stop()
  }

  @Test("a node that was taken for dead comes back as another run, and says so")
  func fencing() async throws {
    let (a, hearingA) = try await cluster.started("ns-1")
    let (b, hearingB) = try await cluster.started("ns-2")
    let old = a.run
    try await hearingB.wait { _ in b.nodes.count == 2 }
    try cluster.query("UPDATE node SET dead = true WHERE name = 'ns-1'")
    try await hearingA.wait { happenings in happenings.contains { if case .joined(_, old) = $0 { true } else { false } }
    }
    #expect(a.run.epoch > old.epoch)
    #expect(hearingA.happenings.last == .joined(a.run, before: old))
    try await hearingB.wait(for: .died(old))
    try await hearingB.wait { _ in b.health(of: a.run) == .alive }
    a.send("fresh", to: .notification)
    try await hearingB.wait(for: .received(["fresh"], .notification, a.run))
    // The lock of the old run is not kept.
    let locks = """
      SELECT FROM pg_locks WHERE locktype = 'advisory'
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      """
    #expect(try cluster.query(locks).count == 2)
    await b.stop()
    await a.stop()
  }

  @Test("a planted row is not believed")
  func plantedRow() async throws {
    let (a, hearing) = try await cluster.started("ns-1")
    try cluster.query(
      """
      INSERT INTO node (name, role, epoch, address, seal) VALUES
        ('sb-9', 'switchboard', \(a.run.epoch), '192.0.2.66:1863', 'q83vEjRWeJq83vEjRWeJqw==')
      """)
    // A genuine seal of another row, and of another address.
    try cluster.query(
      """
      INSERT INTO node (name, role, epoch, address, seal)
      SELECT 'ns-8', role, epoch, '192.0.2.66:1863', seal FROM node WHERE name = 'ns-1'
      """)
    try await hearing.waitForLook()
    #expect(a.nodes.map(\.run) == [a.run])
    #expect(a.pick(.switchboard) == nil)
    await a.stop()
  }

  @Test("what cannot start says why, and what to do")
  func refusals() async throws {
    func refusal(_ make: () throws -> ClusterNode) async -> String {
      do {
        try await make().start(member: Witness())
        return ""
      } catch { return "\(error)" }
    }
    let bare = try TestCluster(migrated: false)
    #expect(await refusal { try bare.node("ns-1").0 }.contains("run `monarch database migrate`"))
    #expect(await refusal { try cluster.node("NS 1").0 }.contains("no node can be called 'NS 1'"))
    let keyless = ClusterKeys(registry: cluster.keys.registry, notification: cluster.keys.notification)
    #expect(
      await refusal { try cluster.node("sb-1", .switchboard, keys: keyless).0 }.contains("needs the key ring-bus"))
    #expect(
      await refusal {
        try ClusterNode(
          url: "postgresql://monarch:secret@/nothing?host=/nonexistent", name: "ns-1", role: .dispatch,
          address: TestCluster.address("1"), keys: cluster.keys, logger: .init(label: "test"), load: { NodeLoad() })
      }.contains("no connection to the database"))
    let (a, _) = try await cluster.started("ns-1")
    #expect(await refusal { a }.contains("started already"))
    await a.stop()
  }
}
