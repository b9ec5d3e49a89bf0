import MSNP
import Roster
import ServerKit

/// Puts somebody on a list, or a contact into a group (MSNP10-12).
///
///     >>> ADC 11 FL N=erin@example.com F=Erin
///     <<< ADC 11 FL N=erin@example.com F=Erin C=aaaaaaaa-0000-0000-0000-000000000003
///     <<< ILN 11 NLN erin@example.com Erin 268435500           when erin can be seen
///     >>> ADC 12 AL N=erin@example.com
///     <<< ADC 12 AL N=erin@example.com
///     >>> ADC 14 FL C=aaaaaaaa-0000-0000-0000-000000000003 11111111-2222-3333-4444-555555555502
///     <<< ADC 14 FL C=aaaaaaaa-0000-0000-0000-000000000003 11111111-2222-3333-4444-555555555502
///     >>> ADC 19 RL N=frank@example.com                        frank, who waited, is answered
///     <<< ADC 19 RL N=frank@example.com
///
/// Erin, if online, gets `ADC 0 RL`. 201 no handle, 208 no such account or contact, 215 there already, 219 on the
/// opposite list, 224 no such group, 210 list full. Answering somebody who does not wait closes, like the pending list,
/// which only the server adds to.
enum ADC: NotificationCommand {
  static let verb = Verb.ADC
  static let dialects = Dialect.msnp10 ... .msnp12
  static let arguments = 3
  static let budget = CommandBudget.lists

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard let list = line.text(1).flatMap(ContactList.init) else {
      throw .violation("sent ADC for a list that is not FL, AL, BL or RL")
    }
    let arguments = try Arguments(line)
    if let guid = arguments.guid {
      return try addToGroup(&session, line, list, guid, arguments.group, &turn)
    }
    guard let handle = arguments.handle else { throw .error(.invalidParameter) }
    if list == .reverse { return try accept(&session, line, handle, arguments.name, &turn) }
    try add(&session, line, list, handle, arguments.name, &turn)
  }

  private static func add(
    _ session: inout NotificationSession, _ line: Line, _ list: ContactList, _ handle: UserHandle,
    _ name: FriendlyName?, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    let transaction = line.transaction
    // On other lists than the forward one clients name nobody, and nobody shall be called by the handle for that.
    let kept = list == .forward ? name ?? FriendlyName(handle) : name
    let change = RosterChange.add(list, handle, kept, group: nil, answers: false)
    try session.change(change, line, &turn) { session, outcome, turn in
      guard case .added(let account, let guid, let isNew, let properties) = outcome.result else { return }
      turn.reply.adc(transaction, list, handle, kept, guid: list == .forward ? guid : nil)
      switch list {
      case .forward where isNew:
        if session.me?.isSynchronised == true { turn.reply.bpr(outcome.version, handle, properties) }
        session.startWatching(account, transaction, &turn)
      case .allow: session.updatePrivacy(&turn) { $0.allowed.insert(account) }
      case .block: session.updatePrivacy(&turn) { $0.blocked.insert(account) }
      case .forward, .reverse: break
      }
    }
  }

  private static func addToGroup(
    _ session: inout NotificationSession, _ line: Line, _ list: ContactList, _ guid: GUID, _ group: GUID?,
    _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard list == .forward, let group else { throw .error(.invalidParameter) }
    let transaction = line.transaction
    try session.change(.addToGroup(guid, group), line, &turn) { _, _, turn in
      turn.reply.adc(transaction, guid: guid, group: group)
    }
  }

  private static func accept(
    _ session: inout NotificationSession, _ line: Line, _ handle: UserHandle, _ name: FriendlyName?,
    _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    let transaction = line.transaction
    try session.change(.accept(handle), line, &turn) { _, _, turn in
      turn.reply.adc(transaction, .reverse, handle, name)
    }
  }

  /// What follows the list: `N=` a handle, `F=` a name, `C=` a contact's GUID, and without a letter a group's.
  private struct Arguments {
    var handle: UserHandle?
    var name: FriendlyName?
    var guid: GUID?
    var group: GUID?

    init(_ line: Line) throws(Refusal) {
      for index in 2..<line.count {
        guard let bytes = line.bytes(index) else { break }
        let value = bytes.dropFirst(2)
        switch bytes.prefix(2) {
        case let label where label.elementsEqual("N=".utf8): handle = try Arguments.handle(value)
        case let label where label.elementsEqual("F=".utf8): name = try Arguments.name(value)
        case let label where label.elementsEqual("C=".utf8):
          guard let contact = GUID(bytes: value) else { throw .error(.invalidParameter) }
          guid = contact
        default:
          guard let number = GUID(bytes: bytes) else {
            throw guid == nil ? .error(.invalidParameter) : .violation("named a group that is no GUID")
          }
          group = number
        }
      }
    }

    private static func handle(_ value: some Collection<UInt8>) throws(Refusal) -> UserHandle {
      // A telephone is no account here, and no malformed handle.
      guard !value.starts(with: "tel:".utf8) else { throw .error(.invalidUserName) }
      guard let handle = UserHandle(bytes: value) else { throw .error(.invalidParameter) }
      return handle
    }

    private static func name(_ value: some Collection<UInt8>) throws(Refusal) -> FriendlyName? {
      guard !value.isEmpty else { return nil }
      do { return try FriendlyName(encoded: value) } catch { throw .error(.invalidFriendlyName) }
    }
  }
}
