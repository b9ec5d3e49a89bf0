import MSNP
import Roster
import ServerKit

/// Asks for one list again, as some clients do after each `REM`.
///
///     >>> LST 6 BL
///     <<< LST 6 BL 255 1 1 dave@example.com Dave
enum LST: NotificationCommand {
  static let verb = Verb.LST
  static let dialects = Dialect.msnp2 ... .msnp9
  static let arguments = 2
  static let budget = CommandBudget.reads

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard let list = line.text(1).flatMap(ContactList.init) else { throw .violation("asked for an unknown list") }
    let transaction = line.transaction
    try session.readRoster(line, &turn) { _, roster, turn in
      turn.reply.lst(transaction, list, roster.version, roster.entries(of: list))
    }
  }
}

/// Asks for the groups again.
///
///     >>> LSG 6
///     <<< LSG 6 255 1 1 0 Other%20Contacts 0
enum LSG: NotificationCommand {
  static let verb = Verb.LSG
  static let dialects = Dialect.msnp7 ... .msnp9
  static let budget = CommandBudget.reads

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    let transaction = line.transaction
    try session.readRoster(line, &turn) { _, roster, turn in
      turn.reply.lsg(transaction, roster.version, roster.groups.map { ($0.number, $0.name) })
    }
  }
}
