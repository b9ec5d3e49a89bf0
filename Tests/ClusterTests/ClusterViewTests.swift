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
    dead: Bool = false, lock: Bool = true, age: Int = 0, started: Int64 = 0
  ) -> NodeRecord {
    NodeRecord(
      run: NodeRun(name: name, epoch: epoch), role: role, address: HostPort(host: "192.0.2.10", port: 1863),
      startedAt: started, load: NodeLoad(connections: connections), isDraining: draining, isDead: dead, holdsLock: lock,
      heartbeatAge: age)
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
    #expect(ClusterView().health(of: node("a", dead: true, lock: lock, age: age)) == .dead)
  }

  @Test("a run is judged by its row; it is dead when the name has a later one, and may be new when nobody knows it")
  func healthOfRuns() {
    let view = view([node("a", epoch: 2, age: 4_000)])
    #expect(view.health(of: NodeRun(name: "a", epoch: 2)) == .stalled)
    #expect(view.health(of: NodeRun(name: "a", epoch: 1)) == .dead)
    #expect(view.health(of: NodeRun(name: "a", epoch: 3)) == .stalled)
    #expect(view.health(of: NodeRun(name: "b", epoch: 1)) == .stalled)
  }

  @Test("neither a draining, a stalled, a dead node nor one of another role is ever named")
  func picking() {
    var view = view([
      node("a", draining: true), node("b", age: 4_000), node("c", lock: false), node("d", role: .switchboard),
      node("e"), node("f", dead: true),
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

  @Test("a run is over when its row says so, another has its name, or its row is gone; each is told once")
  func deaths() {
    var view = view([node("a"), node("b"), node("c")])
    let rows: [[NodeRecord]] = [
      [node("a", lock: false, age: 60_000), node("b"), node("c")],
      [node("a", dead: true, lock: false), node("b"), node("c")],
      [node("a", dead: true, lock: false), node("b"), node("c")],
      [node("a", epoch: 2), node("b"), node("c")],
      [node("a", epoch: 3), node("b")],
      [node("b", dead: true)],
      [],
    ]
    var over: [[NodeRun]] = []
    for (index, rows) in rows.enumerated() { over.append(view.observe(rows, at: 4_000 + 1_000 * index)) }
    #expect(over.map { $0.map(\.description) } == [[], ["a#1"], [], [], ["a#2", "c#1"], ["a#3", "b#1"], []])
  }

  private func suspects(_ view: ClusterView, _ now: Int) -> [String] {
    view.suspects(of: .notification, at: now).map(\.run.name)
  }

  @Test("suspect is who has lost its lock or was silent for fifteen seconds, of the same role, and not yet marked")
  func suspicion() {
    let view = view([
      node("a"), node("b", lock: false, age: 2_001), node("g", lock: false, age: 2_000), node("c", age: 15_000),
      node("d", age: 15_001),
      node("e", dead: true, lock: false),
      node("f", role: .dispatch, lock: false),
    ])
    #expect(suspects(view, 3_000) == ["b", "d"])
    #expect(suspects(view, 2_999) == [])
  }

  @Test("after a break nobody is suspected for three seconds: a restart of the database kills nobody")
  func restart() {
    var view = view([node("a")])
    view.disconnected()
    view.connected(at: 10_000)
    _ = view.observe([node("a", lock: false, age: 20_000)], at: 12_999)
    #expect(suspects(view, 12_999) == [])
    _ = view.observe([node("a", lock: false, age: 20_000)], at: 13_000)
    #expect(suspects(view, 13_000) == ["a"])
  }

  @Test("who was stopped itself suspects nobody for three seconds")
  func stopped() {
    var view = view([node("a")])
    _ = view.observe([node("a", lock: false, age: 9_000)], at: 60_000)
    #expect(suspects(view, 60_000) == [])
    _ = view.observe([node("a", lock: false, age: 9_000)], at: 61_000)
    _ = view.observe([node("a", lock: false, age: 9_000)], at: 63_000)
    #expect(suspects(view, 63_000) == ["a"])
  }

  @Test("during a rolling restart the replacement takes the clients of the node that drains")
  func rollingRestart() {
    var view = ClusterView()
    var dice = Dice()
    func names(_ rows: [NodeRecord], clock: Int64) -> Set<String> {
      _ = view.observe(rows, at: 0, clock: clock)
      return Set((0..<50).map { _ in view.pick(.notification, using: &dice)?.run.name ?? "" })
    }
    let hour: Int64 = 3_600_000
    let (a, b, c) = (node("a", started: 1), node("b", started: 2), node("c", started: 3))
    #expect(names([a, b, c], clock: hour) == ["a", "b", "c"])
    // Nobody is there for a: all that stay share.
    let (aDrains, bDrains) = (node("a", draining: true, started: 1), node("b", draining: true, started: 2))
    #expect(names([aDrains, b, c], clock: hour + 1_000) == ["b", "c"])
    // A replacement is.
    let (d, e) = (node("d", started: hour - 5_000), node("e", started: hour + 50_000))
    #expect(names([aDrains, b, c, d], clock: hour + 2_000) == ["d"])
    // a is gone, and its clients still come.
    #expect(names([b, c, d], clock: hour + 20_000) == ["d"])
    #expect(names([b, c, d], clock: hour + 40_000) == ["b", "c", "d"])
    #expect(names([bDrains, c, d, e], clock: hour + 60_000) == ["e"])
    // Much later one more drains, with no replacement.
    #expect(names([c, d, e], clock: 2 * hour) == ["c", "d", "e"])
    #expect(names([node("c", draining: true, started: 3), d, e], clock: 3 * hour) == ["d", "e"])
  }
}
