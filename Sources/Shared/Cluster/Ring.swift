import MSNP
import NIOCore
import Roster

/// An invitation on its way from a switchboard to the notification server that holds the callee.
@dynamicMemberLookup
public struct Ring: Hashable, Sendable {
  /// Who calls whom into which conversation.
  public struct Invitation: Hashable, Sendable {
    public var session: SessionID
    public var switchboard: SwitchboardNode
    public var caller: AccountID
    public var callerHandle: UserHandle
    public var callerName: FriendlyName
    public var callee: UserHandle

    public init(
      session: SessionID, switchboard: SwitchboardNode, caller: AccountID, callerHandle: UserHandle,
      callerName: FriendlyName, callee: UserHandle
    ) {
      self.session = session
      self.switchboard = switchboard
      self.caller = caller
      self.callerHandle = callerHandle
      self.callerName = callerName
      self.callee = callee
    }
  }

  public var invitation: Invitation
  /// After it the caller has been told that nobody answers; a ring that arrives later is dropped.
  public var deadline: NIODeadline

  public init(_ invitation: Invitation, deadline: NIODeadline) {
    self.invitation = invitation
    self.deadline = deadline
  }

  public subscript<Value>(dynamicMember member: KeyPath<Invitation, Value>) -> Value { invitation[keyPath: member] }
}

/// As what somebody is introduced to the others of a conversation.
public struct Introduction: Hashable, Sendable {
  public var name: FriendlyName
  public var capabilities: Capabilities

  public init(name: FriendlyName, capabilities: Capabilities = .none) {
    self.name = name
    self.capabilities = capabilities
  }
}

/// What the callee's notification server says to a ring.
public enum RingAnswer: Hashable, Sendable {
  /// `RNG` was sent.
  case ringing(Introduction)
  /// Offline, hidden, unknown, blocking the caller or taking no calls: all alike, so that nobody learns which.
  case unavailable
}

/// The road from switchboards to the people they ring.
public protocol RingRoute: Sendable {
  /// Hands a ring to whoever holds the callee. `answer` is called once, on any thread; the caller keeps the deadline.
  func ring(_ ring: Ring, answer: @escaping @Sendable (RingAnswer) -> Void)

  /// As what an account is signed in; nil when it is not. `answer` is called once, on any thread.
  func introduction(of account: AccountID, answer: @escaping @Sendable (Introduction?) -> Void)
}
