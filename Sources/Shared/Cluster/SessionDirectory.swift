import MSNP
import Roster

/// Where switchboards look who is where.
public protocol SessionDirectory: Sendable {
  /// The session of a handle. `then` is called once, on any thread; nil when it has none or nobody can tell.
  func session(of handle: UserHandle, then: @escaping @Sendable (PlacedSession?) -> Void)

  /// As what an account is signed in, likewise.
  func introduction(of account: AccountID, then: @escaping @Sendable (Introduction?) -> Void)
}
