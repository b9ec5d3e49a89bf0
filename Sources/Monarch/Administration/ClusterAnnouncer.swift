import Cluster
import Dispatch
import Roster
import Store
import Synchronization

/// Tells the nodes of a cluster what an operator's command has changed in its store.
///
/// Calls come back at once; a queue of its own sends, in their order.
final class ClusterAnnouncer: Sendable {
  private struct State {
    let desk: any OperatorDesk
    var failure: StoreFailure?
  }

  private let queue = DispatchQueue(label: "monarch.announcer")
  private let state: Mutex<State>

  init(_ desk: sending any OperatorDesk) { state = Mutex(State(desk: desk)) }

  var changes: LocalAdministration.Changes {
    LocalAdministration.Changes(removed: { self.removed($0) }, noticed: { self.noticed($0) })
  }

  /// Waits until everything has been sent; answers with the reason if something could not be.
  func finish() async -> StoreFailure? {
    await withCheckedContinuation { continuation in
      queue.async { [self] in continuation.resume(returning: state.withLock(\.failure)) }
    }
  }

  private func removed(_ account: AccountID) {
    let event = ClusterEvent.removed(account).text
    send(event, to: .notification)
    send(event, to: .switchboards)
  }

  private func noticed(_ notices: [Notice]) {
    for batch in Notice.batches(notices) { send(ClusterEvent.notices(batch).text, to: .notification) }
  }

  /// After a failure nothing more is sent: whoever misses a notice finds the later ones in the store too.
  private func send(_ event: String, to channel: BusChannel) {
    queue.async { [self] in
      state.withLock { state in
        guard state.failure == nil else { return }
        do throws(StoreFailure) { try state.desk.send(event, to: channel) } catch { state.failure = error }
      }
    }
  }
}
