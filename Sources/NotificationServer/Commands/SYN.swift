import MSNP
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
/// 201 while the store is away.
enum SYN: NotificationCommand {
  static let verb = Verb.SYN
  static let dialects = Dialect.msnp2 ... .msnp12
  static let arguments = 2
  static let budget = CommandBudget.reads

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard let cached = line.number(1, as: UInt32.self) else { throw .violation("sent SYN without a list version") }
    let transaction = line.transaction
    try session.readRoster(line, &turn) { session, roster, turn in
      session.me?.isSynchronised = true
      session.me?.told = roster.version
      turn.reply.line(.SYN, transaction, roster.version)
      if roster.version.rawValue != cached { turn.reply.burst(transaction, roster) }
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
    let version = roster.version
    line(.GTC, transaction, version, roster.reversePrompt)
    line(.BLP, transaction, version, roster.privacyMode)
    if dialect.has(.properties) {
      for property in ContactProperty.allCases { prp(transaction, version, property, roster.properties[property]) }
    }
    if dialect.has(.groups) { lsg(transaction, version, roster.groups.map { ($0.number, $0.name) }) }
    lst(transaction, .forward, version, roster.forward) { writer, index in
      guard writer.dialect.has(.properties), index < roster.forwardProperties.count else { return }
      writer.bpr(version, roster.forward[index].handle, roster.forwardProperties[index])
    }
    for list in [ContactList.allow, .block, .reverse] { lst(transaction, list, version, roster.entries(of: list)) }
  }
}
