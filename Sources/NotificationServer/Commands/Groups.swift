import MSNP
import Roster
import ServerKit

/// Makes a group (MSNP7-9).
///
///     >>> ADG 7 Work 0
///     <<< ADG 7 256 Work 2 0
///
/// 223 more than 30, 228 the name exists, 229 a name above 61 encoded bytes.
enum ADG: NotificationCommand {
  static let verb = Verb.ADG
  static let dialects = Dialect.msnp7 ... .msnp9
  static let arguments = 2
  static let budget = CommandBudget.lists

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    let name = try line.groupName(1)
    let transaction = line.transaction
    try session.change(.addGroup(name), line, &turn) { _, outcome, turn in
      guard case .group(let number) = outcome.result else { return }
      turn.reply.line(.ADG, transaction, outcome.version, EncodedText(name), number, "0")
    }
  }
}

/// Renames a group (MSNP7-9); group 0 too.
///
///     >>> REG 9 2 Office 0
///     <<< REG 9 258 2 Office 0
///
/// 224 no such group, 228 the name exists, 229 a name above 61 encoded bytes.
enum REG: NotificationCommand {
  static let verb = Verb.REG
  static let dialects = Dialect.msnp7 ... .msnp9
  static let arguments = 3
  static let budget = CommandBudget.lists

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard let group = try line.group(1) else { throw .violation("sent REG without a group") }
    let name = try line.groupName(2)
    let transaction = line.transaction
    try session.change(.renameGroup(group, name), line, &turn) { _, outcome, turn in
      turn.reply.line(.REG, transaction, outcome.version, group, EncodedText(name), "0")
    }
  }
}

/// Removes a group (MSNP7-9). Contacts that were in no other go to group 0, so that none is lost by it.
///
///     >>> RMG 12 2
///     <<< RMG 12 259 2
///
/// 224 no such group, 230 group 0.
enum RMG: NotificationCommand {
  static let verb = Verb.RMG
  static let dialects = Dialect.msnp7 ... .msnp9
  static let arguments = 2
  static let budget = CommandBudget.lists

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard let group = try line.group(1) else { throw .violation("sent RMG without a group") }
    let transaction = line.transaction
    try session.change(.removeGroup(group), line, &turn) { _, outcome, turn in
      turn.reply.line(.RMG, transaction, outcome.version, group)
    }
  }
}
