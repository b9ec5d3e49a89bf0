import Cluster
import MSNP
import NIOCore
import Roster
import ServerKit
import Synchronization

/// Who is signed in on this server, how they and those they watch look, and who watches whom.
///
/// One lock, held for a few dictionary accesses. News for watchers are put on their event loops while it is held, so
/// that each loop gets the states of one account in their order. Of people on other servers only those are here whom
/// somebody here watches; see `PresenceBoard+Elsewhere`.
final class PresenceBoard: Sendable {
  typealias Reference = ConnectionReference<NotificationSession>

  /// A signed-in connection.
  struct Member: Sendable {
    let connection: ConnectionID
    let handle: UserHandle
    let reference: Reference
    /// The last state that others were told of.
    var mark: SessionMark
    /// Since when, in seconds since 1970.
    var since: Int64 = 0
  }

  /// A connection whose claim is under way.
  struct Claimer: Sendable {
    let number: UInt64
    let account: AccountID
    let reference: Reference
  }

  /// As many watchers are told in one go; then the loop serves its other clients before it goes on.
  private static let batch = 64

  /// Somebody who is watched here, or signed in. An object: in the table itself two hundred bytes would be paid for free
  /// places too.
  final class Subject {
    var record: PresenceRecord
    /// The state it is in, in the order of the whole service.
    var mark = SessionMark(generation: 0)
    /// The server that holds the session; nil for this one, and while there is none.
    var home: NodeRun?
    /// The stamp at which it was last heard of, also when it looked as before.
    var heard: UInt64 = 0
    var watchers: [AccountID] = []
    /// How many are about to watch it, when it is known how it is.
    var askers = 0

    init(record: PresenceRecord) { self.record = record }
  }

  struct State {
    var members: [AccountID: Member] = [:]
    var accounts: [UserHandle: AccountID] = [:]
    var subjects: [AccountID: Subject] = [:]
    var claimers: [AccountID: [Claimer]] = [:]
    /// Generations that are over although the claim's answer has not come yet.
    var overtaken: [AccountID: UInt64] = [:]
    var kept = KeptPresence()
    /// Runs of other servers that are over for good; what is read or kept of them comes too late.
    var dead: Set<NodeRun> = []
    var stamp: UInt64 = 0
    var isClosed = false
  }

  let state = Mutex(State())
  /// Told of each state of a session of this server, with the lock held.
  private let changed: @Sendable (SessionState, _ isOver: Bool) -> Void

  init(changed: @escaping @Sendable (SessionState, _ isOver: Bool) -> Void = { _, _ in }) { self.changed = changed }

  // MARK: Coming and going

  /// A connection is about to claim an account; nil when the server takes nobody any more.
  func begin(_ account: AccountID, _ reference: Reference) -> Claimer? {
    state.withLock { state in
      guard !state.isClosed else { return nil }
      let claimer = Claimer(number: state.kept.begin(), account: account, reference: reference)
      state.claimers[account, default: []].append(claimer)
      return claimer
    }
  }

  /// The claim came to nothing.
  func abandon(_ claimer: Claimer) { state.withLock { Self.end(claimer, &$0) } }

  enum Entry {
    /// Signed in; the connection of this server that held the account until now.
    case taken(loser: Member?)
    /// Another has claimed the account since.
    case lost
    /// The server takes nobody any more.
    case closed
  }

  /// Makes a connection the account's one session here and has it told of its contacts. Watchers see the former one go.
  func enter(_ member: Member, _ claimer: Claimer, watching: AccountSet, contacts: [PlacedSession]) -> Entry {
    state.withLock { state in
      let isOvertaken = state.overtaken[claimer.account] ?? 0 >= member.mark.generation
      let kept = state.kept.states(of: watching, since: claimer.number)
      Self.end(claimer, &state)
      let account = claimer.account
      if let present = state.members[account], present.mark > member.mark { return .lost }
      if isOvertaken { return .lost }
      guard !state.isClosed else { return .closed }
      let loser = state.members.updateValue(member, forKey: account)
      state.accounts[member.handle] = account
      Self.publish(nil, of: account, member.handle, member.mark, home: nil, &state)
      for contact in watching.members {
        Self.subject(contact, &state).watchers.append(account)
      }
      for contact in contacts + kept { Self.apply(contact, &state) }
      return .taken(loser: loser)
    }
  }

  /// Ends a connection's session, unless another has taken the account meanwhile.
  func release(_ account: AccountID, _ connection: ConnectionID, watching: [AccountID]) {
    state.withLock { state in
      for subject in watching { Self.unwatch(subject, by: account, &state) }
      guard let member = state.members[account], member.connection == connection else { return }
      state.members[account] = nil
      state.accounts[member.handle] = nil
      tellOthers(nil, of: account, member, isOver: true, &state)
    }
  }

  /// Others see the account like this from now on. Dropped when the connection is no longer the account's.
  func publish(_ presence: Presence?, of account: AccountID, from connection: ConnectionID) {
    state.withLock { state in
      guard let member = state.members[account], member.connection == connection,
        state.subjects[account]?.record.presence != presence
      else { return }
      tellOthers(presence, of: account, member, isOver: false, &state)
    }
  }

  private func tellOthers(
    _ presence: Presence?, of account: AccountID, _ member: Member, isOver: Bool, _ state: inout State
  ) {
    var mark = member.mark
    mark.sequence += 1
    state.members[account]?.mark = mark
    changed(SessionState(account: account, handle: member.handle, mark: mark, presence: presence), isOver)
    Self.publish(presence, of: account, member.handle, mark, home: nil, &state)
  }

  // MARK: Watching

