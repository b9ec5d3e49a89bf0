import MSNP
import Roster
import ServerKit

/// Puts somebody on a list (MSNP2-9); from MSNP7 a forward-list contact also into a further group.
///
///     >>> ADD 12 FL bob@example.com Bob
///     <<< ADD 12 FL 256 bob@example.com Bob
///     <<< BPR 256 bob@example.com PHH               from MSNP5, with PHW, PHM and MOB
///     <<< ILN 12 NLN bob@example.com Bob            when bob can be seen
///
/// Bob, if online, gets `ADD 0 RL`. 201 no handle, 205 no such account, 215 there already, 219 on the opposite list,
/// 224 no such group, 210 list full. The reverse list closes the connection: only the server changes it.
enum ADD: NotificationCommand {
  static let verb = Verb.ADD
  static let dialects = Dialect.msnp2 ... .msnp9
  static let arguments = 3
  static let budget = CommandBudget.lists

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    let (list, handle) = try line.listAndHandle()
    let name = line.bytes(3) == nil ? FriendlyName(handle) : try line.friendlyName(3)
    let hasGroups = list == .forward && session.dialect.has(.groups)
    let group = hasGroups ? try line.group(4) : nil
    let change = RosterChange.add(list, handle, name, group: hasGroups ? group ?? .zero : nil)
    let transaction = line.transaction
    try session.change(change, line, &turn) { session, outcome, turn in
      turn.reply.add(transaction, list, outcome.version, handle, name, group: group)
      guard case .added(let account, _, let isNew, let properties) = outcome.result else { return }
      switch list {
      case .forward where isNew:
        if session.dialect.has(.properties), session.me?.isSynchronised == true {
          turn.reply.bpr(outcome.version, handle, properties)
        }
        session.startWatching(account, transaction, &turn)
      case .allow: session.updatePrivacy(&turn) { $0.allowed.insert(account) }
      case .block: session.updatePrivacy(&turn) { $0.blocked.insert(account) }
      case .forward, .reverse: break
      }
    }
  }
}

extension NotificationSession {
  /// Watches a new contact; it is told at once if it can be seen, with the number of the command that added it.
  mutating func startWatching(_ account: AccountID, _ transaction: TransactionID, _ turn: inout Turn<Effect>) {
    let isNew = me?.watches.insert(account) ?? false
    guard isNew, let me else { return }
    ask(.watch(account, by: me.account), &turn) { session, answer, turn in
      guard case .watched(let records) = answer, session.me?.status != nil else { return }
      session.tellInitialPresence(records, transaction, &turn)
    }
  }

  /// Changes who may see the session; those for whom that makes a difference are told.
  mutating func updatePrivacy(_ turn: inout Turn<Effect>, _ body: (inout Privacy) -> Void) {
    guard var privacy = me?.privacy else { return }
    body(&privacy)
    me?.privacy = privacy
    announce(&turn)
  }
}
