/// The tickets a switchboard has taken, remembered until they would have expired anyway.
///
/// Only tickets with a good signature come here, so memory is bounded by how many were made within their lifetime.
public struct UsedTickets: Sendable {
  private var nonces: Set<TicketNonce> = []
  /// The same nonces by the second in which they expire.
  private var expiring: [Int64: [TicketNonce]] = [:]
  /// The latest time ever given: a clock set back must not revive a ticket already forgotten.
  private var latest = Int64.min
  private var earliestExpiry = Int64.max

  public init() {}

  /// How many are remembered.
  public var count: Int { nonces.count }

  /// Takes a ticket; false when it was taken before or has expired. Times are in seconds since 1970.
  public mutating func claim(_ nonce: TicketNonce, expires: Int64, now: Int64) -> Bool {
    latest = max(latest, now)
    forgetExpired()
    guard expires > latest, nonces.insert(nonce).inserted else { return false }
    expiring[expires, default: []].append(nonce)
    earliestExpiry = min(earliestExpiry, expires)
    return true
  }

  private mutating func forgetExpired() {
    guard earliestExpiry <= latest else { return }
    for (expires, expired) in expiring where expires <= latest {
      nonces.subtract(expired)
      expiring[expires] = nil
    }
    earliestExpiry = expiring.keys.min() ?? .max
  }
}
