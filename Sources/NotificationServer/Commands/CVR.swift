import MSNP
import ServerKit

/// The client's version; the answer never asks for an upgrade. Official clients of MSNP2-7 send it after signing in,
/// others before.
///
///     >>> CVR 9 0x0409 win 4.10 i386 MSMSGS 1.0.0863
///     <<< CVR 9 1.0.0863 1.0.0863 1.0.0863 http://example.com/ http://example.com/
///
/// 710 for arguments that cannot be read; from MSNP8 715 and close between `USR I` and `USR S`.
enum CVR: NotificationCommand {
  static let verb = Verb.CVR
  static let moment = CommandTable.Moment.anytime

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard session.phase != .expectsVersion else { throw .violation("sent CVR before VER") }
    // Clients that begin with it have no reason to ask in the middle of signing in.
    if session.dialect.has(.handleInVersion), case .challenged = session.phase { throw .closing(.notExpected) }
    do throws(ErrorCode) {
      let version = try ClientVersion(line)
      turn.reply.version(.CVR, line.transaction, version, site: session.settings.site)
    } catch {
      throw session.phase == .signedIn ? .error(error) : .closing(error)
    }
  }
}

/// The same question from a client that offered only `CVR0` and goes away after the answer.
///
///     >>> CVQ 1 0x0409 win 4.10 i386 MSMSGS 1.0.0863
///     <<< CVQ 1 1.0.0863 1.0.0863 1.0.0863 http://example.com/ http://example.com/
enum CVQ: NotificationCommand {
  static let verb = Verb.CVQ
  static let moment = CommandTable.Moment.versionQuery

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    do throws(ErrorCode) {
      turn.reply.version(.CVQ, line.transaction, try ClientVersion(line), site: session.settings.site)
    } catch {
      throw .closing(error)
    }
  }
}
