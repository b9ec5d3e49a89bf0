import MSNP
import Roster
import ServerKit

/// Sets an own property; contacts on the allow list who have the account on theirs are told with `BPR` (MSNP5-9).
///
///     >>> PRP 7 PHH 1%20555%20555-0199
///     <<< PRP 7 256 PHH 1%20555%20555-0199
///     >>> PRP 8 PHH
///     <<< PRP 8 257 PHH
///
/// 715 for an unknown key; a key of more than three letters or a value above 95 encoded bytes closes.
enum PRP: NotificationCommand {
  static let verb = Verb.PRP
  static let dialects = Dialect.msnp5 ... .msnp9
  static let arguments = 2
  static let budget = CommandBudget.lists

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard let key = line.text(1), key.utf8.count <= 3 else {
      throw .violation("named a property longer than 3 letters")
    }
    guard let property = ContactProperty(rawValue: key) else { throw .error(.notExpected) }
    let value = try value(line, of: property)
    let transaction = line.transaction
    try session.change(.setProperty(property, value), line, &turn) { _, outcome, turn in
      guard case .property(let kept) = outcome.result else { return }
      turn.reply.prp(transaction, outcome.version, property, kept)
    }
  }

  private static func value(_ line: Line, of property: ContactProperty) throws(Refusal) -> String? {
    guard let bytes = line.bytes(2) else { return nil }
    guard bytes.count <= ContactProperty.maximumEncodedLength else { throw .violation("sent an overlong property") }
    guard let name = try? FriendlyName(encoded: bytes) else { throw .error(.invalidParameter) }
    switch property {
    case .homePhone, .workPhone, .mobilePhone: return name.text
    case .mobileAllowed, .mobileEnabled: return name.text == "Y" ? "Y" : "N"
    }
  }
}
