import MSNP
import NIOCore
import Roster
import ServerKit

/// Brings the client its lists, unless those it has are the current ones.
///
///     >>> SYN 5 0                          the version the client has; 0 for none
///     <<< SYN 5 255
///     <<< GTC 5 255 A
///     <<< BLP 5 255 AL
///     <<< PRP 5 255 PHH 1%20555            from MSNP5, like BPR behind each FL line
///     <<< LSG 5 255 1 1 0 ~ 0              from MSNP7
///     <<< LST 5 FL 255 1 1 bob@example.com Bob 0
///     <<< LST 5 AL 255 0 0
///     <<< LST 5 BL 255 0 0
///     <<< LST 5 RL 255 0 0                 the last line: some clients take it for the end
///
///     >>> SYN 8 0                          MSNP8-9
///     <<< SYN 8 255 3 2                    with the numbers of LST and LSG lines, see `CombinedLists`
///     >>> SYN 8 0 0                        MSNP10-12: two times in place of the version
///     <<< SYN 8 2000-01-01T00:04:15.0000000-00:00 2000-01-01T00:04:15.0000000-00:00 3 1
///
/// 201 while the store is away.
enum SYN: NotificationCommand {
  static let verb = Verb.SYN
  static let dialects = Dialect.msnp2 ... .msnp12
  static let arguments = 2
  static let budget = CommandBudget.reads

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    let cached = try cached(line, session.dialect)
    let transaction = line.transaction
    try session.readRoster(line, &turn) { session, roster, turn in
      session.me?.isSynchronised = true
      session.me?.told = roster.version
      let isCurrent = cached.contains(roster.version)
      if session.dialect.has(.combinedLists) {
        turn.reply.syn(transaction, roster.version, counts: isCurrent ? nil : roster.counts(in: session.dialect))
        if !isCurrent { turn.reply.combinedBurst(roster) }
      } else {
        turn.reply.line(.SYN, transaction, roster.version)
        if !isCurrent { turn.reply.burst(transaction, roster) }
      }
    }
  }

  /// The versions for which the lists that the client has may be the current ones.
  private static func cached(_ line: Line, _ dialect: Dialect) throws(Refusal) -> CachedLists {
    guard dialect.has(.listStamps) else {
      guard let version = line.number(1, as: UInt32.self) else { throw .violation("sent SYN without a list version") }
      return .version(ListVersion(version))
    }
    guard let first = line.text(1), let second = line.text(2) else { throw .violation("sent SYN without two times") }
    return .stamps(first, second)
  }

  /// What the client says it has.
  private enum CachedLists {
    case version(ListVersion)
    case stamps(String, String)

    func contains(_ version: ListVersion) -> Bool {
      switch self {
      case .version(let cached): cached == version
      case .stamps(let first, let second): first == ListStamp(version).text && second == first
      }
    }
  }
}

extension NotificationSession {
  /// Reads the roster and hands it to `then`; what others change meanwhile is told after it. 201 when it cannot be read.
  mutating func readRoster(
    _ line: Line, _ turn: inout Turn<Effect>,
    then: @escaping @Sendable (inout NotificationSession, RosterSnapshot, inout Turn<Effect>) -> Void
  ) throws(Refusal) {
    guard let account = me?.account else { throw .violation("asked for lists without an account") }
    me?.heldNotices = []
    let transaction = line.transaction
    ask(.readRoster(account), &turn) { session, answer, turn in
      guard case .snapshot(let roster) = answer else {
        session.refuse(.error(.invalidParameter), transaction, &turn)
        return session.releaseNotices(&turn)
      }
      then(&session, roster, &turn)
      session.releaseNotices(&turn)
    }
  }
}

extension LineWriter {
  /// Everything behind the `SYN` line of a client whose lists are not current (generations 1 to 3).
  mutating func burst(_ transaction: TransactionID, _ roster: RosterSnapshot) {
    reserve(for: roster)
    let version = roster.version
    line(.GTC, transaction, version, roster.reversePrompt)
    line(.BLP, transaction, version, roster.privacyMode)
    if dialect.has(.properties) {
      for property in ContactProperty.common { prp(transaction, version, property, roster.properties[property]) }
    }
    if dialect.has(.groups) { lsg(transaction, version, roster.groups.map { ($0.number, $0.name) }) }
    for list in [ContactList.forward, .allow, .block, .reverse] { burst(transaction, list, roster) }
  }

  /// A burst is written into one piece of memory that need not grow.
  fileprivate mutating func reserve(for roster: RosterSnapshot) {
    buffer.reserveCapacity(minimumWritableBytes: 512 + 256 * roster.contacts.count)
  }

  private mutating func burst(_ transaction: TransactionID, _ list: ContactList, _ roster: RosterSnapshot) {
    let membership = ListMembership(list)
    // By index: a contact is a dozen counted references, and a line needs two of them.
    let indices = roster.contacts.indices
    let count = indices.count { roster.contacts[$0].lists.contains(membership) }
    guard count > 0 else { return lstEmpty(transaction, list, roster.version) }
    let showsProperties = list == .forward && dialect.has(.properties)
    var number = 0
    for index in indices where roster.contacts[index].lists.contains(membership) {
      number += 1
      let handle = roster.contacts[index].handle
      let name = roster.contacts[index].name(on: list)
      lst(transaction, list, roster.version, number, of: count, handle, name, roster.contacts[index].groups)
      if showsProperties { bpr(roster.version, handle, roster.contacts[index].properties) }
    }
  }
}

extension RosterSnapshot {
  /// How many `LST` and `LSG` lines a burst has. Group 0 is none from MSNP10.
  func counts(in dialect: Dialect) -> (contacts: Int, groups: Int) {
    (contacts.count, groups(in: dialect).count)
  }

  func groups(in dialect: Dialect) -> [Group] {
    dialect.has(.contactGUIDs) ? groups.filter { $0.number != .zero } : groups
  }
}

extension LineWriter {
  /// Everything behind the `SYN` line of a client whose lists are not current (generations 4 to 6): what is not set has
  /// no line, but for the switches.
  mutating func combinedBurst(_ roster: RosterSnapshot) {
    reserve(for: roster)
    line(.GTC, roster.reversePrompt)
    line(.BLP, roster.privacyMode)
    if dialect.has(.contactGUIDs) { prp(name: roster.name) }
    for property in ContactProperty.allCases where property.dialects.contains(dialect) {
      if let value = roster.properties[property] { prp(property, value) }
    }
    for group in roster.groups(in: dialect) { lsg(group.number, group.guid, group.name) }
    for index in roster.contacts.indices { combined(roster.contacts[index], roster.groups) }
  }

  private mutating func combined(_ contact: RosterContact, _ groups: [RosterSnapshot.Group]) {
    let lists = contact.lists(in: dialect)
    if dialect.has(.contactGUIDs) {
      lst(contact.handle, contact.name, guid: contact.guid, lists, groups: contact.guids(among: groups))
    } else {
      lst(contact.handle, contact.name, lists, groups: contact.groups)
    }
    guard lists.contains(.forward), !(contact.properties.isBlank && contact.notes.isEmpty) else { return }
    let properties = contact.shownProperties
    for property in ContactProperty.shown where property.dialects.contains(dialect) {
      if let value = properties[property] { bpr(property, value) }
    }
  }
}

extension RosterContact {
  /// What the contact lets the account see, and where that is nothing, what the account keeps of it.
  fileprivate var shownProperties: ContactProperties {
    guard !notes.isEmpty else { return properties }
    var shown = properties
    for (note, value) in notes where properties.stored[note.property] == nil { shown[note.property] = value }
    return shown
  }
}
