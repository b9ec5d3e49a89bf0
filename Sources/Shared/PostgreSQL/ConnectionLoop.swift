import Roster
import Store

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The polling thread's own: connections, transactions and the order of answers. Only that thread touches it.
final class ConnectionLoop {
  private struct Held {
    let queries: [Query]
    let then: @Sendable (Result<[QueryResult], StoreFailure>) -> Void
  }

  private let mailbox: Mailbox
  private let connector: Connector
  private var connections: [PipelineConnection?]
  /// The first so many connections carry requests of many callers, the others one transaction at a time.
  private let shared: Int

  private var order = AnswerOrder()
  private var waiting: [(job: Job, deadline: ContinuousClock.Instant)] = []
  /// Whose changes wait or are under way, and how many.
  private var changing: [AccountID: Int] = [:]
  private var running: Set<AccountID> = []
  /// Requests behind the changes of an account.
  private var held: [AccountID: [Held]] = [:]
  private var cause = StoreFailure("the database is away")
  private var closing: (then: @Sendable () -> Void, deadline: ContinuousClock.Instant)?
  private var isAbandoned = false

  /// How long a transaction waits for a connection, and how often it is begun again.
  private static let patience = Duration.seconds(5)
  private static let attempts = 10
  /// Milliseconds between two looks at deadlines while something is under way.
  private static let tick: Int32 = 100

  init(_ open: [OpenConnection], shared: Int, mailbox: Mailbox, connector: Connector) {
    self.mailbox = mailbox
    self.connector = connector
    self.shared = shared
    connections = open.map { PipelineConnection($0, for: connector) }
  }

  /// Works until it is told to end.
  func run() {
    while !isAbandoned, !isDone {
      for order in mailbox.take(sleeping: false) { take(order) }
      startTransactions()
      for connection in connections { connection?.flush() }
      replaceLost()
      let orders = mailbox.take(sleeping: true)
      for order in orders { take(order) }
      if orders.isEmpty { awaitSockets() }
      checkDeadlines()
    }
    end()
  }

  private var isIdle: Bool { waiting.isEmpty && connections.allSatisfy { ($0?.load ?? 0) == 0 } }

  private var isDone: Bool {
    guard let closing else { return false }
    return isIdle || closing.deadline <= .now
  }

  private func end() {
    let failure = StoreFailure("the store is closed")
    for order in mailbox.shut() { order.refuse(failure) }
    for entry in waiting { entry.job.fail(failure) }
    for connection in connections { connection?.lose(because: failure) }
    connections = []
    closing?.then()
  }

  private func take(_ order: Order) {
    switch order {
    case .request(let queries, let then): request(Held(queries: queries, then: then))
    case .requestBehind(let account, let queries, let then):
      let request = Held(queries: queries, then: then)
      if changing[account] == nil { self.request(request) } else { held[account, default: []].append(request) }
    case .transaction(let job): enqueue(job)
    case .connected(let open, let slot): connections[slot] = PipelineConnection(open, for: connector)
    case .notConnected(let failure): cause = failure
    case .close(let then): closing = (then, .now + Patience.usual)
    case .abandon: isAbandoned = true
    }
  }
}

// The sockets.
extension ConnectionLoop {
  private func awaitSockets() {
    var entries = [pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)]
    var polled: [PipelineConnection] = []
    for case let connection? in connections where connection.loss == nil {
      let events = POLLIN | (connection.wantsToWrite ? POLLOUT : 0)
      entries.append(pollfd(fd: connection.descriptor, events: Int16(events), revents: 0))
      polled.append(connection)
    }
    let isQuiet = isIdle && closing == nil
    guard poll(&entries, nfds_t(entries.count), isQuiet ? -1 : ConnectionLoop.tick) > 0 else { return }
    if entries[0].revents != 0 { mailbox.acknowledge() }
    for (entry, connection) in zip(entries.dropFirst(), polled) where entry.revents != 0 { connection.receive() }
  }

  private func checkDeadlines() {
    let now = ContinuousClock.now
    for connection in connections { connection?.checkPatience(now) }
    while let first = waiting.first, first.deadline <= now {
      waiting.removeFirst()
      fail(first.job, StoreFailure("every connection for changes is busy"))
    }
  }

  private func replaceLost() {
    for (slot, connection) in connections.enumerated() {
      guard let loss = connection?.loss else { continue }
      cause = loss
      connections[slot] = nil
      if closing == nil { connector.replace(slot) }
    }
    // A transaction waits for a busy connection, not for one that may come back some time.
    guard !waiting.isEmpty, connections[shared...].allSatisfy({ $0 == nil }) else { return }
    let jobs = waiting
    waiting = []
    for entry in jobs { fail(entry.job, cause) }
  }

  private func request(_ request: Held) {
    let open = connections[..<shared].compactMap { $0 }.filter { $0.loss == nil }
    guard let connection = open.min(by: { $0.load < $1.load }) else { return request.then(.failure(cause)) }
    let then = request.then
    connection.send(request.queries, patience: Patience.usual) { then($0.mapError(\.failure)) }
  }
}

