import MSNP
import ServerKit

/// Chooses the dialect, once and first.
///
///     >>> VER 1 MSNP7 MSNP6 MSNP5 MSNP4 CVR0
///     <<< VER 1 MSNP7 CVR0
///     >>> VER 1 MSNP99
///     <<< VER 1 0                      and the connection closes
///
/// A second one: 715 and close.
enum VER: NotificationCommand {
  static let verb = Verb.VER
  static let moment = CommandTable.Moment.anytime

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard session.phase == .expectsVersion else { throw .closing(.notExpected) }
    let choice = VersionOffer(line).choice
    turn.reply.ver(line.transaction, choice)
    switch choice {
    case .dialect(let dialect, _):
      session.dialect = dialect
      session.phase = .negotiated
    case .versionQueryOnly: session.phase = .versionQuery
    case .nothing: throw .violation("offered no dialect this server speaks")
    }
  }
}
