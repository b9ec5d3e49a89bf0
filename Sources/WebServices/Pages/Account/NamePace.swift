import NIOCore
import Roster
import ServerKit
import Synchronization

/// How often somebody may take another name: everybody who watches the account is told each time. As much as a client
/// may, 5 at once and then one in 10 s, counted on this node. Memory is bounded: when the table is full, it begins anew.
final class NamePace: Sendable {
  private static let capacity = 16_384
  private let buckets = Mutex<[AccountID: TokenBucket]>([:])

  func admits(_ account: AccountID, now: NIODeadline) -> Bool {
    buckets.withLock { buckets in
      if buckets[account] == nil, buckets.count >= NamePace.capacity { buckets.removeAll() }
      return buckets[account, default: TokenBucket(capacity: 5, every: .seconds(10), now: now)].take(now)
    }
  }
}