  /// How those of the accounts are that have been seen here; somebody is told of all of them.
  func look(at accounts: [AccountID]) -> [PresenceRecord] {
    state.withLock { state in
      accounts.compactMap { account in
        guard let subject = state.subjects[account], subject.record.stamp > 0 else { return nil }
        return subject.record
      }
    }
  }

  /// Whether it is known here how an account is. If not it is kept from now on what comes of it, until
  /// ``watch(_:by:isAsked:)``.
  func knows(_ account: AccountID) -> Bool {
    state.withLock { state in
      if state.subjects[account] != nil || state.members[account] != nil { return true }
      Self.subject(account, &state).askers += 1
      return false
    }
  }

  /// Tells `watcher` of an account from now on, and answers how it is.
  ///
  /// - Parameter isAsked: whether ``knows(_:)`` was answered with no.
  func watch(_ account: AccountID, by watcher: AccountID, isAsked: Bool) -> PresenceRecord {
    state.withLock { state in
      let subject = Self.subject(account, &state)
      subject.watchers.append(watcher)
      if isAsked { subject.askers -= 1 }
      return subject.record
    }
  }

  func unwatch(_ account: AccountID, by watcher: AccountID) {
    state.withLock { Self.unwatch(account, by: watcher, &$0) }
  }

  // MARK: Events

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

  /// Brings an account what one change told it, also while it is being claimed.
  func deliver(_ notices: NoticeQueue.Batch) {
    guard let account = notices.first?.account else { return }
    state.withLock { state in
      state.members[account]?.reference.deliver(.notices(notices))
      for claimer in state.claimers[account] ?? [] { claimer.reference.deliver(.notices(notices)) }
    }
  }

  /// The account is no more: its session ends, and what is being claimed comes to nothing.
  func remove(_ account: AccountID) {
    state.withLock { state in
      state.members[account]?.reference.deliver(.putOut)
      if state.claimers[account] != nil { state.overtaken[account] = .max }
    }
  }

  /// As what an account is seen; nil while it is offline or hides.
  func introduction(of account: AccountID) -> Introduction? {
    state.withLock { state in
      state.subjects[account]?.record.presence.map { Introduction(name: $0.name, capabilities: $0.capabilities) }
    }
  }

  var signedInCount: Int { state.withLock { $0.members.count } }

  /// The generation of a connection's session; nil when the account is not its any more.
  func generation(of account: AccountID, on connection: ConnectionID) -> UInt64? {
    state.withLock { state in
      state.members[account].flatMap { $0.connection == connection ? $0.mark.generation : nil }
    }
  }

  /// Everybody who is signed in here.
  var everybody: [AccountID: Member] { state.withLock { $0.members } }

  /// Everybody who is signed in here, as others see them.
  var sessions: [(state: SessionState, since: Int64)] {
    state.withLock { state in
      state.members.map { account, member in
        let presence = state.subjects[account].flatMap { $0.home == nil ? $0.record.presence : nil }
        return (
          SessionState(account: account, handle: member.handle, mark: member.mark, presence: presence), member.since
        )
      }
    }
  }

  /// Takes nobody any more and answers with everybody who is signed in.
  func close() -> [Member] {
    state.withLock { state in
      state.isClosed = true
      return Array(state.members.values)
    }
  }

  // MARK: With the lock held

  static func unseen(_ account: AccountID) -> Subject {
    Subject(record: PresenceRecord(account: account, presence: nil, stamp: 0, faces: PresenceFaces(0)))
  }

  /// The account's place in the table, where it is from now on.
  private static func subject(_ account: AccountID, _ state: inout State) -> Subject {
    func found(_ subject: inout Subject) -> Subject { subject }
    // As an inout argument the default is stored, and the table looked into once.
    return found(&state.subjects[account, default: unseen(account)])
  }

  private static func end(_ claimer: Claimer, _ state: inout State) {
    state.kept.end(claimer.number)
    state.claimers[claimer.account]?.removeAll { $0.number == claimer.number }
    guard state.claimers[claimer.account]?.isEmpty ?? true else { return }
    state.claimers[claimer.account] = nil
    state.overtaken[claimer.account] = nil
  }

  private static func unwatch(_ account: AccountID, by watcher: AccountID, _ state: inout State) {
    guard let subject = state.subjects[account], let index = subject.watchers.firstIndex(of: watcher) else { return }
    subject.watchers.remove(at: index)
    forgetIfUnseen(account, subject, &state)
  }

  /// Somebody nobody here watches is forgotten, unless it is online here.
  private static func forgetIfUnseen(_ account: AccountID, _ subject: Subject, _ state: inout State) {
    guard subject.watchers.isEmpty, subject.askers == 0, subject.record.presence == nil || subject.home != nil
    else { return }
    state.subjects[account] = nil
  }

  /// Shows watchers a state of an account.
  static func publish(
    _ presence: Presence?, of account: AccountID, _ handle: UserHandle, _ mark: SessionMark, home: NodeRun?,
    _ state: inout State
  ) {
    let subject = subject(account, &state)
    // A session that goes after another server has claimed the account changes nothing any more.
    guard mark >= subject.mark else { return }
    subject.mark = mark
    subject.home = home
    state.stamp += 1
    subject.heard = state.stamp
    defer { forgetIfUnseen(account, subject, &state) }
    // Who is told that the server goes down need not hear that everybody else does too.
    guard !state.isClosed, subject.record.presence != presence else { return }
    let faces = subject.record.faces.followed(by: presence, after: subject.record.presence, stamp: state.stamp)
    subject.record = PresenceRecord(account: account, presence: presence, stamp: state.stamp, faces: faces)
    guard !subject.watchers.isEmpty else { return }
    tell(PresenceNews(subject.record, handle: handle), subject.watchers, state)
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
