import NIOCore

/// How many accounts one address makes, and how often it is refused. Pure.
///
/// In an hour 5 accounts, and 20 refusals: codes that are no good, and addresses that somebody has already. A place is
/// taken before anything is looked at, so that requests that come at once are counted as those that come one by one.
/// Memory is bounded: when the table is full, the addresses that were quiet longest go first.
struct SignUpLedger: Sendable {
  static let window: TimeAmount = .hours(1)
  static let accounts = 5
  static let refusals = 20

  /// What became of a place.
  enum Outcome: Hashable, Sendable {
    case made
    case refused
    /// Neither: something was missing, or the store was away.
    case nothing
  }

  private struct Count {
    /// Of accounts, and of places that nobody has settled yet.
    var taken: [NIODeadline] = []
    var refused: [NIODeadline] = []

    mutating func forget(before start: NIODeadline) {
      taken.removeAll { $0 <= start }
      refused.removeAll { $0 <= start }
    }

    var last: NIODeadline? { [taken.last, refused.last].compactMap(\.self).max() }
  }

  private let capacity: Int
  private var counts: [String: Count] = [:]

  init(capacity: Int = 16_384) { self.capacity = max(1, capacity) }

  /// Takes a place; false when the address has had its share.
  mutating func take(_ address: String, now: NIODeadline) -> Bool {
    var count = counts[address] ?? Count()
    count.forget(before: now - SignUpLedger.window)
    let isFull = count.taken.count >= SignUpLedger.accounts || count.refused.count >= SignUpLedger.refusals
    if !isFull { count.taken.append(now) }
    keep(count, of: address, now: now)
    return !isFull
  }

  /// Says what became of the place that was taken then.
  mutating func settle(_ address: String, takenAt time: NIODeadline, _ outcome: Outcome) {
    guard outcome != .made, var count = counts[address], let place = count.taken.firstIndex(of: time) else { return }
    count.taken.remove(at: place)
    if outcome == .refused { count.refused.append(time) }
    counts[address] = count.last == nil ? nil : count
  }

  /// How many addresses are remembered.
  var entries: Int { counts.count }

  private mutating func keep(_ count: Count, of address: String, now: NIODeadline) {
    if counts[address] == nil, counts.count >= capacity { prune(now: now) }
    counts[address] = count
  }

  private mutating func prune(now: NIODeadline) {
    let living = counts.filter { ($0.value.last ?? now) > now - SignUpLedger.window }
    let ranked = living.sorted { ($0.value.last ?? now) > ($1.value.last ?? now) }
    counts = Dictionary(uniqueKeysWithValues: ranked.prefix(capacity * 3 / 4).map { ($0.key, $0.value) })
  }
}
