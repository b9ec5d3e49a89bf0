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
  /// What its client can do; none when its dialect has no capabilities.
  public var capabilities: Capabilities
  /// Its display picture, if it shows one.
  public var object: MSNObject?
  /// What it says, if it says anything.
  public var personal: PersonalMessage?

  public init(
    account: AccountID, handle: UserHandle, name: FriendlyName, status: Status, audience: Audience,
    capabilities: Capabilities = .none, object: MSNObject? = nil, personal: PersonalMessage? = nil
  ) {
    self.account = account
    self.handle = handle
    self.name = name
    self.status = status
    self.audience = audience
    self.capabilities = capabilities
    self.object = object
    self.personal = personal
  }

  /// Whether a watcher that already sees the one would notice nothing of the other in `NLN`, which shows it in this
  /// detail. What it says stands in a line of its own.
  public func looksLike(_ other: Presence?, showing detail: PresenceDetail) -> Bool {
    guard let other, status == other.status, name == other.name, handle == other.handle else { return false }
    if detail >= .capabilities, capabilities != other.capabilities { return false }
    return detail < .object || object == other.object
  }
}
