import Cluster
import Foundation
import Logging
import MSNP
import PostgreSQL
import Store

/// What a heartbeat brought.
struct RegistryLook {
  var rows: [RegistryRow] = []
  /// When it came, by ``Monotonic``, and by the database's clock.
  var at: Int
  var clock: Int64

  var records: [NodeRecord] { rows.map(\.record) }
}

// The node's own row.
extension NodeLoop {
  /// Takes a new epoch, its lock, and with it the name. False when another run has the name and is alive.
  ///
  /// The lock comes before the row: nobody may see the one without the other.
  func register() throws(BusConnection.Failure) -> Bool {
    let connection = try asking()
    let epoch: UInt64 = try value(connection.run("SELECT nextval('node_epoch')"))
    let next = NodeRun(name: identity.name, epoch: epoch)
    guard try isTrue(connection.run(RegistrySQL.lock, [.integer(epoch)])) else {
      throw BusConnection.Failure(failure: StoreFailure("the lock of the new run \(next) is held"), isLost: true)
    }
    let (admin, isDraining) = state.get { ($0.adminAddress, $0.isDraining) }
    let address = identity.address.description
    let result = try connection.run(
      RegistrySQL.register(identity.role),
      [
        .text(next.name), .integer(epoch), .text(identity.role.rawValue), .text(address),
        .text(admin?.description), .text(isDraining ? "t" : "f"), .text(""),
        .text(NodeRecord.seal(next, identity.role, address, with: identity.keys.registry)), .integer(run.epoch),
      ])
    guard !result.isEmpty else {
      try connection.run(RegistrySQL.unlock, [.integer(epoch)])
      return false
    }
    if run.epoch > 0 { try connection.run(RegistrySQL.unlock, [.integer(run.epoch)]) }
    run = next
    state.change { $0.outbox.begin(as: next) }
    return true
  }

  /// Takes the lock of the run again, after the connection that held it was lost.
  func retakeLock() throws(BusConnection.Failure) -> Bool {
    let connection = try asking()
    try tolerate("the node's former connection could not be ended") { () throws(BusConnection.Failure) in
      try connection.run(RegistrySQL.endFormer, [.integer(run.epoch)])
    }
    return try isTrue(connection.run(RegistrySQL.lock, [.integer(run.epoch)]))
  }

  /// Reads who is there and tells the member that it is among them. False when the others took it for dead.
  func enter(before: NodeRun?) throws(BusConnection.Failure) -> Bool {
    // What is heard before the rows are read is judged by them.
    guard let look = try look(hearing: !isAfterBreak) else { return false }
    let (run, isFirst) = (run, !hasJoined)
    standing = .member
    state.change { $0.view.connected(at: look.at) }
    let missing = inbox.observe(look.records, at: look.clock, joining: isAfterBreak)
    let over = observe(look)
    state.change { fields in
      fields.run = run
      fields.isOpen = true
    }
    member.joined(as: run, before: before)
    if isAfterBreak, !isFirst { member.missed(nil) }
    for run in missing { member.missed(run) }
    // A node that has only just come knows nobody who could be over.
    if !isFirst { bury(over) }
    (isAfterBreak, hasJoined, hasToldNameInUse) = (false, true, false)
    _ = state.send("here", to: .registry)
    try hear()
    return true
  }

  /// The registry says that this run is over: others may have acted upon it, so a new one begins.
  func fence() throws(BusConnection.Failure) {
    logger.warning("the others took this node for dead; it takes a new epoch", metadata: ["run": "\(run)"])
    state.change { $0.isOpen = false }
    standing = .fenced(before: run)
    try comeBack(before: run)
  }

  func comeBack(before: NodeRun) throws(BusConnection.Failure) {
    nextBeat = Monotonic.milliseconds + NodeLoop.beat
    state.change { $0.wantsHeartbeat = false }
    guard try register() else {
      if !hasToldNameInUse {
        let cause = try nameInUse().failure
        logger.error("\(cause)")
      }
      hasToldNameInUse = true
      return try hear()
    }
    if try enter(before: before) { logger.notice("the node is back", metadata: ["run": "\(run)"]) }
  }

  func nameInUse() throws(BusConnection.Failure) -> BusConnection.Failure {
    let rows = try asking().run(RegistrySQL.holder, [.text(identity.name)])
    var holder = "another node"
    if let row = rows.first, let role = row.optionalText(0), let address = row.optionalText(1),
      let age = row.optionalText(2)
    {
      holder = "a \(role) node that serves \(address), last heard of \(age) ms ago"
    }
    return BusConnection.Failure(
      failure: StoreFailure(
        "the name \(identity.name) is in use by \(holder): stop that one, or give this one another --node"),
      isLost: false)
  }
}

// Heartbeats, and what they tell of the others.
extension NodeLoop {
  func heartbeat() throws(BusConnection.Failure) {
    guard let look = try look(hearing: true) else { return try fence() }
    let missing = inbox.observe(look.records, at: look.clock)
    let over = observe(look)
    for run in missing where run.name != identity.name { member.missed(run) }
    bury(over)
    try markSuspects()
    try sweep()
    tellDraining()
  }

