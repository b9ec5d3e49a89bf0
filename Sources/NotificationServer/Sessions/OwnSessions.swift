import Cluster
import MSNP
import Roster
import Store
import Synchronization

/// The book of a service that is one process: nobody else is to be told, and nothing can be missed.
final class OwnSessions: SessionBook {
  private let store: any RosterStore
  private let generation = Atomic<UInt64>(0)

  init(_ store: any RosterStore) { self.store = store }

  func claim(_ account: AccountID, then: @escaping StoreAnswer<SessionClaim?, StoreFailure>) {
    let mark = SessionMark(generation: generation.wrappingAdd(1, ordering: .relaxed).newValue)
    store.sessionRoster(of: account) { result in
      then(result.map { $0.map { SessionClaim(mark: mark, loser: nil, roster: $0, contacts: []) } })
    }
  }

  func changed(_ state: SessionState, isOver: Bool) {}
  func find(_ account: AccountID, then: @escaping @Sendable () -> Void) { then() }
  func tell(_ notices: [Notice]) {}
  func tell(signIn handle: UserHandle, from address: String?, failed: Bool) {}

  func notices(of account: AccountID, after version: ListVersion, then: @escaping @Sendable ([Notice]?) -> Void) {
    then([])
  }
}
