import MSNP

/// One conversation: the people in it, and the switchboard connection it runs over while there is one.
///
/// It outlives its connection: when everybody has left, the next typed line calls them again.
struct ChatConversation: Identifiable {
  struct ID: Hashable {
    let rawValue: Int
  }

  /// How the switchboard lets us in.
  enum Entrance: Hashable {
    case open(ticket: String)
    case answer(ticket: String, session: String)
  }

  let id: ID
  /// Everybody it was ever with, in the order they came.
  var people: [UserHandle]
  /// Those who are there now.
  var present: [UserHandle] = []
  var link: LinkID?
  var entrance: Entrance?
  /// Between asking for a switchboard and being let in there.
  var isOpening = false
  /// Invitations the switchboard has not answered yet.
  var calls: [TransactionID: UserHandle] = [:]
  /// People whose clients were told, and who have not come yet.
  var ringing: Set<UserHandle> = []
  /// What waits for somebody to come.
  var queue: [String] = []
  /// What the switchboard has not confirmed yet.
  var unconfirmed: [TransactionID: String] = [:]
  /// Who was shown typing since their last message.
  var typing: Set<UserHandle> = []
  private var lastTransaction: UInt32 = 0

  init(id: ID, people: [UserHandle]) {
    self.id = id
    self.people = people
  }

  mutating func nextTransaction() -> TransactionID {
    lastTransaction += 1
    return TransactionID(lastTransaction)
  }

  /// Whether somebody may still come.
  var isWaiting: Bool { isOpening || !calls.isEmpty || !ringing.isEmpty }

  /// Whether nothing that the user asked for is under way.
  var isSettled: Bool { !isWaiting && queue.isEmpty && unconfirmed.isEmpty }

  /// Whether it is with nobody but `handle`, who is not there, and nobody is being called.
  func isAbandoned(by handle: UserHandle) -> Bool { people == [handle] && present.isEmpty && !isWaiting }

  mutating func enter(_ handle: UserHandle) {
    if !people.contains(handle) { people.append(handle) }
    if !present.contains(handle) { present.append(handle) }
    ringing.remove(handle)
    for (transaction, callee) in calls where callee == handle { calls[transaction] = nil }
  }

  mutating func leave(_ handle: UserHandle) {
    present.removeAll { $0 == handle }
    typing.remove(handle)
  }

  /// Forgets everything that belonged to the connection; answers with the texts that were never confirmed.
  mutating func disconnect() -> [String] {
    let lost = unconfirmed.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value)
    link = nil
    entrance = nil
    isOpening = false
    lastTransaction = 0
    calls.removeAll()
    ringing.removeAll()
    present.removeAll()
    typing.removeAll()
    unconfirmed.removeAll()
    return lost
  }
}
