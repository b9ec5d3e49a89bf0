import Cluster
import MSNP
import NIOCore
import Roster

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
