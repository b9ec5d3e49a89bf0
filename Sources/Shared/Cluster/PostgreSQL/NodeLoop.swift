internal import CLibPQ
import Cluster
import Foundation
import Logging
import PostgreSQL
import Store

/// The thread of a ``ClusterNode``: its connection, and what only it touches.
final class NodeLoop {
  /// Milliseconds between two heartbeats.
  static let beat = 1_000
  /// Without a heartbeat for so long nothing is sent before the next one: the others may have taken it for dead.
  static let longestSilence = 3_000
  /// Milliseconds before the first attempt to connect again, and at most between any two.
  static let firstDelay = 50.0
  static let longestDelay = 1_000.0
  /// How long a starting node waits for a name whose last holder may just be ending.
  static let namePatience = 2_000
  /// Milliseconds between two sweeps of what the dead have left.
  static let sweeping = 60_000

  enum Standing {
    case member
    /// The registry has another run of the name, or none, or says that it is dead; `before` is the run that the member
    /// knows.
    case fenced(before: NodeRun)
  }

  let identity: NodeIdentity
  let state: NodeState
  let member: any ClusterMember
  var logger: Logger { identity.logger }

  var connection: BusConnection?
  /// The run that the registry has, or had last.
  var run: NodeRun
  var standing = Standing.member
  var inbox: BusInbox
  /// The rows as read last, by run.
  var rows: [NodeRun: RegistryRow] = [:]
  var lastBeat = Monotonic.milliseconds
  var nextBeat = 0
  var nextSend = 0
  var nextSweep = 0
  var forgeries = Complaint()
  var unsent = Complaint()
  var impostors: Set<String> = []
  var hasToldNameInUse = false
  var hasToldDraining = false
  var hasJoined = false
  /// Something may have been sent that was not heard, to nobody's knowledge.
  var isAfterBreak = true

  init(_ identity: NodeIdentity, _ state: NodeState, _ member: any ClusterMember) {
    self.identity = identity
    self.state = state
    self.member = member
    run = NodeRun(name: identity.name, epoch: 0)
    inbox = BusInbox(hearing: Array(identity.heard.values))
  }

  /// Works until the node is to end. `started` is called once, when it has joined or cannot.
  func run(started: (Result<Void, StoreFailure>) -> Void) {
    do throws(StoreFailure) {
      try join()
    } catch {
      return started(.failure(error))
    }
    started(.success(()))
    while !isEnding {
      do throws(BusConnection.Failure) { try turn() } catch { reconnect(after: error.failure) }
    }
    if case .leave = state.get(\.ending) { leave() }
    connection = nil
  }

  var isEnding: Bool { state.get { $0.ending != nil } }

  private func join() throws(StoreFailure) {
    connection = try BusConnection(identity.url)
    do throws(BusConnection.Failure) {
      try asking().run(identity.listen)
      let deadline = Monotonic.milliseconds + NodeLoop.namePatience
      while try !register() {
        guard Monotonic.milliseconds < deadline, !isEnding else { throw try nameInUse() }
        Thread.sleep(forTimeInterval: 0.1)
      }
      guard try enter(before: nil) else {
        throw BusConnection.Failure(
          failure: StoreFailure("the others took \(run) for dead while it was starting; start it again"), isLost: false)
      }
    } catch {
      connection = nil
      throw error.failure
    }
  }

  /// One round: what came, what is due, what is to be sent; then sleeps until there is something.
  private func turn() throws(BusConnection.Failure) {
    try hear()
    if Monotonic.milliseconds >= nextBeat || state.get(\.wantsHeartbeat) { try keepUp() }
    try sendWaiting()
    // What came while a statement was answered is off the socket: the sleeper would not hear of it before the next beat.
    try hear()
    try sleep()
  }

  private func keepUp() throws(BusConnection.Failure) {
    switch standing {
    case .member: try heartbeat()
    case .fenced(let before): try comeBack(before: before)
    }
  }

  private func sleep() throws(BusConnection.Failure) {
    let connection = try asking()
    let milliseconds = state.fallAsleep { fields in
      guard !fields.wantsHeartbeat else { return (0, false) }
      let due = fields.outbox.isEmpty ? nextBeat : min(nextBeat, nextSend)
      return (due - Monotonic.milliseconds, fields.outbox.isEmpty)
    }
    var entries = [
      pollfd(fd: state.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: connection.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    let count = poll(&entries, 2, Int32(milliseconds))
    state.wakeUp(rang: count > 0 && entries[0].revents != 0)
    if count > 0, entries[1].revents != 0, !connection.consume() { throw connection.lost }
  }

  private func leave() {
    do throws(BusConnection.Failure) {
      guard case .member = standing else { return }
      nextSend = 0
      try sendWaiting()
      try asking().run(RegistrySQL.leave(identity.role), own)
    } catch {
      logger.warning("the node could not take itself off the registry: \(error.failure)")
    }
  }

  /// The first two parameters of most statements.
  var own: [Parameter] { [.text(run.name), .integer(run.epoch)] }

  func asking() throws(BusConnection.Failure) -> BusConnection {
    guard let connection else {
      throw BusConnection.Failure(failure: StoreFailure("the database is away"), isLost: true)
    }
    return connection
  }
}

// When the database is away.
extension NodeLoop {
  private func reconnect(after cause: StoreFailure) {
    logger.warning("the cluster cannot be reached: \(cause)")
    lose()
    member.lost()
    var delay = NodeLoop.firstDelay
    var last = cause
    while true {
      // The delays differ, so that the nodes of a cluster do not come all at once.
      rest(Int(delay * Double.random(in: 0.5...1)))
      guard !isEnding else { return }
      do throws(StoreFailure) {
        try rejoin()
        return logger.notice("the cluster is reached again", metadata: ["run": "\(run)"])
      } catch {
        if error != last { logger.warning("the cluster cannot be reached: \(error)") }
        last = error
        lose()
      }
      delay = min(delay * 2, NodeLoop.longestDelay)
    }
  }

  private func lose() {
    connection = nil
    isAfterBreak = true
    state.change { fields in
      fields.isOpen = false
      fields.view.disconnected()
      fields.outbox.loseAll()
    }
  }

  private func rest(_ milliseconds: Int) {
    let deadline = Monotonic.milliseconds + milliseconds
    while !isEnding {
      let left = deadline - Monotonic.milliseconds
      guard left > 0 else { return }
      let most = state.fallAsleep { _ in (left, true) }
      var entry = pollfd(fd: state.descriptor, events: Int16(POLLIN), revents: 0)
      // Of what may be wanted meanwhile only the end cannot wait.
      let count = poll(&entry, 1, Int32(most))
      state.wakeUp(rang: count > 0)
    }
  }

  /// Listens before the rows are read, so that nothing falls between them and the bus.
  private func rejoin() throws(StoreFailure) {
    connection = try BusConnection(identity.url)
    do throws(BusConnection.Failure) {
      try asking().run(identity.listen)
      if case .member = standing {
        if try retakeLock(), try enter(before: nil) { return }
        standing = .fenced(before: run)
      }
      if case .fenced(let before) = standing { try comeBack(before: before) }
    } catch {
      throw error.failure
    }
  }
}
