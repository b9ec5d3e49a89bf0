import Roster

/// Which of the people in conversations keep a history, as far as is known, and whom to ask about. Pure.
///
/// Somebody of whom nothing is known yet counts as a keeper: what they say is written for who keeps a history when it
/// is written.
struct KeeperTable: Sendable {
  private struct Entry {
    /// In how many conversations.
    var places = 1
    /// Nil until it is known.
    var keeps: Bool?
  }

  private var entries: [AccountID: Entry] = [:]
  private var wanted: Set<AccountID> = []
  private var isAsking = false
  private var isPausing = false
  private var failures = 0
  /// How many keep a history, or may.
  private var candidates = 0

  /// Whether there is anybody at all whose messages may have to be kept. The one thing that is looked at for each
  /// message while nobody keeps a history.
  var hasCandidates: Bool { candidates > 0 }

  func mayKeep(_ account: AccountID) -> Bool { entries[account].map { $0.keeps ?? true } ?? false }

  /// Somebody enters a conversation: is to be asked about.
  mutating func enter(_ account: AccountID) {
    wanted.insert(account)
    guard entries[account] == nil else {
      entries[account]?.places += 1
      return
    }
    entries[account] = Entry()
    candidates += 1
  }

  mutating func leave(_ account: AccountID) {
    guard let entry = entries[account] else { return }
    guard entry.places == 1 else {
      entries[account]?.places -= 1
      return
    }
    if entry.keeps ?? true { candidates -= 1 }
    entries[account] = nil
    wanted.remove(account)
  }

  mutating func removeAll() {
    entries = [:]
    wanted = []
    candidates = 0
  }

  /// Everybody who is there is to be asked about again.
  mutating func wantAll() { wanted.formUnion(entries.keys) }

  /// Whom to ask about now; nil while an answer is awaited, in the pause after a failure, and when there is nobody.
  mutating func take() -> [AccountID]? {
    guard !isAsking, !isPausing, !wanted.isEmpty else { return nil }
    isAsking = true
    defer { wanted = [] }
    return Array(wanted)
  }

  /// What was asked is known.
  mutating func answered(_ asked: [AccountID], keepers: Set<AccountID>) {
    isAsking = false
    failures = 0
    for account in asked {
      guard let entry = entries[account] else { continue }
      let keeps = keepers.contains(account)
      candidates += (keeps ? 1 : 0) - (entry.keeps ?? true ? 1 : 0)
      entries[account]?.keeps = keeps
    }
  }

  /// Nobody could say: what was known stays so. Answers with the seconds to wait before ``goOn()``.
  mutating func failed(_ asked: [AccountID]) -> Int {
    isAsking = false
    isPausing = true
    failures += 1
    wanted.formUnion(asked.filter { entries[$0] != nil })
    return min(1 << min(failures - 1, 5), 30)
  }

  /// The pause after a failure is over.
  mutating func goOn() { isPausing = false }
}
