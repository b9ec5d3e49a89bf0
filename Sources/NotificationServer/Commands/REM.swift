import MSNP
import Roster
import ServerKit

/// Takes somebody off a list; with a group, out of that group. In MSNP7-9 a contact leaves the list with its last group,
/// from MSNP10 it stays.
///
///     >>> REM 14 BL dave@example.com
///     <<< REM 14 BL 257 dave@example.com
///
///     >>> REM 15 FL aaaaaaaa-0000-0000-0000-000000000003 11111111-2222-3333-4444-555555555502       from MSNP10
///     <<< REM 15 FL aaaaaaaa-0000-0000-0000-000000000003 11111111-2222-3333-4444-555555555502
///     >>> REM 20 PL frank@example.com                                                               frank waits no more
///     <<< REM 20 PL frank@example.com
///
/// 201 no handle or GUID, 205 (208 from MSNP10) no such account, 216 not on the list, 224 no such group, 225 not in it.
/// The reverse list, which only the server changes, closes.
enum REM: NotificationCommand {
  static let verb = Verb.REM
  static let dialects = Dialect.msnp2 ... .msnp12
  static let arguments = 3
  static let budget = CommandBudget.lists

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    let hasGUIDs = session.dialect.has(.contactGUIDs)
    if hasGUIDs, line.isWord(1, "FL") { return try removeContact(&session, line, &turn) }
    if session.dialect.has(.pendingList), line.isWord(1, "PL") { return try endPending(&session, line, &turn) }
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

extension REM {
  private static func removeContact(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard let guid = line.bytes(2).flatMap({ GUID(bytes: $0) }) else { throw .error(.invalidParameter) }
    let group = try line.groupGUID(3)
    let transaction = line.transaction
    try session.change(.removeContact(guid, group: group), line, &turn) { session, outcome, turn in
      turn.reply.rem(transaction, guid: guid, group: group)
      guard case .removed(let account, leftForward: true) = outcome.result else { return }
      session.stopWatching(account, &turn)
    }
  }

  private static func endPending(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard let handle = line.bytes(2).flatMap(UserHandle.init(bytes:)) else { throw .error(.invalidParameter) }
    let transaction = line.transaction
    try session.change(.endPending(handle), line, &turn) { _, _, turn in
      turn.reply.rem(transaction, pending: handle)
    }
  }
}

extension NotificationSession {
  mutating func stopWatching(_ account: AccountID, _ turn: inout Turn<Effect>) {
    me?.watches.remove(account)
    if let me { turn.perform(.unwatch(account, by: me.account)) }
  }
}
