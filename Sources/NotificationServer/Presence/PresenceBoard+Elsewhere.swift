import Cluster
import MSNP
import Roster
import ServerKit
import Synchronization

// People whose sessions other servers hold.
extension PresenceBoard {
  /// A state of a session on another server: from the bus, or from its row. Older ones than what is known mean nothing.
  func apply(_ session: PlacedSession) {
    state.withLock { state in
      state.kept.keep(session)
      Self.apply(session, &state)
    }
  }

  /// With the lock held.
  static func apply(_ session: PlacedSession, _ state: inout State) {
    let new = session.state
    guard !state.dead.contains(session.run) else { return }
    guard let subject = state.subjects[new.account], new.mark > subject.mark else { return }
    // A session of this server that is older hears of it over the bus, and is gone then.
    if let member = state.members[new.account], member.mark.generation >= new.mark.generation { return }
    publish(
      new.presence, of: new.account, new.handle, new.mark, home: new.presence == nil ? nil : session.run, &state)
  }

  /// Whether how an account is elsewhere matters here: somebody is told of it, or may be when a claim that is under
  /// way has come true.
  func needs(_ account: AccountID) -> Bool {
    state.withLock { $0.subjects[account] != nil || $0.kept.isNeeded }
  }

  /// Everybody elsewhere who is watched from here, and a stamp that is lower than that of any later state.
  func mirrored() -> (accounts: [AccountID], stamp: UInt64) {
    state.withLock { state in
      (state.subjects.keys.filter { state.members[$0] == nil }, state.stamp)
    }
  }

  /// These accounts have no session by their rows; who has not been heard of since `stamp` is offline.
  func areGone(_ accounts: some Sequence<AccountID>, since stamp: UInt64) {
    state.withLock { state in
      for account in accounts {
        guard let subject = state.subjects[account], subject.home != nil, subject.heard <= stamp else { continue }
        Self.vanish(account, subject, &state)
      }
    }
  }

  /// A server is dead: everybody it held is offline, also who is only now read to have been there.
  func died(_ run: NodeRun) {
    state.withLock { state in
      state.dead.insert(run)
      for (account, subject) in state.subjects where subject.home == run { Self.vanish(account, subject, &state) }
    }
  }

  /// Offline under the mark it had: its server may show it again, which gives it a higher one.
  private static func vanish(_ account: AccountID, _ subject: Subject, _ state: inout State) {
    guard let handle = subject.record.presence?.handle else { return }
    publish(nil, of: account, handle, subject.mark, home: nil, &state)
  }

  /// Ends the session of that generation, or of an earlier one; what to do so by, and nil when it is not here.
  func dismissed(_ account: AccountID, generation: UInt64) -> Reference? {
    state.withLock { state in
      if let member = state.members[account], member.mark.generation <= generation { return member.reference }
      if state.claimers[account] != nil {
        state.overtaken[account] = max(state.overtaken[account] ?? 0, generation)
      }
      return nil
    }
  }

  /// Sessions here under a new mark, for whoever lost sight of them: those of these accounts, or all. Among them may be
  /// some that another server has taken over; their rows will not have them.
  func renewedStates(of accounts: Set<AccountID>? = nil) -> [SessionState] {
    state.withLock { state in
      state.members.compactMap { account, member in
        guard accounts?.contains(account) ?? true else { return nil }
        let subject = state.subjects[account]
        var new = SessionState(account: account, handle: member.handle, mark: member.mark, presence: nil)
        new.mark.sequence += 1
        state.members[account]?.mark = new.mark
        if let subject, subject.mark <= member.mark {
          state.subjects[account]?.mark = new.mark
          new.presence = subject.record.presence
        }
        return new
      }
    }
  }

  /// The marks of all sessions here, and the accounts that are being claimed.
  func marks() -> (members: [AccountID: SessionMark], claimed: Set<AccountID>) {
    state.withLock { state in (state.members.mapValues(\.mark), Set(state.claimers.keys)) }
  }
}
