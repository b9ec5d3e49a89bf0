import Dispatch
import Foundation
import Synchronization

/// People who are signed in, do nothing but ping, and notice how long the answer takes while somebody else keeps the server
/// busy: a thread of their own with plain sockets, which has next to nothing to do.
///
/// They ping in turn and at fixed times, whether answers come or not: a server that stalls for 20 ms is late for each of
/// the pings of that time, and none is left out.
final class Bystanders: Sendable {
  struct Outcome: Sendable {
    /// From the moment before PNG is written to the one after QNG is read.
    var latencies = Latencies()
    /// How far this program lags behind its own plan: a machine that has no processor left lets it wait.
    var lateness = Latencies()
    var sent = 0
    var refused = 0
  }

  private let ready = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)
  private let isOver = Atomic(false)
  private let outcome = Mutex<Result<Outcome, any Error>>(.failure(LoadFailure("bystanders have not ended")))

  /// Has them sign in and ping while `body` runs.
  ///
  /// - Parameter interval: between two pings of any of them. One person may ping 400 times at once, then 100 times a second.
  static func watch<Value>(
    _ handles: [String], at server: SocketName, every interval: Duration, during body: () throws -> Value
  ) throws -> (Value, Outcome) {
    let bystanders = Bystanders()
    let thread = Thread {
      let result = Result { try bystanders.ping(handles, at: server, every: interval) }
      bystanders.outcome.withLock { $0 = result }
      bystanders.ready.signal()
      bystanders.ended.signal()
    }
    thread.start()
    bystanders.ready.wait()
    let value = Result { try body() }
    bystanders.isOver.store(true, ordering: .relaxed)
    bystanders.ended.wait()
    return (try value.get(), try bystanders.outcome.withLock { try $0.get() })
  }

  private func ping(_ handles: [String], at server: SocketName, every interval: Duration) throws -> Outcome {
    let clients = try PlainClient.signIn(handles, on: server)
    defer { for client in clients { client.socket.close() } }
    PlainClient.quiet(clients, for: .milliseconds(300))
    var turn = PingTurn(clients.map(\.socket))
    var outcome = Outcome()
    ready.signal()
    let began = ContinuousClock.now
    while !isOver.load(ordering: .relaxed) {
      var due = began + interval * outcome.sent
      while due <= .now {
        outcome.lateness.add(.now - due)
        try turn.ping()
        outcome.sent += 1
        due = began + interval * outcome.sent
      }
      try turn.read(until: due, &outcome)
    }
    // What is on its way still counts.
    let end = ContinuousClock.now + .seconds(PlainSocket.patience)
    while turn.isWaiting, .now < end { try turn.read(until: end, &outcome) }
    guard !turn.isWaiting else { throw LoadFailure("a ping was not answered for \(PlainSocket.patience) s") }
    return outcome
  }
}

/// Sockets that ping one after the other.
private struct PingTurn {
  private struct Waiting {
    var sent: [ContinuousClock.Instant] = []
    var lines = LineTally("QNG")
  }

  private let sockets: [PlainSocket]
  private var waiting: [Waiting]
  private var poll: PollSet
  private var next = 0
  private let room = ReadingRoom()
  private static let line = Array("PNG\r\n".utf8)

  var isWaiting: Bool { waiting.contains { !$0.sent.isEmpty } }

  init(_ sockets: [PlainSocket]) {
    self.sockets = sockets
    waiting = sockets.map { _ in Waiting() }
    poll = PollSet(sockets)
  }

  mutating func ping() throws {
    waiting[next].sent.append(.now)
    try sockets[next].send(Self.line)
    next = (next + 1) % sockets.count
  }

  /// Reads what comes until then, or until something has come.
  mutating func read(until due: ContinuousClock.Instant, _ outcome: inout Bystanders.Outcome) throws {
    for place in poll.wait(atMost: due - .now) {
      let now = ContinuousClock.now
      guard let count = sockets[place].receiveAtOnce(room.bytes) else { continue }
      guard count > 0 else { throw LoadFailure("the server has closed a bystander's connection") }
      let before = (waiting[place].lines.count, waiting[place].lines.errors)
      waiting[place].lines.add(room.first(count))
      let refused = waiting[place].lines.errors - before.1
      outcome.refused += refused
      for index in 0..<waiting[place].lines.count - before.0 + refused {
        let sent = waiting[place].sent.removeFirst()
        if index >= refused { outcome.latencies.add(now - sent) }
      }
    }
  }
}
