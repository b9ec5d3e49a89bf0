import MSNP
import ServerKit

/// Names the security package (MSNP2-7).
///
///     >>> INF 2
///     <<< INF 2 MD5
enum INF: NotificationCommand {
  static let verb = Verb.INF
  static let dialects = Dialect.msnp2 ... .msnp7
  static let moment = CommandTable.Moment.beforeSignIn

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    turn.reply.inf(line.transaction)
  }
}
