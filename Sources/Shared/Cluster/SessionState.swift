import MSNP
import Roster

/// Orders the states of one account in the whole cluster: a session that is claimed later has a higher generation, and
/// each later state of one session a higher sequence. What bears a lower mark than what is known means nothing any more.
public struct SessionMark: Hashable, Comparable, Sendable {
  public var generation: UInt64
  public var sequence: UInt64

  public init(generation: UInt64, sequence: UInt64 = 0) {
    self.generation = generation
    self.sequence = sequence
  }

  public static func < (left: SessionMark, right: SessionMark) -> Bool {
    (left.generation, left.sequence) < (right.generation, right.sequence)
  }
}

/// A session as other nodes know it.
public struct SessionState: Hashable, Sendable {
  public var account: AccountID
  public var handle: UserHandle
  public var mark: SessionMark
  /// Nil before the first `CHG`, while the person hides, and when the session is over.
  public var presence: Presence?

  public init(account: AccountID, handle: UserHandle, mark: SessionMark, presence: Presence?) {
    self.account = account
    self.handle = handle
    self.mark = mark
    self.presence = presence
  }
}

/// A session with the run of the node that holds it.
public struct PlacedSession: Hashable, Sendable {
  public var state: SessionState
  public var run: NodeRun

  public init(state: SessionState, run: NodeRun) {
    self.state = state
    self.run = run
  }
}
