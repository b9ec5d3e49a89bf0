import MSNP
import Roster
import ServerKit

/// Takes somebody off a list (MSNP2-9); with a group, out of that group, and off the list with the last one (MSNP7-9).
///
///     >>> REM 14 BL dave@example.com
///     <<< REM 14 BL 257 dave@example.com
///
/// 201 no handle, 205 no such account, 216 not on the list, 224 no such group, 225 not in it.
enum REM: NotificationCommand {
  static let verb = Verb.REM
  static let dialects = Dialect.msnp2 ... .msnp9
  static let arguments = 3
  static let budget = CommandBudget.lists

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    let (list, handle) = try line.listAndHandle()
    let group = list == .forward && session.dialect.has(.groups) ? try line.group(3) : nil
    let transaction = line.transaction
    try session.change(.remove(list, handle, group: group), line, &turn) { session, outcome, turn in
      turn.reply.rem(transaction, list, outcome.version, handle, group: group)
      guard case .removed(let account, let leftForward) = outcome.result else { return }
      switch list {
      case .forward where leftForward: session.stopWatching(account, &turn)
      case .allow: session.updatePrivacy(&turn) { $0.allowed.remove(account) }
      case .block: session.updatePrivacy(&turn) { $0.blocked.remove(account) }
      case .forward, .reverse: break
      }
    }
  }
}

extension NotificationSession {
  mutating func stopWatching(_ account: AccountID, _ turn: inout Turn<Effect>) {
    me?.watches.remove(account)
    if let me { turn.perform(.unwatch(account, by: me.account)) }
  }
}
