import MSNP
import Roster
import ServerKit

/// Makes a group.
///
///     >>> ADG 7 Work 0
///     <<< ADG 7 256 Work 2 0                                       MSNP7-9
///     <<< ADG 7 Work 11111111-2222-3333-4444-555555555502          MSNP10-12
///
/// 223 more than 30, 228 the name exists, 229 a name above 61 encoded bytes.
enum ADG: NotificationCommand {
  static let verb = Verb.ADG
  static let dialects = Dialect.Feature.groups.dialects
  static let arguments = 2
  static let budget = CommandBudget.lists

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    let name = try line.groupName(1)
    let transaction = line.transaction
    try session.change(.addGroup(name), line, &turn) { session, outcome, turn in
      guard case .group(let number, let guid) = outcome.result else { return }
      if session.dialect.has(.contactGUIDs) {
        turn.reply.line(.ADG, transaction, EncodedText(name), guid)
      } else {
        turn.reply.line(.ADG, transaction, outcome.version, EncodedText(name), number, "0")
      }
    }
  }
}

/// Renames a group; in MSNP7-9 group 0 too.
///
///     >>> REG 9 2 Office 0
///     <<< REG 9 258 2 Office 0                                     MSNP7-9
///     <<< REG 9 11111111-2222-3333-4444-555555555502 Office        MSNP10-12
///
/// 224 no such group, 228 the name exists, 229 a name above 61 encoded bytes.
enum REG: NotificationCommand {
  static let verb = Verb.REG
  static let dialects = Dialect.Feature.groups.dialects
  static let arguments = 3
  static let budget = CommandBudget.lists

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard let group = try line.groupReference(1, session.dialect) else { throw .violation("sent REG without a group") }
    let name = try line.groupName(2)
    let transaction = line.transaction
    try session.change(.renameGroup(group, name), line, &turn) { session, outcome, turn in
      guard case .group(let number, let guid) = outcome.result else { return }
      if session.dialect.has(.contactGUIDs) {
        turn.reply.line(.REG, transaction, guid, EncodedText(name))
      } else {
        turn.reply.line(.REG, transaction, outcome.version, number, EncodedText(name), "0")
      }
    }
  }
}

/// Removes a group. Contacts that were in no other go to group 0 in MSNP7-9, so that none is lost by it; from MSNP10
/// they are in none.
///
///     >>> RMG 12 2
///     <<< RMG 12 259 2                                             MSNP7-9
///     <<< RMG 12 11111111-2222-3333-4444-555555555502              MSNP10-12
///
/// 224 no such group, 230 group 0.
enum RMG: NotificationCommand {
  static let verb = Verb.RMG
  static let dialects = Dialect.Feature.groups.dialects
  static let arguments = 2
  static let budget = CommandBudget.lists

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    let transaction = line.transaction
    try session.change(.removeGroup(try group(line, session.dialect)), line, &turn) { session, outcome, turn in
      guard case .group(let number, let guid) = outcome.result else { return }
      if session.dialect.has(.contactGUIDs) {
        turn.reply.line(.RMG, transaction, guid)
      } else {
        turn.reply.line(.RMG, transaction, outcome.version, number)
      }
    }
  }

  private static func group(_ line: Line, _ dialect: Dialect) throws(Refusal) -> GroupReference {
    // COMPAT(MSN Messenger 7.0): sometimes names the group to be removed instead of giving its GUID.
    if dialect.has(.contactGUIDs), line.bytes(1).flatMap({ GUID(bytes: $0) }) == nil {
      return .name(try line.groupName(1))
    }
    guard let group = try line.groupReference(1, dialect) else { throw .violation("sent RMG without a group") }
    return group
  }
}
