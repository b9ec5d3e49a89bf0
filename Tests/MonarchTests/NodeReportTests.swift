import Cluster
import MSNP
import NIOCore
import NIOEmbedded
import ServerKit
import Synchronization
import Testing

@testable import Monarch

/// What a node says of itself at its admin address.
struct NodeReportTests {
  private let seat = FakeSeat()
  private let report = NodeReport()
  private let orders = Orders()
  private let link: CountedLink
  private let member: CountedMember

  init() {
    let orders = orders
    link = CountedLink(seat)
    member = CountedMember(FakeRole()) { orders.add() }
  }

  private func begin() {
    report.begins(NodeReport.Serving(role: FakeRole(), seat: seat, link: link, member: member))
  }

  private func value(_ name: String, _ labels: [Metric.Label] = []) -> Int? {
    report.status.metrics.first { $0.name == name }?.samples.first { $0.labels == labels }?.value
  }

  @Test func readinessFollowsTheNode() {
    #expect(report.status.readiness == .notReady("starting"))
    begin()
    #expect(report.status.readiness == .notReady("starting"))
    report.isReady()
    #expect(report.status.readiness == .ready)
    seat.fields.withLock { $0.isConnected = false }
    #expect(report.status.readiness == .notReady("the database cannot be reached"))
    #expect(value("monarch_database_connected") == 0)
    seat.fields.withLock { $0.isConnected = true }
    report.drains()
    #expect(report.status.readiness == .notReady("draining: clients are sent to other nodes"))
    #expect(value("monarch_draining") == 1)
  }

  @Test func connectionsAreCountedWhileTheyAreOpen() throws {
    begin()
    let channel = EmbeddedChannel()
    report.connections.add(channel)
    #expect(value("monarch_connections") == 1)
    #expect(report.load == NodeLoad(connections: 1, recent: 5))
    _ = try channel.finish()
    #expect(value("monarch_connections") == 0)
  }

  @Test func theBusIsCountedBothWays() {
    begin()
    link.send("a", to: .notification)
    link.send("b", to: .notification)
    member.receive(["x", "y", "z"], over: .notification, from: NodeRun(name: "ns-2", epoch: 1))
    #expect(value("monarch_bus_events_sent_total") == 2)
    #expect(value("monarch_bus_events_received_total") == 3)
  }

  @Test func everyRoleAndStateHasItsSample() {
    begin()
    seat.fields.withLock {
      $0.nodes = [
        .example("ns-1", .notification), .example("ns-2", .notification),
        .example("ns-3", .notification, isDraining: true), .example("sb-1", .switchboard, holdsLock: false),
      ]
    }
    func nodes(_ role: String, _ state: String) -> Int? {
      value("monarch_nodes", [.init("role", role), .init("state", state)])
    }
    #expect(nodes("notification", "alive") == 2)
    #expect(nodes("notification", "draining") == 1)
    #expect(nodes("switchboard", "dead") == 1)
    #expect(nodes("dispatch", "alive") == 0)
    #expect(report.status.metrics.first { $0.name == "monarch_nodes" }?.samples.count == 16)
  }

  @Test func theOperatorsWishToDrainEndsTheProgram() {
    member.drain()
    #expect(orders.count == 1)
  }

  @Test func theRolesOwnFiguresComeToo() {
    begin()
    #expect(value("monarch_signed_in") == 9)
  }
}

/// How often the program was asked to end.
private final class Orders: Sendable {
  private let all = Atomic(0)
  var count: Int { all.load(ordering: .relaxed) }
  func add() { all.add(1, ordering: .relaxed) }
}

private final class FakeSeat: ClusterSeat {
  struct Fields {
    var isConnected = true
    var nodes: [NodeRecord] = []
  }

  let fields = Mutex(Fields())
  let run = NodeRun(name: "ns-1", epoch: 7)
  let now: Int64 = 0
  var isConnected: Bool { fields.withLock(\.isConnected) }
  var nodes: [NodeRecord] { fields.withLock(\.nodes) }

  func send(_ event: String, to channel: BusChannel) -> Bool { true }
  func pick(_ role: NodeRole) -> NodeRecord? { nil }
  func health(of run: NodeRun) -> ClusterView.Health {
    nodes.first { $0.run == run }.map { ClusterView().health(of: $0) } ?? .dead
  }
  func start(member: any ClusterMember) async throws {}
  func setDraining(_ isDraining: Bool) {}
  func stop() async {}
}

private struct FakeRole: RunningRole {
  var loops: any EventLoopGroup { EmbeddedEventLoop() }
  var recent: Int { 5 }
  var metrics: [Metric] { [Metric("monarch_signed_in", .gauge, "People.", 9)] }
  func attach(to channel: any Channel) throws {}
  func drain(over seconds: Int) async {}
  func stop() async {}
  func receive(_ events: [String], over channel: BusChannel, from run: NodeRun) {}
  func missed(_ run: NodeRun?) {}
  func died(_ run: NodeRun) {}
  func joined(as run: NodeRun, before: NodeRun?) {}
  func lost() {}
  func drain() {}
}
