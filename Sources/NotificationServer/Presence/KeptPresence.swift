import Cluster
import Roster

/// Presence of other servers' sessions that came while accounts were being claimed here.
///
/// A claim reads who is online; what changes after that comes over the bus, perhaps before the claim's answer, when
/// nobody here is known to be interested yet. It is kept until no claim that was under way then is so still. Pure.
struct KeptPresence: Sendable {
  private var kept: [(number: UInt64, session: PlacedSession)] = []
  private var underWay: Set<UInt64> = []
  private var last: UInt64 = 0

  var isNeeded: Bool { !underWay.isEmpty }

  /// A claim begins; its number ends it.
  mutating func begin() -> UInt64 {
    last += 1
    underWay.insert(last)
    return last
  }

  mutating func keep(_ session: PlacedSession) {
    guard isNeeded else { return }
    last += 1
    kept.append((last, session))
  }

  /// The states of these accounts that have come since a claim began, in order.
  func states(of accounts: AccountSet, since claim: UInt64) -> [PlacedSession] {
    kept.filter { $0.number > claim && accounts.contains($0.session.state.account) }.map(\.session)
  }

  mutating func end(_ claim: UInt64) {
    underWay.remove(claim)
    guard let oldest = underWay.min() else {
      kept = []
      return
    }
    let count = kept.prefix { $0.number < oldest }.count
    if count > 0 { kept.removeFirst(count) }
  }
}
