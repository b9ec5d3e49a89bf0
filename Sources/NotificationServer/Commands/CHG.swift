import Cluster
import MSNP
import Roster
import ServerKit

/// Sets the status. The first one makes the session known to others, and others to it.
///
///     >>> CHG 8 NLN
///     <<< CHG 8 NLN
///     <<< ILN 8 NLN bob@example.com Bob          one for each contact that can be seen, after the first CHG only
///
/// Watchers get `NLN`, or `FLN` when the status is `HDN`. `FLN` as a status is accepted and treated like `HDN`.
/// A word that is no status closes.
enum CHG: NotificationCommand {
  static let verb = Verb.CHG
  static let arguments = 2
  static let budget = CommandBudget.presence

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard let status = line.text(1).flatMap(Status.init) else { throw .violation("sent CHG with an unknown status") }
    let isFirst = session.me?.status == nil
    let transaction = line.transaction
    session.me?.status = status
    turn.reply.line(.CHG, transaction, status)
    session.announce(&turn)
    guard isFirst, let me = session.me else { return }
    session.ask(.look(me.watches.accounts), &turn) { session, answer, turn in
      guard case .watched(let records) = answer else { return }
      session.tellInitialPresence(records, transaction, &turn)
      session.beginChallenges(&turn)
      if let page = session.settings.mailPage { turn.reply.initialMail(InitialMail(page: page)) }
    }
  }
}

extension NotificationSession {
  /// One `ILN` for each contact that can be seen.
  mutating func tellInitialPresence(
    _ records: [PresenceRecord], _ transaction: TransactionID, _ turn: inout Turn<Effect>
  ) {
    guard let account = me?.account else { return }
    for record in records where me?.watches.look(at: record, as: account) == .online {
      guard let presence = record.seen(by: account) else { continue }
      turn.reply.iln(transaction, presence.status, presence.handle, presence.name)
    }
  }
}
