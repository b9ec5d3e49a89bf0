import Cluster
import MSNP
import NIOCore
import Roster
import SignIn

@testable import NotificationServer

/// The accounts of a play, and what the node says of them: alice is 1, and three others.
struct Cast {
  enum Look {
    case everybody, nobody, offline
  }

  private static let handles = ["alice@example.com", "bob@example.com", "carol@example.com", "erin@example.com"]
    .compactMap { UserHandle($0) }
  private static let refusals: [RosterRefusal] = [
    .noSuchAccount, .alreadyThere, .onOppositeList, .notOnList, .listFull, .noSuchGroup, .notInGroup, .tooManyGroups,
    .groupExists, .groupZero, .alreadyInMode,
  ]

  private let switchboard = SwitchboardNode(
    name: "switchboard", epoch: 1, address: HostPort(host: "192.0.2.20", port: 1863))
  private var version = ListVersion(255)
  private var stamp: UInt64 = 0
  private var records: [AccountID: PresenceRecord] = [:]

  func handle(of account: AccountID) -> String { Self.handle(account).text }

  private static func handle(_ account: AccountID) -> UserHandle { handles[Int(account.rawValue - 1) & 3] }

  private static func account(_ byte: UInt8) -> AccountID { AccountID(Int64(byte & 3) + 1) }

  private static func account(of handle: UserHandle) -> AccountID {
    AccountID(Int64(handles.firstIndex(of: handle) ?? 3) + 1)
  }

  private static let object = MSNObject(argument: "%3Cmsnobj%2F%3E".utf8)
  private static let personal = PersonalMessage(
    payload: "<Data><PSM>gone &amp; back</PSM><CurrentMedia></CurrentMedia></Data>")

  /// Bits of the byte: who, 3 a status, 4 capabilities, 5 a picture, 6 a personal message.
  mutating func news(of byte: UInt8, _ look: Look) -> PresenceNews {
    stamp += 1
    let account = Self.account(byte)
    let handle = Self.handle(account)
    let presence: Presence? =
      look == .offline
      ? nil
      : Presence(
        account: account, handle: handle, name: FriendlyName(handle), status: byte & 4 == 0 ? .online : .busy,
        audience: look == .everybody ? .everyone(except: AccountSet()) : .only(AccountSet()),
        capabilities: byte & 8 == 0 ? .none : 1_342_554_172, object: byte & 16 == 0 ? nil : Self.object,
        personal: byte & 32 == 0 ? nil : Self.personal)
    let before = record(of: account)
    let faces = before.faces.followed(by: presence, after: before.presence, stamp: stamp)
    let record = PresenceRecord(account: account, presence: presence, stamp: stamp, faces: faces)
    records[account] = record
    return PresenceNews(record, handle: handle)
  }

  mutating func notice(_ letter: UInt8, of byte: UInt8) -> Notice {
    version = version.next()
    let account = Self.account(byte)
    let handle = Self.handle(account)
    let news: Notice.News =
      switch letter {
      case UInt8(ascii: "n"): .reverseAdded(handle, FriendlyName(handle))
      case UInt8(ascii: "r"): .reverseRemoved(handle)
      case UInt8(ascii: "L"):
        .listed(byte & 4 == 0 ? .forward : .allow, account, handle, FriendlyName(handle), Self.guid(1))
      case UInt8(ascii: "U"): .unlisted([.forward, .allow, .block], account, handle, Self.guid(1))
      case UInt8(ascii: "N"): .renamed(FriendlyName(handle))
      default: .properties(handle, ContactProperty.shown, .blank)
      }
    return Notice(account: AccountID(1), version: version, news: news)
  }

  /// Never nil: the number is under 2^31 and above 0 for every byte.
  func ring(by byte: UInt8) -> Ring? {
    let caller = Self.account(byte)
    let handle = Self.handle(caller)
    guard let session = SessionID(UInt32(byte) + 1) else { return nil }
    return Ring(
      Ring.Invitation(
        session: session, switchboard: switchboard, caller: caller, callerHandle: handle,
        callerName: FriendlyName(handle), callee: Self.handles[0]),
      deadline: .distantFuture)
  }

  /// What the node says when all goes well.
  mutating func answer(to effect: NotificationEffect) -> NotificationAnswer {
    switch effect {
    case .verify, .redeem: return .verdict(.judged(AccountID(1)))
    case .enter(_, let handle):
      return .entered(
        SessionRoster(
          handle: handle, name: FriendlyName(handle), privacy: Privacy(),
          forward: AccountSet([AccountID(2), AccountID(3)]), version: version))
    case .readRoster: return .snapshot(snapshot)
    case .change(let change, _, _): return .changed(outcome(of: change))
    case .look(let accounts): return .watched(accounts.map { record(of: $0) })
    case .watch(let account, _): return .watched([record(of: account)])
    case .readNotices: return .missed([])
    case .findSwitchboard: return .switchboard(switchboard, ticket: "17262740.1050826919.32308")
    case .leave, .announce, .watchAlso, .unwatch, .recallNotices, .acceptRing: return .storeUnavailable
    }
  }

  private func record(of account: AccountID) -> PresenceRecord {
    records[account] ?? PresenceRecord(account: account, presence: nil, stamp: 0, faces: PresenceFaces(0))
  }

  /// A change that the session is not told of, or later than the next.
  mutating func skipVersion() { version = version.next() }

  var listVersion: ListVersion { version }

  /// What it says when not.
  func refusal(of effect: NotificationEffect, _ choice: UInt8) -> NotificationAnswer {
    switch effect {
    case .verify, .redeem: .verdict(.judged(nil))
    case .enter: .noAccount
    case .change: .refused(Self.refusals[Int(choice) % Self.refusals.count])
    case .findSwitchboard: .noSwitchboard
    default: .storeUnavailable
    }
  }

  static func guid(_ number: Int) -> GUID { GUID(high: 0xaaaa_aaaa_0000_0000, low: UInt64(number)) }

  private var snapshot: RosterSnapshot {
    let contacts = Self.handles.enumerated().dropFirst().map { number, handle in
      RosterContact(
        account: AccountID(Int64(number + 1)), handle: handle, storedName: FriendlyName(handle),
        ownName: FriendlyName(handle), lists: number < 3 ? [.forward, .allow, .reverse] : [.allow, .reverse],
        pending: number == 3 ? .pending : .settled, guid: Self.guid(number))
    }
    return RosterSnapshot(
      version: version, name: FriendlyName(Self.handles[0]),
      groups: [.init(number: .zero, guid: Self.guid(0), name: "Other Contacts")], contacts: contacts)
  }

  private mutating func outcome(of change: RosterChange) -> ChangeOutcome {
    version = version.next()
    let result: ChangeOutcome.Result =
      switch change {
      case .add(_, let handle, _, _, _):
        .added(Self.account(of: handle), Self.guid(1), newOnForward: true, properties: .blank)
      case .removeContact(_, let group): .removed(AccountID(2), leftForward: group == nil)
      case .remove(_, let handle, let group): .removed(Self.account(of: handle), leftForward: group == nil)
      case .addGroup, .renameGroup, .removeGroup: .group(.zero, Self.guid(0))
      case .setProperty(_, let value): .property(value)
      default: .done
      }
    return ChangeOutcome(version: version, result: result)
  }
}
