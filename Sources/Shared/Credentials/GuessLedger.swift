import NIOCore

/// Remembers failed sign-ins, and says who has to wait before the next try.
///
/// Counted per account and per address: three failures cost nothing, the fourth 2 s, then 4, 8 and 15 s, and from the
/// twentieth on an hour. An hour after the last failure a count is forgotten.
///
/// An address from which somebody has signed in to an account is known for it: there the account's count does not
/// matter, so nobody is locked out of an account by the guesses of others. The address's own count holds there as
/// everywhere.
///
/// Accounts are named by their handle in lower case, whether they exist or not. Addresses are texts; give IPv6 ones as
/// their /64. Memory is bounded: when a table is full the oldest and least counts go first.
public struct GuessLedger: Sendable {
  public enum Admission: Hashable, Sendable {
    case allowed
    case refusedUntil(NIODeadline)
  }

  /// How many accounts and how many addresses are remembered at most.
  public let capacity: Int
  /// How long a count lives after its last failure, and how long the last failures are punished.
  public static let memory: TimeAmount = .hours(1)
  /// How long an address stays known, and how many are for one account.
  public static let knownFor: TimeAmount = .hours(24 * 30)
  public static let knownAddresses = 8

  private var accounts: [String: Count] = [:]
  private var addresses: [String: Count] = [:]
  private var known: [String: [KnownAddress]] = [:]

  public init(capacity: Int = 65_536) { self.capacity = max(1, capacity) }

  private struct Count {
    var failures: Int
    var last: NIODeadline

    func isForgotten(at now: NIODeadline) -> Bool { now - last >= GuessLedger.memory }
    var refusedUntil: NIODeadline { last + GuessLedger.delay(after: failures) }
  }

  private struct KnownAddress {
    var address: String
    var last: NIODeadline
  }

  /// How long to wait after that many failures in a row.
  public static func delay(after failures: Int) -> TimeAmount {
    switch failures {
    case ..<4: .zero
    case 4: .seconds(2)
    case 5: .seconds(4)
    case 6: .seconds(8)
    case 7..<20: .seconds(15)
    default: memory
    }
  }

  /// Whether a sign-in may be tried now. `address` is nil for who is exempt from the count of addresses (loopback);
  /// the account's count holds for them too.
  public func admission(account: String, address: String?, now: NIODeadline) -> Admission {
    let ofAccount = isKnown(address, for: account, now: now) ? nil : accounts[account]
    let ofAddress = address.flatMap { addresses[$0] }
    let until = [ofAccount, ofAddress].compactMap(\.self).map(\.refusedUntil).max() ?? now
    return until > now ? .refusedUntil(until) : .allowed
  }

  /// Counts a failed sign-in.
  public mutating func failed(account: String, address: String?, now: NIODeadline) {
    count(account, in: \.accounts, now: now)
    if let address { count(address, in: \.addresses, now: now) }
  }

  /// Forgets the account's failures and remembers the address as known for it. The address's count stays: else a
  /// guesser could wipe it with an account of their own.
  public mutating func succeeded(account: String, address: String?, now: NIODeadline) {
    accounts[account] = nil
    guard let address else { return }
    if known[account] == nil, known.count >= capacity { pruneKnown(now: now) }
    var list = known[account, default: []].filter { $0.address != address && now - $0.last < GuessLedger.knownFor }
    list.append(KnownAddress(address: address, last: now))
    known[account] = Array(list.suffix(GuessLedger.knownAddresses))
  }

  /// Whether a table may have to be tidied up before something new is counted, which takes tens of milliseconds.
  public var isFull: Bool { max(accounts.count, addresses.count, known.count) >= capacity }

  /// How many counts and known accounts are held, for tests and metrics.
  public var entries: Int { accounts.count + addresses.count + known.count }

  private func isKnown(_ address: String?, for account: String, now: NIODeadline) -> Bool {
    guard let address, let list = known[account] else { return false }
    return list.contains { $0.address == address && now - $0.last < GuessLedger.knownFor }
  }

  private mutating func count(_ name: String, in table: WritableKeyPath<GuessLedger, [String: Count]>, now: NIODeadline)
  {
    if self[keyPath: table][name] == nil, self[keyPath: table].count >= capacity { prune(table, now: now) }
    let before = self[keyPath: table][name].flatMap { $0.isForgotten(at: now) ? nil : $0.failures } ?? 0
    self[keyPath: table][name] = Count(failures: before + 1, last: now)
  }

  /// Drops what is forgotten and, while more than three quarters remain, the least and oldest counts.
  private mutating func prune(_ table: WritableKeyPath<GuessLedger, [String: Count]>, now: NIODeadline) {
    let living = self[keyPath: table].filter { !$0.value.isForgotten(at: now) }
    let ranked = living.sorted { ($0.value.refusedUntil, $0.value.last) > ($1.value.refusedUntil, $1.value.last) }
    self[keyPath: table] = Dictionary(uniqueKeysWithValues: ranked.prefix(capacity * 3 / 4).map { ($0.key, $0.value) })
  }

  private mutating func pruneKnown(now: NIODeadline) {
    let living = known.compactMapValues { list in
      list.last.map { now - $0.last < GuessLedger.knownFor } == true ? list : nil
    }
    let ranked = living.sorted { ($0.value.last?.last ?? now) > ($1.value.last?.last ?? now) }
    known = Dictionary(uniqueKeysWithValues: ranked.prefix(capacity * 3 / 4).map { ($0.key, $0.value) })
  }
}
