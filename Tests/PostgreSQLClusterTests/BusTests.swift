import Cluster
import Crypto
import Foundation
import MSNP
import Testing

@testable import PostgreSQL
@testable import PostgreSQLCluster

@Suite("The bus in PostgreSQL", .serialized, .enabled(if: TestCluster.base != nil, TestCluster.missing))
struct BusTests {
  private let cluster: TestCluster

  init() throws { cluster = try TestCluster() }

  private func notify(_ payload: BusPayload, key: SealKey) throws {
    try cluster.query(
      "SELECT pg_notify($1, $2)", [.text(payload.channel.name), .text(payload.text(sealedWith: key))])
  }

  @Test("events reach those whose channel it is, and nobody else")
  func channels() async throws {
    let (a, _) = try await cluster.started("ns-1")
    let (b, hearingB) = try await cluster.started("ns-2")
    let (sb, hearingSB) = try await cluster.started("sb-3", .switchboard)
    let (ds, hearingDS) = try cluster.node(
      "ds-4", .dispatch, keys: ClusterKeys(registry: cluster.keys.registry))
    try await ds.start(member: hearingDS)
    a.send("gone", to: .switchboards)
    a.send("answer", to: .rings("sb-3"))
    a.send("kick", to: .node("ns-2"))
    a.send("presence", to: .notification)
    a.send("other", to: .node("ns-9"))
    let isSent = ds.send("none of its business", to: .notification)
    #expect(!isSent)
    a.send("last", to: .notification)
    a.send("last", to: .switchboards)
    try await hearingB.wait { $0.events.last == "last" }
    try await hearingSB.wait { $0.events.count >= 3 }
    #expect(hearingB.events == ["kick", "presence", "last"])
    // Channels without a listener in common are not ordered among each other.
    #expect(hearingSB.events.filter { $0 != "answer" } == ["gone", "last"])
    #expect(hearingSB.events.contains("answer"))
    #expect(hearingDS.events == [])
    for node in [a, b, sb, ds] { await node.stop() }
  }

  @Test("under load everything arrives, in the order of each sender's calls, and nothing counts as missing")
  func load() async throws {
    let (a, _) = try await cluster.started("ns-1")
    let (b, hearingB) = try await cluster.started("ns-2")
    let (c, hearingC) = try await cluster.started("ns-3")
    let count = 10_000
    let padding = String(repeating: "x", count: 80)
    for sender in [a, c] {
      Thread.detachNewThread {
        for index in 0..<count {
          let channel: BusChannel = index.isMultiple(of: 50) ? .node("ns-2") : .notification
          sender.send("\(sender.run.name) \(index) \(padding)", to: channel)
        }
      }
    }
    try await hearingB.wait { happenings in
      guard case .received = happenings.last else { return false }
      return happenings.events.count >= 2 * count
    }
    for name in ["ns-1", "ns-3"] {
      let numbers = hearingB.events.map { $0.split(separator: " ") }.filter { $0[0] == name }.map { Int($0[1]) }
      #expect(numbers == Array(0..<count))
    }
    #expect(hearingC.events.allSatisfy { $0.hasPrefix("ns-1 ") })
    try await hearingB.waitForLook()
    try await hearingB.waitForLook()
    #expect(!hearingB.happenings.contains { if case .missed = $0 { true } else { false } })
    for node in [a, b, c] { await node.stop() }
  }

  @Test("what comes while a node sends is heard then, not at the next heartbeat")
  func crossing() async throws {
    let (a, hearingA) = try await cluster.started("ns-1")
    let (b, hearingB) = try await cluster.started("ns-2")
    let key = try #require(cluster.keys.notification)
    // The heartbeat is long ahead, and none is under way.
    let beats = hearingA.beats
    try await hearingA.wait { $0.count { $0 == .beat } > beats }
    a.send("ready", to: .notification)
    try await hearingB.wait { $0.events.contains("ready") }
    let lock = try DatabaseSession(DatabaseURL(cluster.url))
    try lock.run("BEGIN; LOCK TABLE node IN ACCESS EXCLUSIVE MODE")
    a.send("there", to: .notification)
    let isSending = "SELECT FROM pg_stat_activity WHERE query LIKE '%pg_notify%' AND wait_event_type = 'Lock'"
    let deadline = ContinuousClock.now + .seconds(2)
    while try cluster.query(isSending).isEmpty, .now < deadline {}
    try notify(
      BusPayload(origin: NodeRun(name: "ns-3", epoch: 900), channel: .notification, number: 1, events: ["back"]),
      key: key)
    try lock.run("COMMIT")
    let released = ContinuousClock.now
    try await hearingA.wait { $0.events.contains("back") }
    #expect(.now - released < .milliseconds(500))
    try await hearingB.wait { $0.events.contains("there") }
    for node in [a, b] { await node.stop() }
  }

