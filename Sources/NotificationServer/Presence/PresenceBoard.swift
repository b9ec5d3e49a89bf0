import Cluster
import MSNP
import NIOCore
import Roster
import ServerKit
import Synchronization

/// Who is signed in on this server, how each of them looks, and who watches whom.
///
/// One lock, held for a few dictionary accesses. News for watchers are put on their event loops while it is held, so
/// that each loop gets the states of one account in their order.
final class PresenceBoard: Sendable {
  typealias Reference = ConnectionReference<NotificationSession>

  /// A signed-in connection.
  struct Member: Sendable {
    let connection: ConnectionID
    let handle: UserHandle
    let reference: Reference
  }

  /// As many watchers are told in one go; then the loop serves its other clients before it goes on.
  private static let batch = 64

  private struct Subject {
    var record: PresenceRecord
    var watchers: [AccountID] = []
  }

  private struct State {
    var members: [AccountID: Member] = [:]
    var accounts: [UserHandle: AccountID] = [:]
    var subjects: [AccountID: Subject] = [:]
    var stamp: UInt64 = 0
    var isClosed = false
  }

  private let state = Mutex(State())

  /// Makes a connection the account's one session and answers with the one that was; watchers see that one go. Nil
  /// for `isOpen` means that the server takes nobody any more.
  func claim(_ account: AccountID, _ member: Member) -> (isOpen: Bool, loser: Member?) {
    state.withLock { state in
      guard !state.isClosed else { return (false, nil) }
      let loser = state.members.updateValue(member, forKey: account)
      state.accounts[member.handle] = account
      if let loser { Self.publish(nil, of: account, loser.handle, &state) }
      return (true, loser)
    }
  }

  /// Ends a connection's session, unless another has taken the account meanwhile.
  func release(_ account: AccountID, _ connection: ConnectionID, watching: [AccountID]) {
    state.withLock { state in
      for subject in watching { Self.unwatch(subject, by: account, &state) }
      guard let member = state.members[account], member.connection == connection else { return }
      state.members[account] = nil
      state.accounts[member.handle] = nil
      Self.publish(nil, of: account, member.handle, &state)
    }
  }

  /// Others see the account like this from now on. Dropped when the connection is no longer the account's.
  func publish(_ presence: Presence?, of account: AccountID, from connection: ConnectionID) {
    state.withLock { state in
      guard let member = state.members[account], member.connection == connection else { return }
      Self.publish(presence, of: account, member.handle, &state)
    }
  }

  /// Tells `watcher` of these accounts from now on and answers how they are.
  func watch(_ accounts: [AccountID], by watcher: AccountID) -> [PresenceRecord] {
    state.withLock { state in
      accounts.map { account in
        state.subjects[account, default: Self.unseen(account)].watchers.append(watcher)
        return state.subjects[account]?.record ?? Self.unseen(account).record
      }
    }
  }

  func unwatch(_ account: AccountID, by watcher: AccountID) {
    state.withLock { Self.unwatch(account, by: watcher, &$0) }
  }

  /// Brings an event to an account's session; false when it has none here.
  @discardableResult
  func deliver(_ event: NotificationEvent, to account: AccountID) -> Bool {
    state.withLock { state in
      guard let member = state.members[account] else { return false }
      member.reference.deliver(event)
      return true
    }
  }

  /// Brings an event to the session of a handle; false when it has none here.
  func deliver(_ event: NotificationEvent, to handle: UserHandle) -> Bool {
    state.withLock { state in
      guard let account = state.accounts[handle], let member = state.members[account] else { return false }
      member.reference.deliver(event)
      return true
    }
  }

  /// The name an account is seen under; nil while it is offline or hides.
  func friendlyName(of account: AccountID) -> FriendlyName? {
    state.withLock { $0.subjects[account]?.record.presence?.name }
  }

  var signedInCount: Int { state.withLock { $0.members.count } }

  /// Takes nobody any more and answers with everybody who is signed in.
  func close() -> [Member] {
    state.withLock { state in
      state.isClosed = true
      return Array(state.members.values)
    }
  }

  // MARK: With the lock held

  private static func unseen(_ account: AccountID) -> Subject {
    Subject(record: PresenceRecord(account: account, presence: nil, stamp: 0, face: 0))
  }

  private static func unwatch(_ account: AccountID, by watcher: AccountID, _ state: inout State) {
    guard let index = state.subjects[account]?.watchers.firstIndex(of: watcher) else { return }
    state.subjects[account]?.watchers.remove(at: index)
    forgetIfUnseen(account, &state)
  }

  private static func forgetIfUnseen(_ account: AccountID, _ state: inout State) {
    guard let subject = state.subjects[account], subject.watchers.isEmpty, subject.record.presence == nil else {
      return
    }
    state.subjects[account] = nil
  }

  private static func publish(
    _ presence: Presence?, of account: AccountID, _ handle: UserHandle, _ state: inout State
  ) {
    let before = state.subjects[account]?.record
    // Who is told that the server goes down need not hear that everybody else does too.
    guard !state.isClosed, before?.presence != presence else { return }
    state.stamp += 1
    let face = presence?.looksLike(before?.presence) == true ? before?.face ?? state.stamp : state.stamp
    let record = PresenceRecord(account: account, presence: presence, stamp: state.stamp, face: face)
    state.subjects[account, default: unseen(account)].record = record
    tell(PresenceNews(record, handle: handle), state.subjects[account]?.watchers ?? [], state)
    forgetIfUnseen(account, &state)
  }

  private static func tell(_ news: PresenceNews, _ watchers: [AccountID], _ state: State) {
    var byLoop: [ObjectIdentifier: [Reference]] = [:]
    for watcher in watchers {
      guard let reference = state.members[watcher]?.reference else { continue }
      byLoop[ObjectIdentifier(reference.loop), default: []].append(reference)
    }
    for references in byLoop.values { tell(news, references[...]) }
  }

  private static func tell(_ news: PresenceNews, _ references: ArraySlice<Reference>) {
    guard let loop = references.first?.loop else { return }
    loop.execute {
      for reference in references.prefix(batch) { reference.onLoop().deliver(.presence(news)) }
      tell(news, references.dropFirst(batch))
    }
  }
}
