internal import CLibPQ
import Cluster
import MSNP
import PostgreSQL
import Store
import Synchronization

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What a node's thread shares with its callers. The thread sleeps in `poll()` on the state's descriptor and its socket.
final class NodeState: Sendable {
  enum Ending: Sendable {
    /// Sends what waits and takes the row off the registry.
    case leave
    /// Goes as a process does that is killed.
    case abandon
  }

  struct Fields: Sendable {
    var run: NodeRun
    /// The registry has the run, and the bus can be reached.
    var isOpen = false
    var isRunning = false
    /// The database's clock less ``Monotonic``.
    var clockOffset: Int64
    var view = ClusterView()
    var outbox: BusOutbox
    var adminAddress: HostPort?
    var isDraining = false
    /// The row is to be written now rather than in time.
    var wantsHeartbeat = false
    var ending: Ending?
    var whenEnded: [@Sendable () -> Void] = []
    fileprivate var isAsleep = false
  }

  private let fields: Mutex<Fields>
  /// Readable when there is something that the thread has not seen.
  let descriptor: Int32

  init(name: String, adminAddress: HostPort?) throws(StoreFailure) {
    descriptor = monarch_event_counter()
    guard descriptor >= 0 else { throw StoreFailure("no event counter: \(String(cString: strerror(errno)))") }
    let run = NodeRun(name: name, epoch: 0)
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    let wall = Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    fields = Mutex(
      Fields(
        run: run, clockOffset: wall - Int64(Monotonic.milliseconds), outbox: BusOutbox(origin: run),
        adminAddress: adminAddress))
  }

  deinit { _ = close(descriptor) }

  func get<Value: Sendable>(_ body: (Fields) -> Value) -> Value { fields.withLock { body($0) } }

  /// Changes the fields; with `waking` the thread looks at them at once.
  @discardableResult
  func change<Value: Sendable>(waking: Bool = false, _ body: (inout Fields) -> Value) -> Value {
    var isAsleep = false
    let value = fields.withLock { fields in
      let value = body(&fields)
      if waking {
        isAsleep = fields.isAsleep
        fields.isAsleep = false
      }
      return value
    }
    // A system call only where it is needed.
    if isAsleep { ring() }
    return value
  }

  /// Sends, or counts as lost while the bus is away.
  func send(_ event: String, to channel: BusChannel) -> Bool {
    var isAsleep = false
    let isTaken = fields.withLock { fields in
      guard fields.isOpen else { return fields.outbox.lose(event, to: channel) }
      isAsleep = fields.isAsleep
      fields.isAsleep = false
      return fields.outbox.add(event, to: channel)
    }
    if isAsleep { ring() }
    return isTaken
  }

  var clock: Int64 { self.get(\.clockOffset) + Int64(Monotonic.milliseconds) }

  /// For the thread: decides from the fields how long to sleep, in milliseconds, and whether it has to be woken.
  func fallAsleep(_ body: (Fields) -> (milliseconds: Int, wakes: Bool)) -> Int {
    fields.withLock { fields in
      guard fields.ending == nil else { return 0 }
      let (milliseconds, wakes) = body(fields)
      fields.isAsleep = wakes
      return max(milliseconds, 0)
    }
  }

  /// For the thread: silences the descriptor.
  func wakeUp(rang: Bool) {
    fields.withLock { $0.isAsleep = false }
    guard rang else { return }
    var count: UInt64 = 0
    _ = read(descriptor, &count, MemoryLayout<UInt64>.size)
  }

  private func ring() {
    var one: UInt64 = 1
    _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
  }
}
