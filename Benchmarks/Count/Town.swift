import Cluster
import MSNP
import NIOCore
import Roster
import SignIn

@testable import NotificationServer

/// One account with fifty contacts, ten of whom are online, as the node around a session tells of it.
struct Town {
  static let now = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
  private static let contactCount = 50
  private static let onlineCount = 10

  let settings: NotificationSettings
  let handle: UserHandle
  private let roster: SessionRoster
  private let snapshot: RosterSnapshot
  private let records: [AccountID: PresenceRecord]

  init() throws {
    settings = NotificationSettings(site: "http://messenger.example.org/")
    let handles = try (0...Town.contactCount).map { number in
      guard let handle = UserHandle("person\(number)@example.com") else { throw CountFailure("no handle") }
      return handle
    }
    handle = handles[0]
    let contacts = handles.enumerated().dropFirst().map { number, handle in
      RosterContact(
        account: AccountID(Int64(number)), handle: handle, storedName: FriendlyName(handle),
        ownName: FriendlyName(handle), lists: [.forward, .allow, .reverse], pending: .settled,
        guid: GUID(high: 1, low: UInt64(number)))
    }
    let version = ListVersion(255)
    snapshot = RosterSnapshot(
      version: version, name: FriendlyName(handle),
      groups: [.init(number: .zero, guid: GUID(high: 2, low: 0), name: "Friends")], contacts: contacts)
    roster = SessionRoster(
      handle: handle, name: FriendlyName(handle), privacy: Privacy(), forward: AccountSet(contacts.map(\.account)),
      version: version)
    records = Dictionary(
      uniqueKeysWithValues: contacts.map { contact in
        let isOnline = contact.account.rawValue <= Town.onlineCount
        return (contact.account, Town.record(contact.account, contact.handle, isOnline ? .online : nil, stamp: 1))
      })
  }

  static func record(_ account: AccountID, _ handle: UserHandle, _ status: Status?, stamp: UInt64) -> PresenceRecord {
    let presence = status.map {
      Presence(
        account: account, handle: handle, name: FriendlyName(handle), status: $0,
        audience: .everyone(except: AccountSet()), capabilities: Capabilities(rawValue: 1_342_554_172))
    }
    return PresenceRecord(account: account, presence: presence, stamp: stamp, faces: PresenceFaces(stamp))
  }

  /// What the node answers; nil for what has no answer.
  func answer(to effect: NotificationEffect) -> NotificationAnswer? {
    switch effect {
    case .verify, .redeem: .verdict(.judged(AccountID(0)))
    case .enter: .entered(roster)
    case .readRoster: .snapshot(snapshot)
    case .look(let accounts): .watched(accounts.compactMap { records[$0] })
    case .watch(let account, _): .watched([records[account]].compactMap(\.self))
    case .readNotices: .missed([])
    case .findSwitchboard: .noSwitchboard
    case .change: .storeUnavailable
    case .leave, .announce, .watchAlso, .unwatch, .recallNotices, .acceptRing: nil
    }
  }
}
