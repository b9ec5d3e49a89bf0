import Cluster
import Roster

/// One state of an account's presence, in the order of states.
public struct PresenceRecord: Hashable, Sendable {
  public var account: AccountID
  /// Nil while the account is offline, or hides.
  public var presence: Presence?
  /// Higher for each later state on this server.
  public var stamp: UInt64
  /// When what watchers see of it last changed; a change of audience alone leaves it.
  public var faces: PresenceFaces

  /// The presence as one account sees it: nil when it is offline to it.
  func seen(by watcher: AccountID) -> Presence? {
    guard let presence, presence.audience.admits(watcher) else { return nil }
    return presence
  }
}
