import MSNP
import Roster
import ServerKit

/// Keeps something of a contact: the name under which it was seen last, or a note for clients alone (MSNP10-12).
///
///     >>> SBP 16 aaaaaaaa-0000-0000-0000-000000000001 MFN Bobby
///     <<< SBP 16 aaaaaaaa-0000-0000-0000-000000000001 MFN Bobby
///
/// 201 no GUID or no value, 208 no contact of that GUID, 209 a name that cannot be read, 715 an unknown key; a key of
/// more than three letters or a note above 95 encoded bytes closes.
enum SBP: NotificationCommand {
  static let verb = Verb.SBP
  static let dialects = Dialect.msnp10 ... .msnp12
  static let arguments = 3
  static let budget = CommandBudget.lists

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard let key = line.text(2), key.utf8.count <= 3 else {
      throw .violation("named a property longer than 3 letters")
    }
    guard let guid = line.bytes(1).flatMap({ GUID(bytes: $0) }) else { throw .error(.invalidParameter) }
    let change = try change(guid, key, line)
    try session.change(change, line, &turn) { _, _, turn in turn.reply.echo(line) }
  }

  private static func change(_ guid: GUID, _ key: String, _ line: Line) throws(Refusal) -> RosterChange {
    if key == "MFN" {
      guard let bytes = line.bytes(3) else { throw .error(.invalidParameter) }
      do { return .nameContact(guid, try FriendlyName(encoded: bytes)) } catch { throw .error(.invalidFriendlyName) }
    }
    guard let note = ContactNote(rawValue: key) else { throw .error(.notExpected) }
    return .setNote(guid, note, try line.propertyText(3))
  }
}
