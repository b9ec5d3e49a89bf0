import MSNP
import Roster
import ServerKit

/// Sets an own property; contacts on the allow list who have the account on theirs are told with `BPR`. From MSNP10 the
/// own friendly name is one, which watchers are told with `NLN`.
///
///     >>> PRP 7 PHH 1%20555%20555-0199
///     <<< PRP 7 256 PHH 1%20555%20555-0199                from MSNP10 without the version
///     >>> PRP 8 PHH
///     <<< PRP 8 257 PHH
///     >>> PRP 10 MFN New%20Alice
///     <<< PRP 10 MFN New%20Alice
///
/// 715 for an unknown key; a key of more than three letters or a value above 95 encoded bytes closes. 209 for a name
/// that cannot be read or is too long, 800 for one too often.
enum PRP: NotificationCommand {
  static let verb = Verb.PRP
  static let dialects = Dialect.msnp5 ... .msnp12
  static let arguments = 2
  static let budget = CommandBudget.lists

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard let key = line.text(1), key.utf8.count <= 3 else {
      throw .violation("named a property longer than 3 letters")
    }
    if key == "MFN", session.dialect.has(.contactGUIDs) { return try rename(&session, line, &turn) }
    guard let property = ContactProperty(rawValue: key), property.dialects.contains(session.dialect) else {
      throw .error(.notExpected)
    }
    let value = try line.propertyText(2).map { property.isSwitch ? $0 == "Y" ? "Y" : "N" : $0 }
    let transaction = line.transaction
    try session.change(.setProperty(property, value), line, &turn) { _, outcome, turn in
      guard case .property(let kept) = outcome.result else { return }
      turn.reply.prp(transaction, outcome.version, property, kept)
    }
  }

  private static func rename(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard let name = line.bytes(2).flatMap({ try? FriendlyName(encoded: $0) }) else {
      throw .error(.invalidFriendlyName)
    }
    try session.me?.budgets.spend(.names, turn.now)
    let transaction = line.transaction
    try session.change(.rename(name), line, &turn) { session, _, turn in
      turn.reply.prp(transaction, name: name)
      session.takeName(name, &turn)
    }
  }
}
