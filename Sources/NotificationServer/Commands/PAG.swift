import MSNP
import ServerKit

/// Pages a contact's mobile device (MSNP5-8). There is no carrier behind this service, so the user is told that the
/// page was not delivered.
///
///     >>> PAG 20 bob@example.com 61
///         <TEXT xml:space="preserve">This is an example message.</TEXT>
///     <<< 800 20
///
/// 715 from MSNP9, which has `PGD` in its place.
enum PAG: NotificationCommand {
  static let verb = Verb.PAG
  static let dialects = Dialect.msnp5 ... .msnp12
  static let arguments = 3

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    throw .error(session.dialect.has(.pagesByKind) ? .notExpected : .changingTooRapidly)
  }
}

/// The same by kind of device: 1 that of a Messenger user, 2 a telephone (MSNP9).
///
///     >>> PGD 20 bob@example.com 1 73
///         <TEXT xml:space="preserve" enc="utf-8">This is an example message.</TEXT>
///     <<< 800 20
///
/// 201 for the kind 0; what is no number closes.
enum PGD: NotificationCommand {
  static let verb = Verb.PGD
  static let dialects = Dialect.Feature.pagesByKind.dialects
  static let arguments = 4

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard let kind = line.number(2, as: UInt32.self) else { throw .violation("sent PGD with a kind that is no number") }
    throw .error(kind == 0 ? .invalidParameter : .changingTooRapidly)
  }
}
