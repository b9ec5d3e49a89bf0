import NIOCore
import Synchronization

/// How many connections of clients are open.
public final class ConnectionCount: Sendable {
  private let open = Atomic(0)

  public init() {}

  public var value: Int { open.load(ordering: .relaxed) }

  /// Counts the connection until it closes.
  public func add(_ channel: any Channel) {
    open.add(1, ordering: .relaxed)
    channel.closeFuture.whenComplete { [self] _ in open.subtract(1, ordering: .relaxed) }
  }
}
