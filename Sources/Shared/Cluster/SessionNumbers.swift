import MSNP
import Synchronization

/// Gives conversations their numbers, unique in the service.
public protocol SessionNumbering: Sendable {
  /// Nil when there is none to be had now: it comes from the database, and that has been away for long.
  func next() -> SessionID?
}

/// Numbers for a service that is one process: they begin anywhere and count up, so that a restart hardly meets a number
/// that a client still remembers.
public final class CountedSessions: SessionNumbering {
  private let last: Mutex<UInt32>

  public init(startingAfter start: UInt32 = .random(in: 1..<1 << 30)) { last = Mutex(start) }

  public func next() -> SessionID? {
    last.withLock { last in
      while true {
        last = last >= 0x7fff_ffff ? 1 : last + 1
        if let session = SessionID(last) { return session }
      }
    }
  }
}
