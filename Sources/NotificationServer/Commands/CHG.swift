import Cluster
import MSNP
import Roster
import ServerKit

/// Sets the status, from MSNP8 with what the client can do, from MSNP9 with its display picture. The first one makes the
/// session known to others, and others to it.
///
///     >>> CHG 8 NLN                                               MSNP2-7
///     <<< CHG 8 NLN
///     <<< ILN 8 NLN bob@example.com Bob          one for each contact that can be seen, after the first CHG only
///     >>> CHG 9 NLN 268435500                                     MSNP8
///     <<< CHG 9 NLN 268435500
///     <<< ILN 9 NLN bob@example.com Bob 268435500
///     >>> CHG 9 NLN 268435500 %3Cmsnobj%20...%2F%3E               from MSNP9
///     <<< CHG 9 NLN 268435500 %3Cmsnobj%20...%2F%3E
///     <<< ILN 9 NLN bob@example.com Bob 268435500 %3Cmsnobj%20...%2F%3E
///     <<< UBX bob@example.com 68                                  from MSNP11, when bob says anything
///         <Data><PSM>gone &amp; back</PSM><CurrentMedia></CurrentMedia></Data>
///
/// Watchers get `NLN`, or `FLN` when the status is `HDN`. `FLN` as a status is accepted and treated like `HDN`. Without a
/// picture, or with `0`, the one before is taken back. From MSNP8 a `CHG` without capabilities is ignored, unanswered. A
/// word that is no status, no number or no object closes.
enum CHG: NotificationCommand {
  static let verb = Verb.CHG
  static let arguments = 2
  static let budget = CommandBudget.presence

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard let status = line.text(1).flatMap(Status.init) else { throw .violation("sent CHG with an unknown status") }
    let dialect = session.dialect
    guard !dialect.has(.capabilities) || line.count > 2 else { return }
    let capabilities = dialect.has(.capabilities) ? try line.capabilities(2) : .none
    let object = dialect.has(.objects) ? try line.object(3) : nil
    let isFirst = session.me?.status == nil
    let transaction = line.transaction
    session.me?.status = status
    session.me?.capabilities = capabilities
    session.me?.object = object
    turn.reply.chg(transaction, status, capabilities, object: line.text(3))
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

extension Line {
  fileprivate func capabilities(_ index: Int) throws(Refusal) -> Capabilities {
    guard let capabilities = bytes(index).flatMap({ Capabilities(decimal: $0) }) else {
      throw .violation("sent CHG with capabilities that are no number")
    }
    return capabilities
  }

  /// Nil for none.
  fileprivate func object(_ index: Int) throws(Refusal) -> MSNObject? {
    guard let bytes = bytes(index), !isWord(index, "0") else { return nil }
    guard let object = MSNObject(argument: bytes) else {
      throw .violation(
        "sent CHG with an object of more than \(MSNObject.maximumLength) bytes, or not percent-encoded")
    }
    return object
  }
}

extension NotificationSession {
  /// One `ILN` for each contact that can be seen, and behind it `UBX` for one that says anything.
  mutating func tellInitialPresence(
    _ records: [PresenceRecord], _ transaction: TransactionID, _ turn: inout Turn<Effect>
  ) {
    guard let account = me?.account else { return }
    let detail = PresenceDetail(dialect)
    for record in records {
      let sight = me?.watches.look(at: record, as: account, showing: detail)
      guard sight == .online || sight == .onlineSaying, let presence = record.seen(by: account) else { continue }
      turn.reply.iln(transaction, presence)
      if sight == .onlineSaying { turn.reply.ubx(presence.handle, presence.personal) }
    }
  }
}
