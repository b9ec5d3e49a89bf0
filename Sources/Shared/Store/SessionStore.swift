import Cluster
import MSNP
import Roster

/// What a node that has claimed an account knows at once.
public struct SessionClaim: Sendable {
  public var mark: SessionMark
  /// The session that held the account until now.
  public var loser: (run: NodeRun, generation: UInt64)?
  public var roster: SessionRoster
  /// Contacts that are online on other nodes and may be seen by the account.
  public var contacts: [PlacedSession]

  public init(
    mark: SessionMark, loser: (run: NodeRun, generation: UInt64)?, roster: SessionRoster, contacts: [PlacedSession]
  ) {
    self.mark = mark
    self.loser = loser
    self.roster = roster
    self.contacts = contacts
  }
}

/// The sessions of the whole cluster, and what nodes that missed something read to make up for it.
public protocol SessionStore: Sendable {
  /// Makes the account's one session that of this run and reads what it needs, in one transaction and one round trip;
  /// nil when the account is gone or banned. It holds every change that was asked for before it in this process.
  func claim(
    _ account: AccountID, for run: NodeRun, then: @escaping StoreAnswer<SessionClaim?, StoreFailure>)

  /// Makes a change as ``RosterStore/change(_:by:limits:then:)`` does, unless another session has claimed the account
  /// since that of this generation: its server has read the lists, and would never hear of the change.
  func change(
    _ change: RosterChange, by account: AccountID, in generation: UInt64, limits: ListLimits,
    then: @escaping StoreAnswer<ChangeOutcome, ChangeFailure>)

  /// Writes what became of sessions of this run: new states, and those that are over. Answers with the accounts whose
  /// session is not that one any more.
  func write(
    _ states: [SessionState], ended: [AccountID: SessionMark], of run: NodeRun,
    then: @escaping StoreAnswer<Set<AccountID>, StoreFailure>)

  /// Writes sessions as this run's, wherever no newer one holds the account. Answers with the accounts that a newer
  /// one holds, or that are gone or banned.
  func restore(
    _ states: [SessionState], for run: NodeRun, then: @escaping StoreAnswer<Set<AccountID>, StoreFailure>)

  /// The sessions of these accounts, of whichever node.
  func sessions(of accounts: [AccountID], then: @escaping StoreAnswer<[PlacedSession], StoreFailure>)

  /// The sessions that are said to be this run's, but for those of the last seconds.
  func sessions(on run: NodeRun, then: @escaping StoreAnswer<[AccountID: SessionMark], StoreFailure>)

  /// What the account was to be told since its list version was this, in order; of the last minutes only.
  func notices(
    of account: AccountID, after version: ListVersion, then: @escaping StoreAnswer<[Notice], StoreFailure>)

  /// The list versions of accounts; those that are gone are not in the answer.
  func listVersions(
    of accounts: [AccountID], then: @escaping StoreAnswer<[AccountID: ListVersion], StoreFailure>)
}
