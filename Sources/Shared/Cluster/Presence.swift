import MSNP
import Roster

/// How an account that is online looks to others.
public struct Presence: Hashable, Sendable {
  public var account: AccountID
  public var handle: UserHandle
  public var name: FriendlyName
  public var status: Status
  /// Who may see it at all; decided by the server that holds the account's lists.
  public var audience: Audience

  public init(account: AccountID, handle: UserHandle, name: FriendlyName, status: Status, audience: Audience) {
    self.account = account
    self.handle = handle
    self.name = name
    self.status = status
    self.audience = audience
  }

  /// Whether a watcher that already sees the one would notice nothing of the other.
  public func looksLike(_ other: Presence?) -> Bool {
    guard let other else { return false }
    return status == other.status && name == other.name && handle == other.handle
  }
}
