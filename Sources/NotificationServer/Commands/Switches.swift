import MSNP
import Roster
import ServerKit

/// Decides how strangers are treated.
///
///     >>> BLP 11 BL
///     <<< BLP 11 256 BL                    from MSNP10 without the version
///
/// 218 for the present mode; any other word closes.
enum BLP: NotificationCommand {
  static let verb = Verb.BLP
  static let arguments = 2
  static let budget = CommandBudget.lists

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard let mode = line.text(1).flatMap(PrivacyMode.init) else { throw .violation("sent BLP with neither AL nor BL") }
    let transaction = line.transaction
    try session.change(.setPrivacyMode(mode), line, &turn) { session, outcome, turn in
      turn.reply.line(.BLP, transaction, turn.reply.told(outcome.version), mode)
      session.updatePrivacy(&turn) { $0.mode = mode }
    }
  }
}

/// Stores whether the client asks its user about new people on the reverse list.
///
///     >>> GTC 10 N
///     <<< GTC 10 256 N                     from MSNP10 without the version
///
/// 218 for the present value; any other word closes.
enum GTC: NotificationCommand {
  static let verb = Verb.GTC
  static let dialects = Dialect.msnp2 ... .msnp12
  static let arguments = 2
  static let budget = CommandBudget.lists

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard let prompt = line.text(1).flatMap(ReversePrompt.init) else {
      throw .violation("sent GTC with neither A nor N")
    }
    let transaction = line.transaction
    try session.change(.setReversePrompt(prompt), line, &turn) { _, outcome, turn in
      turn.reply.line(.GTC, transaction, turn.reply.told(outcome.version), prompt)
    }
  }
}

/// Stops and starts invitations without a change of status (MSNP3, WebTV).
///
///     >>> IMS 7 OFF
///     <<< IMS 7 0 OFF
///
/// 715 for any other word.
enum IMS: NotificationCommand {
  static let verb = Verb.IMS
  static let dialects = Dialect.msnp3 ... .msnp21
  static let arguments = 2

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard line.isWord(1, "ON") || line.isWord(1, "OFF") else { throw .error(.notExpected) }
    let isOn = line.isWord(1, "ON")
    session.me?.takesCalls = isOn
    turn.reply.line(.IMS, line.transaction, "0", isOn ? "ON" : "OFF")
  }
}
