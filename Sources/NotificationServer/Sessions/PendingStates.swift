import Cluster
import Roster

/// What sessions of this server became since their rows were written last: the newest state of each, however many there
/// were. One batch is on its way at a time, so that rows never go back. Pure.
struct PendingStates: Sendable {
  struct Batch: Sendable {
    var states: [SessionState]
    var ended: [SessionState]
  }

  /// So many sessions go in one statement.
  static let limit = 500

  private var states: [AccountID: SessionState] = [:]
  private var ended: [AccountID: SessionState] = [:]
  private(set) var isWriting = false

  mutating func add(_ state: SessionState, isOver: Bool) {
    guard isOver else {
      states[state.account] = state
      return
    }
    // The answer to an older claim may come after the session that replaced it has ended.
    if let other = ended[state.account], other.mark > state.mark { return }
    ended[state.account] = state
    if let pending = states[state.account], pending.mark < state.mark { states[state.account] = nil }
  }

  /// The next batch; nil while one is on its way, or when there is nothing to write.
  mutating func take() -> Batch? {
    guard !isWriting, !(states.isEmpty && ended.isEmpty) else { return nil }
    isWriting = true
    var batch = Batch(states: [], ended: [])
    for account in Array(states.keys.prefix(Self.limit)) {
      if let state = states.removeValue(forKey: account) { batch.states.append(state) }
    }
    for account in Array(ended.keys.prefix(Self.limit)) {
      if let state = ended.removeValue(forKey: account) { batch.ended.append(state) }
    }
    return batch
  }

  /// The next batch may go: the last one is written, or the time to wait after it had failed is over.
  mutating func goOn() { isWriting = false }

  /// The database did not take the batch: it is to be written again, but for what is newer by now. Nothing is taken
  /// before ``goOn()``.
  mutating func failed(_ batch: Batch) {
    for state in batch.states where states[state.account] == nil {
      if let end = ended[state.account], end.mark > state.mark { continue }
      states[state.account] = state
    }
    for state in batch.ended where ended[state.account] == nil { ended[state.account] = state }
  }
}
