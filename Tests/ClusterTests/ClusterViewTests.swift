import MSNP
import Testing

@testable import Cluster

@Suite("What a node makes of the registry")
struct ClusterViewTests {
  private struct Dice: RandomNumberGenerator {
    var state: UInt64 = 1
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state
    }
  }

  private func node(
    _ name: String, epoch: UInt64 = 1, role: NodeRole = .notification, connections: Int = 0, draining: Bool = false,
    lock: Bool = true, age: Int = 0
  ) -> NodeRecord {
    NodeRecord(
      run: NodeRun(name: name, epoch: epoch), role: role, address: HostPort(host: "192.0.2.10", port: 1863),
      load: NodeLoad(connections: connections), isDraining: draining, holdsLock: lock, heartbeatAge: age)
  }

  private func view(_ rows: [NodeRecord]) -> ClusterView {
    var view = ClusterView()
    view.connected(at: 0)
    _ = view.observe(rows, at: 3_000)
    return view
  }

  @Test(
    "health by lock and heartbeat",
    arguments: [
      (true, 0, ClusterView.Health.alive), (true, 3_000, .alive), (true, 3_001, .stalled), (true, 15_000, .stalled),
      (true, 15_001, .dead), (false, 0, .dead),
    ])
  func health(lock: Bool, age: Int, expected: ClusterView.Health) {
    #expect(ClusterView().health(of: node("a", lock: lock, age: age)) == expected)
  }

  @Test("neither a draining, a stalled, a dead node nor one of another role is ever named")
  func picking() {
    var view = view([
      node("a", draining: true), node("b", age: 4_000), node("c", lock: false), node("d", role: .switchboard),
      node("e"),
    ])
    var dice = Dice()
    for _ in 0..<100 { #expect(view.pick(.notification, using: &dice)?.run.name == "e") }
    #expect(view.pick(.dispatch, using: &dice) == nil)
  }

  @Test("a thousand clients at once are spread over nodes that all looked idle")
  func herd() {
    var view = view(["a", "b", "c", "d"].map { node($0) })
    var dice = Dice()
    var counts: [String: Int] = [:]
    for _ in 0..<1_000 { counts[view.pick(.notification, using: &dice)?.run.name ?? "", default: 0] += 1 }
    #expect(counts.count == 4)
    #expect(counts.values.allSatisfy { (200...300).contains($0) })
  }

  @Test("the lighter of two is taken")
  func lighter() {
    var view = view([node("full", connections: 5_000), node("idle")])
    var dice = Dice()
    #expect(view.pick(.notification, using: &dice)?.run.name == "idle")
  }

  @Test("a death is told once; a new run of the name is no death of the new one")
  func deaths() {
    var view = view([node("a"), node("b")])
    #expect(view.observe([node("a", lock: false), node("b")], at: 4_000) == [NodeRun(name: "a", epoch: 1)])
    #expect(view.observe([node("a", lock: false), node("b")], at: 5_000) == [])
    #expect(view.observe([node("a", epoch: 2), node("b")], at: 6_000) == [])
    #expect(view.observe([node("a", epoch: 3), node("b")], at: 7_000) == [NodeRun(name: "a", epoch: 2)])
    #expect(view.observe([node("a", epoch: 3)], at: 8_000) == [NodeRun(name: "b", epoch: 1)])
  }

  @Test("after a break nobody is judged for three seconds: a restart of the database kills nobody")
  func restart() {
    var view = view([node("a")])
    view.disconnected()
    view.connected(at: 10_000)
    #expect(view.observe([node("a", lock: false, age: 20_000)], at: 12_999) == [])
    #expect(view.observe([node("a")], at: 13_500) == [])
    #expect(view.observe([node("a", lock: false)], at: 14_000) == [NodeRun(name: "a", epoch: 1)])
  }
}
