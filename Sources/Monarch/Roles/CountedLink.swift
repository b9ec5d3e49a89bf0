import Cluster
import Synchronization

/// A node's link that counts what goes over the bus.
final class CountedLink: ClusterLink {
  private let seat: any ClusterSeat
  private let events = Atomic(0)

  init(_ seat: any ClusterSeat) { self.seat = seat }

  /// How many events were sent.
  var sent: Int { events.load(ordering: .relaxed) }

  var run: NodeRun { seat.run }
  var isConnected: Bool { seat.isConnected }
  var now: Int64 { seat.now }

  @discardableResult
  func send(_ event: String, to channel: BusChannel) -> Bool {
    events.add(1, ordering: .relaxed)
    return seat.send(event, to: channel)
  }

  var nodes: [NodeRecord] { seat.nodes }
  func pick(_ role: NodeRole) -> NodeRecord? { seat.pick(role) }
  func health(of run: NodeRun) -> ClusterView.Health { seat.health(of: run) }
}

/// A role as a member of the cluster whose operator can drain it, and with a count of what comes over the bus.
final class CountedMember: ClusterMember {
  private let role: any RunningRole
  private let drainOrdered: @Sendable () -> Void
  private let events = Atomic(0)

  /// - Parameter drainOrdered: stops the program, which drains the role on its way out.
  init(_ role: any RunningRole, drainOrdered: @escaping @Sendable () -> Void) {
    self.role = role
    self.drainOrdered = drainOrdered
  }

  /// How many events came.
  var received: Int { self.events.load(ordering: .relaxed) }

  func receive(_ events: [String], over channel: BusChannel, from run: NodeRun) {
    self.events.add(events.count, ordering: .relaxed)
    role.receive(events, over: channel, from: run)
  }

  func missed(_ run: NodeRun?) { role.missed(run) }
  func died(_ run: NodeRun) { role.died(run) }
  func joined(as run: NodeRun, before: NodeRun?) { role.joined(as: run, before: before) }
  func lost() { role.lost() }

  func drain() { drainOrdered() }
}
