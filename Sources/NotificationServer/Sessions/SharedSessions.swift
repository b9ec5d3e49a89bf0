import Cluster
import Logging
import MSNP
import NIOCore
import Roster
import Store
import Synchronization

/// The book of a server that is one of many: sessions have rows in the database, and others hear of them over the bus.
///
/// A row is written before the bus tells of it, so that whoever reads rows after an event sees at least that state.
final class SharedSessions: SessionBook {
  /// How long a new session waits for the one that it ends on another server.
  private static let farewell = TimeAmount.milliseconds(500)
  /// How long nothing is written after the database has refused.
  private static let pause = TimeAmount.milliseconds(250)

  private struct State {
    var pending = PendingStates()
    var farewells: [UInt64: @Sendable () -> Void] = [:]
    var lastFarewell: UInt64 = 0
    var settled: [CheckedContinuation<Void, Never>] = []
  }

  let link: any ClusterLink
  let store: any SessionStore
  let loop: any EventLoop
  let logger: Logger
  private let state = Mutex(State())
  /// The board, which is made after its book; set once, before the server listens.
  private let boardBox = Mutex<PresenceBoard?>(nil)

  init(link: any ClusterLink, store: any SessionStore, loop: any EventLoop, logger: Logger) {
    self.link = link
    self.store = store
    self.loop = loop
    self.logger = logger
  }

  var board: PresenceBoard? { boardBox.withLock { $0 } }

  func serve(_ board: PresenceBoard) {
    boardBox.withLock { $0 = board }
    loop.scheduleRepeatedTask(initialDelay: .seconds(5), delay: .seconds(5)) { [weak self] task in
      guard let self else { return task.cancel() }
      self.compareRows()
    }
  }

  // MARK: Claiming

  func claim(_ account: AccountID, then: @escaping StoreAnswer<SessionClaim?, StoreFailure>) {
    store.claim(account, for: link.run) { [self] result in
      guard case .success(let claim?) = result, let loser = claim.loser, loser.run != link.run else {
        return then(result)
      }
      dismiss(account, loser.generation, on: loser.run) { then(result) }
    }
  }

  /// Tells another server that a session of its is over, and goes on when it has told its client, or will not.
  private func dismiss(
    _ account: AccountID, _ generation: UInt64, on run: NodeRun, then: @escaping @Sendable () -> Void
  ) {
    let health = link.health(of: run)
    guard health != .dead else { return then() }
    let number = state.withLock { state in
      state.lastFarewell += 1
      if health == .alive { state.farewells[state.lastFarewell] = then }
      return state.lastFarewell
    }
    let event = ClusterEvent.over(account, generation: generation, answer: number)
    link.send(event.text, to: .node(run.name))
    // A server that has stopped for a while hears of it when it goes on; nobody waits for that.
    guard health == .alive else { return then() }
    loop.scheduleTask(in: Self.farewell) { self.heardFarewell(number) }
  }

  /// The former session's client has been told.
  func heardFarewell(_ number: UInt64) {
    let then = state.withLock { $0.farewells.removeValue(forKey: number) }
    then?()
  }

  // MARK: Writing

  func changed(_ new: SessionState, isOver: Bool) {
    state.withLock { $0.pending.add(new, isOver: isOver) }
    // Not from here: the board's lock is held, and the states of this loop tick go together.
    loop.execute { self.write() }
  }

  /// Writes what is pending, and tells the others of it when it is written.
  func write() {
    guard let batch = state.withLock({ $0.pending.take() }) else { return reportSettled() }
    let ended = Dictionary(batch.ended.map { ($0.account, $0.mark) }) { max($0, $1) }
    store.write(batch.states, ended: ended, of: link.run) { [self] result in
      switch result {
      case .success(let lost):
        for state in batch.states where !lost.contains(state.account) { publish(state) }
        for state in batch.ended { publish(state) }
        state.withLock { $0.pending.goOn() }
        if !lost.isEmpty { restore(lost) }
        write()
      case .failure(let failure):
        logger.debug("sessions are not written", metadata: ["cause": "\(failure)"])
        state.withLock { $0.pending.failed(batch) }
        loop.scheduleTask(in: Self.pause) {
          self.state.withLock { $0.pending.goOn() }
          self.write()
        }
      }
    }
  }

  /// Returns when everything so far is written and told, or cannot be for two seconds.
  func settle() async {
    await withCheckedContinuation { continuation in
      state.withLock { $0.settled.append(continuation) }
      loop.execute { self.write() }
      loop.scheduleTask(in: .seconds(2)) { self.reportSettled(giveUp: true) }
    }
  }

  private func reportSettled(giveUp: Bool = false) {
    let settled = state.withLock { state in
      guard giveUp || !state.pending.isWriting else { return state.settled.prefix(0) }
      defer { state.settled = [] }
      return state.settled[...]
    }
    for continuation in settled { continuation.resume() }
  }

  func publish(_ state: SessionState) {
    guard !link.send(ClusterEvent.presence(state).text, to: .notification) else { return }
    link.send(ClusterEvent.look(state.account).text, to: .notification)
  }

  // MARK: Telling and asking

  func tell(_ notices: [Notice]) {
    for batch in Notice.batches(notices) { link.send(ClusterEvent.notices(batch).text, to: .notification) }
  }

  func tell(signIn handle: UserHandle, from address: String?, failed: Bool) {
    link.send(ClusterEvent.signIn(handle, address: address, failed: failed).text, to: .notification)
  }

  func find(_ account: AccountID, then: @escaping @Sendable () -> Void) {
    store.sessions(of: [account]) { [self] result in
      if case .success(let sessions) = result { for session in sessions { apply(session) } }
      then()
    }
  }

  func notices(of account: AccountID, after version: ListVersion, then: @escaping @Sendable ([Notice]?) -> Void) {
    store.notices(of: account, after: version) { result in then(try? result.get()) }
  }

  /// Shows a session read from its row, unless it is this server's own.
  func apply(_ session: PlacedSession) {
    if session.run != link.run { board?.apply(session) }
  }
}
