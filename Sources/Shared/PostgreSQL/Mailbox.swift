internal import CLibPQ
import Roster
import Store
import Synchronization

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What the polling thread is told.
enum Order: Sendable {
  case request([Query], then: @Sendable (Result<[QueryResult], StoreFailure>) -> Void)
  /// As a request, behind every change by the account that was asked for before.
  case requestBehind(AccountID, [Query], then: @Sendable (Result<[QueryResult], StoreFailure>) -> Void)
  case transaction(Job)
  case connected(OpenConnection, slot: Int)
  case notConnected(StoreFailure)
  /// Ends when everything asked before is done.
  case close(then: @Sendable () -> Void)
  /// Ends at once.
  case abandon

  /// Answers that nothing can be asked any more.
  func refuse(_ failure: StoreFailure) {
    switch self {
    case .request(_, let then), .requestBehind(_, _, let then): then(.failure(failure))
    case .transaction(let job): job.fail(failure)
    case .close(let then): then()
    case .connected, .notConnected, .abandon: break
    }
  }
}

/// Orders to the polling thread, which sleeps in `poll()` on the mailbox's descriptor and its sockets.
final class Mailbox: Sendable {
  private struct State {
    var orders: [Order] = []
    var isAsleep = false
    var isClosed = false
  }

  private let state = Mutex(State())
  /// Readable when there are orders that the thread has not seen.
  let descriptor: Int32

  init() throws(StoreFailure) {
    descriptor = monarch_event_counter()
    guard descriptor >= 0 else { throw StoreFailure("no event counter: \(String(cString: strerror(errno)))") }
  }

  deinit { _ = close(descriptor) }

  var isClosed: Bool { state.withLock(\.isClosed) }

  /// Hands an order over; false when the thread takes no more.
  func post(_ order: Order) -> Bool {
    let (isTaken, isAsleep) = state.withLock { state in
      guard !state.isClosed else { return (false, false) }
      state.orders.append(order)
      defer { state.isAsleep = false }
      return (true, state.isAsleep)
    }
    // A system call only where it is needed.
    if isAsleep {
      var one: UInt64 = 1
      _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
    }
    return isTaken
  }

  /// What has come since; when nothing has and `sleeping`, the next order will ring.
  func take(sleeping: Bool) -> [Order] {
    state.withLock { state in
      defer { state.orders = [] }
      state.isAsleep = sleeping && state.orders.isEmpty
      return state.orders
    }
  }

  /// Silences the descriptor after it rang.
  func acknowledge() {
    var count: UInt64 = 0
    _ = read(descriptor, &count, MemoryLayout<UInt64>.size)
  }

  /// Takes no more; answers with what had come.
  func shut() -> [Order] {
    state.withLock { state in
      state.isClosed = true
      defer { state.orders = [] }
      return state.orders
    }
  }
}
