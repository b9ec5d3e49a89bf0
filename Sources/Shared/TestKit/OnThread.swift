import Foundation

/// Runs blocking work on a thread of its own, off the few threads that all tests share; at most four at a time, so that
/// the servers they start do not starve each other of time.
public func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
  await Seats.shared.take()
  let result = await withCheckedContinuation { (done: CheckedContinuation<Result<Value, any Error>, Never>) in
    let thread = Thread { done.resume(returning: Result { try work() }) }
    thread.stackSize = 1 << 20
    thread.start()
  }
  await Seats.shared.giveBack()
  return try result.get()
}

private actor Seats {
  static let shared = Seats(4)
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(_ count: Int) { free = count }

  func take() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  func giveBack() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}
