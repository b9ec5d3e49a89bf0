import MSNP
import Roster

/// Brings what others changed into the order of list versions, whatever road it comes by. Pure.
///
/// A notice comes at once when the changer is on this server and over the bus when not; then one may overtake another,
/// or the answer to the session's own change, or never come. Since each change raises the version by one, a hole shows:
/// the session asks for what it missed and goes on when it has it.
struct NoticeQueue: Sendable {
  /// All that one change told the account.
  typealias Batch = [Notice]

  /// The version up to which the session has followed its lists.
  private(set) var version: ListVersion
  /// The highest version that is known to exist.
  private var newest: ListVersion
  /// In ascending order, each above `version`.
  private var parked: [Batch] = []
  /// A change of the session's own is under way: its version may be the one that is missing.
  var isChanging = false
  /// What was known to exist when the store was asked, while it is being asked. What is newer may be missing from the
  /// answer although it tells the account something.
  private var asked: ListVersion?
  /// Before the roster is there nothing is in order.
  private var isOpen: Bool
  /// Something changed the lists that told the account nothing, and was not this session: above all a change of its own
  /// whose answer was lost with the database. What the client has is not what it would take it for from now on.
  private(set) var isUnexplained = false

  /// Collects until the roster has been read.
  init() {
    version = ListVersion(0)
    newest = version
    isOpen = false
  }

  /// The roster of this version is there; answers with what came meanwhile and is not in it.
  mutating func open(at version: ListVersion) -> [Batch] {
    self.version = version
    isOpen = true
    return ready()
  }

  /// Takes what one change told; answers with what can be followed now, in order.
  mutating func arrive(_ batch: Batch) -> [Batch] {
    park(batch)
    return ready()
  }

  /// The account's version is known to be this.
  mutating func hear(of version: ListVersion) { newest = max(newest, version) }

  /// Whether something is missing that has to be asked for now; true once, until ``answered(_:)``.
  mutating func asks() -> Bool {
    guard isOpen, asked == nil, !isChanging, newest > version else { return false }
    asked = newest
    return true
  }

  /// The session's own change has this version; whether something before it is missing.
  func misses(before own: ListVersion) -> Bool { isOpen && own > version.next() }

  /// What was missing; nil when nobody could say. What has come since may leave another hole.
  mutating func answered(_ notices: [Notice]?) -> [Batch] {
    let asked = asked ?? version
    self.asked = nil
    guard let notices else { return [] }
    for batch in Notice.batches(notices) { park(batch) }
    // What is missing may be the session's own.
    guard !isChanging else { return ready() }
    let known = max(asked, notices.last?.version ?? asked)
    let told = parked.prefix { ($0.first?.version ?? known) <= known }
    parked.removeFirst(told.count)
    explain(told, upTo: known)
    version = max(version, known)
    return told + ready()
  }

  /// The same before a change of the session's own: only what came before it.
  mutating func answered(_ notices: [Notice]?, before own: ListVersion) -> [Batch] {
    for batch in Notice.batches(notices ?? []) { park(batch) }
    let earlier = parked.prefix { ($0.first?.version ?? own) < own }
    parked.removeFirst(earlier.count)
    explain(earlier, upTo: ListVersion(own.rawValue - 1))
    version = max(version, ListVersion(own.rawValue - 1))
    return Array(earlier)
  }

  /// The session's own change is made; answers with what can be followed behind it.
  mutating func changed(to own: ListVersion) -> [Batch] {
    isChanging = false
    version = max(version, own)
    newest = max(newest, own)
    parked.removeAll { ($0.first?.version ?? own) <= version }
    return ready()
  }

  /// Every version has to be that of a notice.
  private mutating func explain(_ batches: some Sequence<Batch>, upTo last: ListVersion) {
    let versions = batches.compactMap { $0.first?.version }
    let count = versions.count { $0 > version && $0 <= last }
    if last > version, count < Int(last.rawValue - version.rawValue) { isUnexplained = true }
  }

  private mutating func park(_ batch: Batch) {
    guard let version = batch.first?.version, !isOpen || version > self.version else { return }
    newest = max(newest, version)
    let index = parked.firstIndex { ($0.first?.version ?? version) >= version } ?? parked.count
    guard index == parked.count || parked[index].first?.version != version else { return }
    parked.insert(batch, at: index)
  }

  private mutating func ready() -> [Batch] {
    guard isOpen else { return [] }
    parked.removeAll { ($0.first?.version ?? version) <= version }
    var ready: [Batch] = []
    while let next = parked.first, next.first?.version == version.next() {
      version = version.next()
      ready.append(parked.removeFirst())
    }
    return ready
  }
}
