import Cluster
import MSNP
import NIOCore
import Synchronization

/// How much a switchboard has to do.
public final class SwitchboardCounts: Sendable {
  /// Conversations that go on, and the people in them.
  public let conversations = Atomic(0)
  public let people = Atomic(0)
  /// Messages handed on since the start.
  public let relayed = Atomic<UInt64>(0)
}

extension SwitchboardServer {
  /// Returns when the last conversation is over, or the time is; then closes what is left. New conversations may still
  /// begin with tickets made before others learnt that the switchboard drains.
  public func drain(within time: TimeAmount) async {
    let isOver = loop.makePromise(of: Void.self)
    let deadline = loop.scheduleTask(in: time) { isOver.succeed() }
    let look = loop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(200)) { [self] _ in
      if state.conversations.isEmpty { isOver.succeed() }
    }
    try? await isOver.futureResult.get()
    deadline.cancel()
    look.cancel()
    await shutDown()
  }

  /// The run under which others know this switchboard now. Tickets for its earlier ones stay good: the memory of which
  /// were used is the same.
  func takeRun(_ run: NodeRun) {
    runs.withLock { runs in
      if runs.last?.epoch == 0 { runs = [] }
      guard runs.last != run else { return }
      runs.append(run)
      runs = runs.suffix(4)
    }
  }

  /// Who this switchboard is to those who make tickets for it.
  public var node: SwitchboardNode {
    let run = runs.withLock { $0.last ?? NodeRun(name: "", epoch: 0) }
    return SwitchboardNode(name: run.name, epoch: run.epoch, address: address)
  }

  func countConversations() {
    counts.conversations.store(state.conversations.count, ordering: .relaxed)
    counts.people.store(state.connections.count, ordering: .relaxed)
  }
}
