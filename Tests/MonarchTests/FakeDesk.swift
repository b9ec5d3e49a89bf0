import Cluster
import MSNP
import Roster
import Store
import Synchronization

@testable import Monarch

/// A cluster as a test makes it up: what is asked comes from lists, what is sent is kept.
final class FakeDesk: OperatorDesk {
  struct Sent: Hashable {
    var event: String
    var channel: BusChannel
  }

  var registry: [NodeRecord] = []
  var signedIn: [PlacedSession] = []
  private(set) var sent: [Sent] = []
  /// What becomes of the cluster once something was sent.
  var whenSent: (FakeDesk) -> Void = { _ in }
  var failure: StoreFailure?

  func nodes() throws(StoreFailure) -> [NodeRecord] { registry }

  func sessions(limit: Int) throws(StoreFailure) -> [(session: PlacedSession, since: Int64)] {
    signedIn.prefix(limit).map { ($0, 0) }
  }

  func session(of handle: UserHandle) throws(StoreFailure) -> PlacedSession? {
    signedIn.first { $0.state.handle == handle }
  }

  func clock() throws(StoreFailure) -> Int64 { 0 }

  func send(_ event: String, to channel: BusChannel) throws(StoreFailure) {
    if let failure { throw failure }
    sent.append(Sent(event: event, channel: channel))
    whenSent(self)
  }
}

extension NodeRecord {
  static func example(
    _ name: String, _ role: NodeRole, epoch: UInt64 = 7, isDraining: Bool = false, holdsLock: Bool = true,
    heartbeatAge: Int = 400
  ) -> NodeRecord {
    NodeRecord(
      run: NodeRun(name: name, epoch: epoch), role: role, address: HostPort(host: "192.0.2.10", port: 1863),
      startedAt: 1_790_000_000_000, load: NodeLoad(connections: 12, recent: 3), isDraining: isDraining,
      holdsLock: holdsLock, heartbeatAge: heartbeatAge)
  }
}

extension PlacedSession {
  static func example(_ handle: UserHandle, on node: String, account: Int64 = 17, generation: UInt64 = 90) -> Self {
    PlacedSession(
      state: SessionState(
        account: AccountID(account), handle: handle, mark: SessionMark(generation: generation), presence: nil),
      run: NodeRun(name: node, epoch: 7))
  }
}

/// What a desk that was given away has sent.
final class SentLog: Sendable {
  private let all = Mutex<[FakeDesk.Sent]>([])
  var sent: [FakeDesk.Sent] { all.withLock(\.self) }

  func desk(failing failure: StoreFailure? = nil) -> sending FakeDesk {
    let desk = FakeDesk()
    desk.failure = failure
    desk.whenSent = { desk in
      let last = desk.sent.suffix(1)
      self.all.withLock { $0 += last }
    }
    return desk
  }
}
