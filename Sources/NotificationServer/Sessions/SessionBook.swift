import Cluster
import MSNP
import Roster
import Store

/// The sessions of the whole service, of which this server holds some: one process alone, or one of many.
protocol SessionBook: Sendable {
  /// Makes the account's one session that of this server, ends the one that was elsewhere, and reads what the new one
  /// needs; nil when the account is gone.
  func claim(_ account: AccountID, then: @escaping StoreAnswer<SessionClaim?, StoreFailure>)

  /// A session of this server changed, or is over. Called with the board's lock held: must return at once.
  func changed(_ state: SessionState, isOver: Bool)

  /// How an account is that nobody here was told of until now; it goes to the board.
  func find(_ account: AccountID, then: @escaping @Sendable () -> Void)

  /// Brings notices to sessions on other servers. What is told here is on disk.
  func tell(_ notices: [Notice])

  /// Lets other servers count a sign-in.
  func tell(signIn handle: UserHandle, from address: String?, failed: Bool)

  /// What the account was to be told behind a list version; nil when nobody can say.
  func notices(of account: AccountID, after version: ListVersion, then: @escaping @Sendable ([Notice]?) -> Void)
}
