import MSNP
import NIOCore
import Roster
import ServerKit

extension NotificationSession {
  /// Has the store make a change and hands its outcome to `then`. A refusal becomes the error of the dialect; a store
  /// that is away, 201, which no client takes for the end of its session.
  mutating func change(
    _ change: RosterChange, _ line: Line, _ turn: inout Turn<Effect>,
    then: @escaping @Sendable (inout NotificationSession, ChangeOutcome, inout Turn<Effect>) -> Void
  ) throws(Refusal) {
    guard let account = me?.account else { throw .violation("sent \(line.verb) without an account") }
    let transaction = line.transaction
    me?.notices.isChanging = true
    ask(.change(change, by: account, limits: settings.limits(in: dialect)), &turn) { session, answer, turn in
      switch answer {
      case .changed(let outcome): session.conclude(outcome, &turn, then: then)
      case .refused(.noSuchAccount):
        // Whoever tries addresses by the hundred is not mending a list.
        do throws(Refusal) {
          try session.me?.budgets.spend(.lookups, turn.now)
          session.refuse(.error(ErrorCode(.noSuchAccount, session.dialect)), transaction, &turn)
        } catch {
          session.refuse(.closing(.tooActive), transaction, &turn)
        }
      case .refused(.notPending):
        session.refuse(.violation("answered somebody who does not wait for it"), transaction, &turn)
      case .refused(let refusal): session.refuse(.error(ErrorCode(refusal, session.dialect)), transaction, &turn)
      default: session.refuse(.error(.invalidParameter), transaction, &turn)
      }
      guard case .changed = answer else {
        session.me?.notices.isChanging = false
        return session.askForMissing(&turn)
      }
    }
  }

  /// Answers the client behind everything that others changed before: they may be on their way over the bus still.
  private mutating func conclude(
    _ outcome: ChangeOutcome, _ turn: inout Turn<Effect>,
    then: @escaping @Sendable (inout NotificationSession, ChangeOutcome, inout Turn<Effect>) -> Void
  ) {
    guard let me, me.notices.misses(before: outcome.version) else { return settle(outcome, &turn, then: then) }
    ask(.readNotices(me.account, after: me.notices.version), &turn) { session, answer, turn in
      let notices: [Notice]? = if case .missed(let notices) = answer { notices } else { nil }
      let earlier = session.me?.notices.answered(notices, before: outcome.version) ?? []
      guard !session.leaveIfUnexplained(&turn) else { return }
      session.take(earlier, &turn)
      session.settle(outcome, &turn, then: then)
    }
  }

  private mutating func settle(
    _ outcome: ChangeOutcome, _ turn: inout Turn<Effect>,
    then: (inout NotificationSession, ChangeOutcome, inout Turn<Effect>) -> Void
  ) {
    let later = me?.notices.changed(to: outcome.version) ?? []
    if let told = me?.told { me?.told = max(told, outcome.version) }
    then(&self, outcome, &turn)
    take(later, &turn)
    askForMissing(&turn)
  }
}

extension Line {
  /// The list and the handle of `ADD` and `REM`. The reverse list, which only the server changes, closes the
  /// connection like an unknown one; what is no handle is 201.
  func listAndHandle() throws(Refusal) -> (ContactList, UserHandle) {
    guard let list = text(1).flatMap(ContactList.init), list != .reverse else {
      throw .violation("sent \(verb) for a list that is not FL, AL or BL")
    }
    guard let handle = bytes(2).flatMap(UserHandle.init(bytes:)) else { throw .error(.invalidParameter) }
    return (list, handle)
  }

  /// The name in an argument. Too long closes the connection, unreadable is 209.
  func friendlyName(_ index: Int) throws(Refusal) -> FriendlyName {
    guard let bytes = bytes(index) else { throw .violation("sent \(verb) without a name") }
    do throws(FriendlyName.Refusal) {
      return try FriendlyName(encoded: bytes)
    } catch {
      switch error {
      case .tooLong: throw .violation("sent a name longer than \(FriendlyName.maximumEncodedLength) bytes")
      case .unreadable: throw .error(.invalidFriendlyName)
      }
    }
  }

  /// The group number in an argument; nil when the argument is absent. A number no account can have closes the
  /// connection.
  func group(_ index: Int) throws(Refusal) -> GroupNumber? {
    guard bytes(index) != nil else { return nil }
    guard let number = number(index, as: UInt8.self).flatMap(GroupNumber.init) else {
      throw .violation("named a group that is no number from 0 to 29")
    }
    return number
  }

  /// The group's GUID in an argument (MSNP10-12); nil when the argument is absent. Anything else closes the connection.
  func groupGUID(_ index: Int) throws(Refusal) -> GUID? {
    guard let bytes = bytes(index) else { return nil }
    guard let guid = GUID(bytes: bytes) else { throw .violation("named a group that is no GUID") }
    return guid
  }

  /// The group in an argument, as the dialect names it.
  func groupReference(_ index: Int, _ dialect: Dialect) throws(Refusal) -> GroupReference? {
    dialect.has(.contactGUIDs) ? try groupGUID(index).map { .guid($0) } : try group(index).map { .number($0) }
  }

  /// The text of a property in an argument; nil when it is absent. Too long closes the connection, unreadable is 201.
  func propertyText(_ index: Int) throws(Refusal) -> String? {
    guard let bytes = bytes(index) else { return nil }
    guard bytes.count <= ContactProperty.maximumEncodedLength else { throw .violation("sent an overlong property") }
    guard let name = try? FriendlyName(encoded: bytes) else { throw .error(.invalidParameter) }
    return name.text
  }

  /// The group name in an argument: 229 above 61 encoded bytes, closed when absurd.
  func groupName(_ index: Int) throws(Refusal) -> String {
    guard let bytes = bytes(index) else { throw .violation("sent \(verb) without a name") }
    guard bytes.count <= FriendlyName.maximumEncodedLength else { throw .violation("sent an absurdly long group name") }
    guard let name = try? FriendlyName(encoded: bytes) else { throw .error(.invalidParameter) }
    guard PercentEncoding.encodedLength(name.text) <= 61 else { throw .error(.groupNameTooLong) }
    return name.text
  }
}

/// An argument of the client's, sent back to it as it came.
struct RawArgument: WireArgument {
  private let bytes: ByteBufferView
  init(_ bytes: ByteBufferView) { self.bytes = bytes }
  var longest: Int { bytes.count }
  func write(to span: inout OutputRawSpan) { bytes.withUnsafeBytes { span.append(bytes: $0) } }
}

extension LineWriter {
  /// Sends the client its own line, which is how some changes are confirmed.
  mutating func echo(_ line: Line) { self.line(line.verb, RawLine(line: line)) }
}

/// All arguments of a line, with one blank between them.
private struct RawLine: WireArgument {
  let line: Line

  var longest: Int { (0..<line.count).reduce(0) { $0 + 1 + (line.bytes($1)?.count ?? 0) } }

  func write(to span: inout OutputRawSpan) {
    for index in 0..<line.count {
      guard let bytes = line.bytes(index) else { return }
      if index > 0 { span.append(UInt8(ascii: " ")) }
      bytes.withUnsafeBytes { span.append(bytes: $0) }
    }
  }
}
