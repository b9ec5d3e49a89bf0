import MSNP
import Roster
import ServerKit

/// Changes the own friendly name, which watchers are told, or the stored name of a forward-list contact (MSNP2-9).
///
///     >>> REA 15 alice@example.com Alice%20W
///     <<< REA 15 259 alice@example.com Alice%20W
///
/// 201 no handle, 209 a name that cannot be read, 216 not on the forward list, 800 too often.
enum REA: NotificationCommand {
  static let verb = Verb.REA
  static let dialects = Dialect.msnp2 ... .msnp9
  static let arguments = 3
  static let budget = CommandBudget.lists

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard let handle = line.bytes(1).flatMap(UserHandle.init(bytes:)) else { throw .error(.invalidParameter) }
    let name = try line.friendlyName(2)
    let transaction = line.transaction
    let isOwn = handle == session.me?.handle
    // Official clients store a contact's name whenever it changes; only the own one costs watchers something.
    if isOwn { try session.me?.budgets.spend(.names, turn.now) }
    try session.change(isOwn ? .rename(name) : .renameContact(handle, name), line, &turn) { session, outcome, turn in
      turn.reply.line(.REA, transaction, outcome.version, handle, name)
      guard isOwn else { return }
      session.takeName(name, &turn)
    }
  }
}
