import Dispatch
import Foundation
import Synchronization

/// Ctrl-C and `kill`, as something to wait for.
final class StopSignals: Sendable {
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation
  private let sources: Sources

  /// - Parameter impatient: whether a second signal ends the process at once.
  init(impatient: Bool = false) {
    (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    // A client that vanishes while it is written to must not end the server.
    signal(SIGPIPE, SIG_IGN)
    sources = Sources()
    let isSecond = Once()
    for number in [SIGINT, SIGTERM] {
      sources.add(number) { [continuation] in
        if isSecond.take(), impatient { _exit(128 + number) }
        continuation.yield()
      }
    }
  }

  /// Waits for the first signal, or for ``ask()``.
  func first() async { for await _ in stream { return } }

  /// Acts as a first signal does.
  func ask() { continuation.yield() }

  /// Calls back at each SIGHUP, by which a rotated log is told.
  func onHangUp(_ action: @escaping @Sendable () -> Void) { sources.add(SIGHUP, action) }

  private final class Once: Sendable {
    private let isTaken = Mutex(false)

    /// False the first time, true ever after.
    func take() -> Bool {
      isTaken.withLock { taken in
        defer { taken = true }
        return taken
      }
    }
  }

  /// Keeps the sources that watch for signals; only ever added to.
  private final class Sources: Sendable {
    private let all = Mutex<[Source]>([])

    func add(_ number: Int32, _ action: @escaping @Sendable () -> Void) {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler(handler: action)
      source.resume()
      all.withLock { $0.append(Source(source: source)) }
    }
  }

  /// `@unchecked Sendable`: a dispatch source is a thread-safe object, and nobody touches it once it is resumed.
  private struct Source: @unchecked Sendable {
    let source: any DispatchSourceSignal
  }
}