// Transactions on leased connections.
extension ConnectionLoop {
  private func enqueue(_ job: Job) {
    if let owner = job.owner { changing[owner, default: 0] += 1 }
    waiting.append((job, .now + ConnectionLoop.patience))
  }

  /// Leases what is free to the first in line whose owner has no other change under way.
  private func startTransactions() {
    for case let connection? in connections[shared...] where connection.loss == nil && !connection.isLeased {
      guard let index = waiting.firstIndex(where: { !($0.job.owner.map(running.contains) ?? false) }) else { return }
      let job = waiting.remove(at: index).job
      if let owner = job.owner { running.insert(owner) }
      connection.isLeased = true
      begin(job, on: connection, attempt: 1)
    }
  }

  private func begin(_ job: Job, on connection: PipelineConnection, attempt: Int) {
    connection.send(job.opening, patience: job.patience) { [self] result in
      switch result {
      case .success(let results): judge(job, results, on: connection, attempt)
      case .failure(let failure) where failure.isWorthRepeating:
        again(job, on: connection, attempt, failure.failure)
      case .failure(let failure):
        rollBack(connection)
        fail(job, failure.failure)
      }
    }
  }

  private func judge(_ job: Job, _ results: [QueryResult], on connection: PipelineConnection, _ attempt: Int) {
    switch job.judge(results) {
    case .commit(let writes, let accounts, let answer):
      let place = order.enter(raising: accounts)
      connection.send(writes + [Query(.commit)], patience: job.patience) { [self] result in
        switch result {
        case .success:
          connection.isLeased = false
          complete(place) { [self] in finish(job, answer: answer) }
        case .failure(let failure):
          rollBack(connection)
          complete(place) { [self] in fail(job, failure.failure) }
        }
      }
    case .rollBack(let answer):
      rollBack(connection)
      finish(job, answer: answer)
    case .done(let answer):
      connection.isLeased = false
      finish(job, answer: answer)
    case .again:
      again(job, on: connection, attempt, StoreFailure("others kept changing the same lists"))
    }
  }

  private func again(_ job: Job, on connection: PipelineConnection, _ attempt: Int, _ failure: StoreFailure) {
    guard attempt < ConnectionLoop.attempts else {
      rollBack(connection)
      return fail(job, failure)
    }
    connection.send([Query(.rollback)], patience: Patience.usual) { _ in }
    begin(job, on: connection, attempt: attempt + 1)
  }

  private func rollBack(_ connection: PipelineConnection) {
    connection.send([Query(.rollback)], patience: Patience.usual) { _ in connection.isLeased = false }
  }

  private func complete(_ place: AnswerOrder.Place, answer: @escaping () -> Void) {
    for answer in order.complete(place, answer: answer) { answer() }
  }

  private func fail(_ job: Job, _ failure: StoreFailure) { finish(job) { job.fail(failure) } }

  /// Answers, and lets go what stood behind the change.
  private func finish(_ job: Job, answer: () -> Void) {
    if let owner = job.owner, let count = changing[owner] {
      running.remove(owner)
      changing[owner] = count > 1 ? count - 1 : nil
    }
    answer()
    guard let owner = job.owner, changing[owner] == nil, let requests = held.removeValue(forKey: owner) else { return }
    for request in requests { self.request(request) }
  }
}
