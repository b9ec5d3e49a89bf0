import MSNP
import NIOCore
import ServerKit

/// Keeps the connection alive.
///
///     >>> PNG
///     <<< QNG                          MSNP2-8
///     <<< QNG 50                       from MSNP9: the seconds until the next
///
/// A client that has been told when to ping, and has done so, is taken for gone after four times as long in silence.
enum PNG: NotificationCommand {
  static let verb = Verb.PNG
  static let arguments = 0

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard session.dialect.has(.pingInterval) else { return turn.reply.line(.QNG) }
    turn.reply.line(.QNG, Int(session.settings.pingInterval.nanoseconds / 1_000_000_000))
    session.expectSilence(atMost: session.settings.pingInterval * 4, &turn)
  }
}
