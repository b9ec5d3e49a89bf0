import Cluster
import MSNP
import ServerKit

/// Asks for a switchboard.
///
///     >>> XFR 15 SB
///     <<< XFR 15 SB 192.0.2.20:1863 CKI 17262740.1050826919.32308
///
/// 201 for another word than `SB`, 913 before the first `CHG`, while hidden and after `IMS OFF`, 713 when no switchboard
/// is to be had (712 would end some clients' whole session).
enum XFR: NotificationCommand {
  static let verb = Verb.XFR
  static let arguments = 2
  static let budget = CommandBudget.calls

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard line.isWord(1, "SB") else { throw .error(.invalidParameter) }
    guard let me = session.me, me.isReachable else { throw .error(.notAllowedWhileHidden) }
    let transaction = line.transaction
    session.ask(.findSwitchboard(me.account, me.handle, session.dialect), &turn) { session, answer, turn in
      guard case .switchboard(let node, let ticket) = answer else {
        return session.refuse(.error(.tooActive), transaction, &turn)
      }
      turn.reply.xfr(transaction, switchboard: node.address, ticket: ticket)
    }
  }
}
