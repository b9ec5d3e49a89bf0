import Cluster
import Credentials
import MSNP
import Roster
import SignIn

/// One connection of this server, of the thousands there are; never used twice.
public struct ConnectionID: Hashable, Sendable {
  public let rawValue: UInt64
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// What a session asks of its node.
public enum NotificationEffect: Sendable {
  /// Is this who it claims to be? Answered by `.verdict`.
  case verify(UserHandle, SignInProof)
  /// Is this the handle's ticket for Messenger? Answered by `.verdict`.
  case redeem(UserHandle, ticket: String)
  /// Make this the account's one session and read its roster. Answered by `.entered` or `.noAccount`.
  case enter(AccountID, UserHandle)
  /// The session is over.
  case leave(AccountID, watching: [AccountID])
  /// Read the roster. Answered by `.snapshot`.
  case readRoster(AccountID)
  /// Change the roster. Answered by `.changed` or `.refused`.
  case change(RosterChange, by: AccountID, limits: ListLimits)
  /// Others see the session like this from now on; nil is offline.
  case announce(Presence?, AccountID)
  /// How these accounts are now, which the session is told of. Answered by `.watched`.
  case look([AccountID])
  /// Tell of this account too from now on. Answered by `.watched`.
  case watch(AccountID, by: AccountID)
  /// The same with how it is now as news.
  case watchAlso(AccountID, UserHandle, by: AccountID)
  /// Tell of this account no more.
  case unwatch(AccountID, by: AccountID)
  /// What the account was to be told behind this version. Answered by `.recalled`, as an event.
  case recallNotices(AccountID, after: ListVersion)
  /// The same, answered by `.missed`.
  case readNotices(AccountID, after: ListVersion)
  /// A switchboard and a ticket for it. Answered by `.switchboard` or `.noSwitchboard`.
  case findSwitchboard(AccountID, UserHandle, Dialect)
  /// The ring is welcome: make a ticket, bring it with `.invited`, and tell the switchboard.
  case acceptRing(Ring, AccountID, UserHandle, Introduction, Dialect, @Sendable (RingAnswer) -> Void)
}

/// The answer to an effect; the client's next command waits for it.
public enum NotificationAnswer: Sendable {
  case verdict(SignInVerdict)
  case entered(SessionRoster, from: ClientPlace? = nil, throughGateway: Bool = false)
  case noAccount
  case snapshot(RosterSnapshot)
  case changed(ChangeOutcome)
  case refused(RosterRefusal)
  case watched([PresenceRecord])
  /// Nil when the store could not say.
  case missed([Notice]?)
  case switchboard(SwitchboardNode, ticket: String)
  case noSwitchboard
  /// The store is away; the node has logged why.
  case storeUnavailable
}

/// What reaches a session.
public enum NotificationEvent: Sendable {
  case answer(NotificationAnswer)
  case presence(PresenceNews)
  /// What one change told the account: notices of one version.
  case notices([Notice])
  /// The account's list version in the store.
  case listVersion(ListVersion)
  /// Notices that never came; nil when the store could not say.
  case recalled([Notice]?)
  /// A switchboard wants to ring the account.
  case ring(Ring, answer: @Sendable (RingAnswer) -> Void)
  /// The ticket of an accepted ring.
  case invited(Ring, ticket: String)
  /// The service has something to say.
  case alert(Alert)
  /// The service goes down in so many minutes.
  case maintenance(minutes: Int)
  case signedInElsewhere
  case putOut
  case shutdown
}