  @Test("what is forged, replayed or sent to another channel is dropped")
  func forgeries() async throws {
    let (a, _) = try await cluster.started("ns-1")
    let (b, hearing) = try await cluster.started("ns-2")
    let key = try #require(cluster.keys.notification)
    a.send("first", to: .notification)
    try await hearing.wait(for: .received(["first"], .notification, a.run))
    let first = BusPayload(origin: a.run, channel: .notification, number: 1, events: ["first"])
    try notify(first, key: key)
    try cluster.query(
      "SELECT pg_notify('monarch.ns.ns-2', $1), pg_notify('monarch.ns', 'hello'), pg_notify('monarch.ns', '')",
      [.text(first.text(sealedWith: key))])
    let next = BusPayload(origin: a.run, channel: .notification, number: 2, events: ["forged"])
    try notify(next, key: SealKey(SymmetricKey(size: .bits256)))
    try notify(next, key: cluster.keys.registry)
    let past = NodeRun(name: "ns-7", epoch: 1)
    try notify(BusPayload(origin: past, channel: .notification, number: 1, events: ["of the past"]), key: key)
    a.send("second", to: .notification)
    try await hearing.wait(for: .received(["second"], .notification, a.run))
    #expect(hearing.events == ["first", "second"])
    #expect(!hearing.happenings.contains(.missed(a.run)))
    await b.stop()
    await a.stop()
  }

  @Test("a lost connection is found again under the same run; what was sent meanwhile shows as missing")
  func reconnecting() async throws {
    let (a, hearingA) = try await cluster.started("ns-1")
    let (sb, hearingSB) = try await cluster.started("sb-2", .switchboard)
    a.send("before", to: .switchboards)
    try await hearingSB.wait(for: .received(["before"], .switchboards, a.run))
    hearingA.react { happening in
      if happening == .lost { a.send("meanwhile", to: .switchboards) }
    }
    try cut(a)
    try await hearingA.wait(for: .missed(nil))
    #expect(
      hearingA.happenings == [.joined(a.run, before: nil), .lost, .joined(a.run, before: nil), .missed(nil)])
    #expect(a.isConnected)
    a.send("after", to: .switchboards)
    try await hearingSB.wait(for: .received(["after"], .switchboards, a.run))
    #expect(hearingSB.events == ["before", "after"])
    #expect(hearingSB.happenings.count { $0 == .missed(a.run) } == 1)
    sb.send("answer", to: .rings("ns-1"))
    try await hearingA.wait(for: .received(["answer"], .rings("ns-1"), sb.run))
    await sb.stop()
    await a.stop()
  }

  @Test("a lost last event is told by the heartbeats")
  func lostLast() async throws {
    let (a, hearingA) = try await cluster.started("ns-1")
    let (b, hearingB) = try await cluster.started("ns-2")
    // From the thread that is to send it, in the moment in which the connection is away.
    hearingA.react { happening in
      if happening == .lost { a.send("lost", to: .node("ns-2")) }
    }
    try cut(a)
    try await hearingA.wait(for: .missed(nil))
    try await hearingB.wait(for: .missed(a.run))
    #expect(hearingB.events == [])
    await b.stop()
    await a.stop()
  }

  @Test(
    "a process that is stopped is stalled, then dead; going on, it finds out that it is over before it sends anything")
  func stopped() async throws {
    let (a, hearingA) = try await cluster.started("ns-1")
    let (b, hearingB) = try await cluster.started("ns-2")
    try await hearingB.wait { _ in b.nodes.count == 2 }
    let old = a.run
    let (isStopped, mayGoOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    hearingA.react { happening in
      guard case .received(["stop"], _, _) = happening else { return }
      isStopped.signal()
      mayGoOn.wait()
    }
    b.send("stop", to: .node("ns-1"))
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        isStopped.wait()
        continuation.resume()
      }
    }
    a.send("late", to: .notification)
    try cluster.query("UPDATE node SET heartbeat = heartbeat - interval '4 s' WHERE name = 'ns-1'")
    try await hearingB.wait { _ in b.health(of: old) == .stalled }
    #expect(b.pick(.notification)?.run == b.run)
    // It still has its lock: only its silence speaks against it.
    try cluster.query("UPDATE node SET heartbeat = heartbeat - interval '15 s' WHERE name = 'ns-1'")
    try await hearingB.wait(for: .died(old))
    mayGoOn.signal()
    try await hearingA.wait { happenings in happenings.contains { if case .joined(_, old) = $0 { true } else { false } }
    }
    a.send("fresh", to: .notification)
    try await hearingB.wait(for: .received(["fresh"], .notification, a.run))
    #expect(hearingB.events == ["fresh"])
    await b.stop()
    await a.stop()
  }

  @Test("the operator lets a run drain, and no other")
  func drain() async throws {
    let (a, hearing) = try await cluster.started("ns-1")
    let link = try OperatorLink(url: cluster.url, keys: cluster.keys)
    try link.send("drain \(a.run.epoch + 1)", to: .control("ns-1"))
    try link.send("kick somebody", to: .notification)
    try await hearing.wait { $0.events == ["kick somebody"] }
    #expect(!hearing.happenings.contains(.drain))
    try link.send("drain \(a.run.epoch)", to: .control("ns-1"))
    try await hearing.wait(for: .drain)
    await a.stop()
  }

  /// Ends the connection that holds the node's lock.
  private func cut(_ node: ClusterNode) throws {
    let ended = try cluster.query(
      """
      SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = $1::oid
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      """, [.integer(node.run.epoch)])
    #expect(ended.count == 1)
  }
}