  /// Those who send clients here are to stop at once.
  private func tellDraining() {
    let isDraining = state.get(\.isDraining)
    guard isDraining != hasToldDraining else { return }
    hasToldDraining = isDraining
    _ = state.send(isDraining ? "draining" : "here", to: .registry)
  }

  /// Writes the heartbeat and reads all rows; nil when the own one is not this run's any more.
  private func look(hearing: Bool) throws(BusConnection.Failure) -> RegistryLook? {
    if hearing { try hear() }
    let (numbers, isDraining, admin) = state.change { fields in
      fields.wantsHeartbeat = false
      return (fields.outbox.lastNumbers, fields.isDraining, fields.adminAddress)
    }
    let load = identity.load()
    let began = Monotonic.milliseconds
    let result = try asking().run(
      RegistrySQL.heartbeat,
      own + [
        .integer(load.connections), .integer(load.recent), .text(isDraining ? "t" : "f"),
        .text(RegistryRow.text(numbers)), .text(admin?.description),
      ])
    let ended = Monotonic.milliseconds
    if hearing { try hear() }
    nextBeat = ended + NodeLoop.beat
    guard let first = result.first, first.isTrue(RegistryRow.width) else { return nil }
    lastBeat = began
    let clock: Int64 = try value(result)
    let offset = clock - Int64((began + ended) / 2)
    state.change { $0.clockOffset = offset }
    return RegistryLook(rows: result.compactMap(genuine), at: ended, clock: clock)
  }

  private func genuine(_ row: Row) -> RegistryRow? {
    guard row.optionalText(1) != nil else { return nil }
    if let read = try? RegistryRow(row, hearing: identity.heard), read.isGenuine(identity.keys.registry) { return read }
    let (name, epoch) = (row.optionalText(1) ?? "", row.optionalText(3) ?? "")
    if impostors.count < 1_000, impostors.insert("\(name)#\(epoch)").inserted {
      logger.warning(
        "a row of the registry is not sealed with the key of this cluster and is ignored",
        metadata: ["node": "\(name)", "epoch": "\(epoch)"])
    }
    return nil
  }

  /// Takes the rows in; answers with runs of notification servers that are over.
  private func observe(_ look: RegistryLook) -> [NodeRun] {
    let over = state.change { $0.view.observe(look.records, at: look.at, clock: look.clock) }
    let before = rows
    rows = Dictionary(look.rows.map { ($0.record.run, $0) }) { first, _ in first }
    return over.filter { run in
      run.name != identity.name && (rows[run] ?? before[run])?.record.role == .notification
    }
  }

  private func bury(_ over: [NodeRun]) {
    for run in over {
      logger.notice("a notification server is gone", metadata: ["run": "\(run)"])
      member.died(run)
    }
  }

  private func markSuspects() throws(BusConnection.Failure) {
    let now = Monotonic.milliseconds
    let suspects = state.get { $0.view.suspects(of: identity.role, at: now) }
    for suspect in suspects where suspect.run.name != identity.name {
      guard let heartbeat = rows[suspect.run]?.heartbeat else { continue }
      try tolerate("\(suspect.run) could not be marked as dead") { () throws(BusConnection.Failure) in
        let marked = try asking().run(
          RegistrySQL.mark(identity.role),
          [.text(suspect.run.name), .integer(suspect.run.epoch), .text(heartbeat)])
        guard !marked.isEmpty else { return }
        logger.warning(
          "a node is dead", metadata: ["run": "\(suspect.run)", "lock": "\(suspect.holdsLock ? "held" : "free")"])
        nextBeat = 0
      }
    }
  }

  private func sweep() throws(BusConnection.Failure) {
    let now = Monotonic.milliseconds
    guard now >= nextSweep else { return }
    nextSweep = now + NodeLoop.sweeping / 2 + Int.random(in: 0..<NodeLoop.sweeping)
    try tolerate("what the dead have left could not be removed") { () throws(BusConnection.Failure) in
      try asking().run(RegistrySQL.sweep, [.text(identity.role.rawValue)])
      if identity.role == .notification { try asking().run(RegistrySQL.sweepSessions) }
    }
  }
}

// Results.
extension NodeLoop {
  /// Does what can wait until the next time; only a lost connection is thrown.
  private func tolerate(
    _ complaint: String, _ work: () throws(BusConnection.Failure) -> Void
  ) throws(BusConnection.Failure) {
    do throws(BusConnection.Failure) { try work() } catch {
      if error.isLost { throw error }
      logger.warning("\(complaint): \(error.failure)")
    }
  }

  private func value<Value: FixedWidthInteger>(_ result: QueryResult) throws(BusConnection.Failure) -> Value {
    do throws(StoreFailure) {
      guard let row = result.first else { throw StoreFailure("the database answered with no row") }
      return try row.integer(0)
    } catch {
      throw BusConnection.Failure(failure: error, isLost: true)
    }
  }

  private func isTrue(_ result: QueryResult) -> Bool { result.first?.isTrue(0) == true }
}
