import Dispatch
import Foundation
import Synchronization

/// Blocking work on a thread of its own, for tests that are many clients at once: any number may run, unlike with
/// ``onThread(_:)``, on one of whose threads the test itself is.
public final class ThreadTask<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)
  private let isDone = DispatchSemaphore(value: 0)

  public init(_ work: @escaping @Sendable () throws -> Value) {
    let thread = Thread { [self] in
      let outcome = Result { try work() }
      result.withLock { $0 = outcome }
      isDone.signal()
    }
    thread.stackSize = 1 << 19
    thread.start()
  }

  /// Waits for the end of the work, however often it is asked; what the work throws is thrown here.
  public func value() throws -> Value {
    isDone.wait()
    isDone.signal()
    guard let result = result.withLock({ $0 }) else { preconditionFailure("signalled without a result") }
    return try result.get()
  }
}

/// Does work so many times at once, each on a thread of its own, and waits for all of it; throws the first error after
/// everything has ended.
public func onThreads<Value: Sendable>(
  _ count: Int, _ work: @escaping @Sendable (Int) throws -> Value
) throws -> [Value] {
  let tasks = (0..<count).map { index in ThreadTask { try work(index) } }
  let results = tasks.map { task in Result { try task.value() } }
  return try results.map { try $0.get() }
}
