import Cluster
import MSNP
import NIOCore
import Roster
import ServerKit

/// One connection to a switchboard, of the thousands there are; never used twice.
struct MemberID: Hashable, Sendable {
  let rawValue: UInt64
}

/// Somebody in a conversation.
struct Member: Sendable {
  let id: MemberID
  let account: AccountID
  let handle: UserHandle
  let introduction: Introduction
}

/// A conversation: who is in it, who is being rung. Rules only; the connections are the server's.
///
/// It lasts from the first ticket to the last good-bye. One member alone keeps it open and may invite again.
struct Conversation: Sendable {
  struct Limits: Sendable {
    /// People in one conversation; above it, 714.
    var members = 30
    /// Failed invitations in one conversation; above it, 713.
    var failedCalls = 5
    /// How long a person that does not answer counts as being rung.
    var ringing: TimeAmount = .seconds(30)
    /// How long one member alone may be silent.
    var idleAlone: TimeAmount = .minutes(30)
    /// How long several may be.
    var idle: TimeAmount = .hours(12)
  }

  let id: SessionID
  /// In the order of joining.
  private(set) var members: [Member] = []
  private var rings: [UserHandle: Ringing] = [:]
  private var failedCalls = 0
  private(set) var lastActivity: NIODeadline
  /// Under what histories know the conversation, and how many messages it has there.
  private var record: (id: GUID, messages: Int)?

  private struct Ringing {
    var until: NIODeadline
    /// Known once the callee's notification server has answered.
    var introduction: Introduction?
  }

  init(id: SessionID, now: NIODeadline) {
    self.id = id
    lastActivity = now
  }

  func others(than member: MemberID) -> [Member] { members.filter { $0.id != member } }

  /// Whether somebody may be invited now, who then counts as being rung. Throws 215 for who is there, being rung, or
  /// inviting oneself, 713 after too many failures, 714 when the conversation is full.
  mutating func invite(_ callee: UserHandle, limits: Limits, now: NIODeadline) throws(ErrorCode) {
    lastActivity = now
    rings = rings.filter { $0.value.until > now }
    if members.contains(where: { $0.handle == callee }) || rings[callee] != nil { throw .alreadyThere }
    if failedCalls >= limits.failedCalls { throw .tooActive }
    if members.count + rings.count >= limits.members { throw .tooManySessions }
    rings[callee] = Ringing(until: now + limits.ringing)
  }

  /// The callee's notification server sent the invitation on.
  mutating func isRinging(_ callee: UserHandle, as introduction: Introduction) {
    rings[callee]?.introduction = introduction
  }

  /// The callee cannot be reached; it may be tried again at once, a few times.
  mutating func ringFailed(_ callee: UserHandle) {
    rings[callee] = nil
    failedCalls += 1
  }

  /// As what somebody who was rung is introduced.
  func introduction(ofRung callee: UserHandle) -> Introduction? { rings[callee]?.introduction }

  /// Lets somebody in; false for who is in already, and when it is full: an invitation outlives its ringing.
  mutating func join(_ member: Member, limits: Limits, now: NIODeadline) -> Bool {
    guard members.count < limits.members, !members.contains(where: { $0.handle == member.handle }) else { return false }
    rings[member.handle] = nil
    members.append(member)
    lastActivity = now
    return true
  }

  /// Who stays behind alone has the whole time of one alone.
  mutating func leave(_ member: MemberID, now: NIODeadline) {
    members.removeAll { $0.id == member }
    lastActivity = now
  }

  /// Counts a message that histories may keep; answers with its place there.
  mutating func countForHistories() -> (conversation: GUID, number: Int) {
    var record = record ?? (.random(), 0)
    record.messages += 1
    self.record = record
    return (record.id, record.messages)
  }

  mutating func touch(_ now: NIODeadline) { lastActivity = now }

  func isIdle(limits: Limits, now: NIODeadline) -> Bool {
    now - lastActivity > (members.count > 1 ? limits.idle : limits.idleAlone)
  }
}
