import MSNP
import NIOCore
import Roster

/// How an account that is online looks to others.
public struct Presence: Hashable, Sendable {
  public var account: AccountID
  public var handle: UserHandle
  public var name: FriendlyName
  public var status: Status
  /// Who may see it at all; decided by the server that holds the account's lists.
  public var audience: Audience

  /// Whether a watcher that already sees the one would notice nothing of the other.
  func looksLike(_ other: Presence?) -> Bool {
    guard let other else { return false }
    return status == other.status && name == other.name && handle == other.handle
  }
}

/// One state of an account's presence, in the order of states.
public struct PresenceRecord: Hashable, Sendable {
  public var account: AccountID
  /// Nil while the account is offline, or hides.
  public var presence: Presence?
  /// Higher for each later state on this server.
  public var stamp: UInt64
  /// The stamp at which what watchers see of it last changed; a change of audience alone leaves it.
  public var face: UInt64

  /// The presence as one account sees it: nil when it is offline to it.
  func seen(by watcher: AccountID) -> Presence? {
    guard let presence, presence.audience.admits(watcher) else { return nil }
    return presence
  }
}

/// A record on its way to many watchers, its lines written once for all of them.
public struct PresenceNews: Sendable {
  public let record: PresenceRecord
  /// `NLN`, empty when offline. The same in every dialect without capabilities.
  let online: ByteBuffer
  /// `FLN`
  let offline: ByteBuffer

  init(_ record: PresenceRecord, handle: UserHandle) {
    self.record = record
    var writer = LineWriter(dialect: .msnp2)
    writer.fln(handle)
    offline = writer.buffer
    writer.buffer = ByteBuffer()
    if let presence = record.presence { writer.nln(presence.status, presence.handle, presence.name) }
    online = writer.buffer
  }
}
