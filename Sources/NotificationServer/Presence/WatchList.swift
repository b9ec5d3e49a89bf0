import Cluster
import MSNP
import Roster

/// A client's forward list as presence needs it: for each contact the last state that was looked at, and whether the
/// client was told that the contact is online. Sixteen bytes a contact.
struct WatchList: Sendable {
  enum Sight: Hashable {
    case nothingNew
    /// `NLN`, or `ILN`
    case online
    /// The same and `UBX`
    case onlineSaying
    /// `UBX` alone
    case saying
    /// `FLN`
    case offline
  }

  private static let shownBit: UInt64 = 1 << 63

  /// In ascending order, in step with `seen`.
  private(set) var accounts: [AccountID] = []
  private var seen: [UInt64] = []

  init() {}

  init(_ accounts: AccountSet) {
    self.accounts = accounts.members
    seen = Array(repeating: 0, count: accounts.count)
  }

  /// False when the account is on it already.
  mutating func insert(_ account: AccountID) -> Bool {
    let index = firstIndex(notBelow: account)
    guard index == accounts.count || accounts[index] != account else { return false }
    accounts.insert(account, at: index)
    seen.insert(0, at: index)
    return true
  }

  mutating func remove(_ account: AccountID) {
    let index = firstIndex(notBelow: account)
    guard index < accounts.count, accounts[index] == account else { return }
    accounts.remove(at: index)
    seen.remove(at: index)
  }

  /// What a record means for the client of `watcher`, whose lines show this detail. A record older than one looked at
  /// means nothing any more; a contact that is shown already is told again only when it looks different, and one that is
  /// not is never told as offline. What it says is told when it is shown, if that is anything, and then when it changes.
  mutating func look(at record: PresenceRecord, as watcher: AccountID, showing detail: PresenceDetail) -> Sight {
    let index = firstIndex(notBelow: record.account)
    guard index < accounts.count, accounts[index] == record.account else { return .nothingNew }
    let wasShown = seen[index] & Self.shownBit != 0
    let lastStamp = seen[index] & ~Self.shownBit
    guard record.stamp > lastStamp else { return .nothingNew }
    let presence = record.seen(by: watcher)
    seen[index] = record.stamp | (presence != nil ? Self.shownBit : 0)
    guard let presence else { return wasShown ? .offline : .nothingNew }
    let hears = detail == .personal
    guard wasShown else { return hears && presence.personal != nil ? .onlineSaying : .online }
    let says = hears && record.faces.personal > lastStamp
    guard record.faces.line(showing: detail) > lastStamp else { return says ? .saying : .nothingNew }
    return says ? .onlineSaying : .online
  }

  private func firstIndex(notBelow account: AccountID) -> Int {
    var low = 0
    var high = accounts.count
    while low < high {
      let middle = (low + high) / 2
      if accounts[middle] < account { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
