import MSNP
import NIOCore
import Roster

/// What switchboards and notification servers say to each other about one ring; each one line of words.
public enum RingEvent: Hashable, Sendable {
  /// A switchboard rings somebody who has a session on the node.
  ///
  ///     C 5 11752013 sb-1 7 192.0.2.20:1863 17 alice@example.com Alice bob@example.com 1790000000000
  ///     number, conversation, switchboard's name, epoch and address, caller, callee, deadline
  ///
  /// The deadline is in milliseconds since 1970 by the database's clock.
  case call(number: UInt64, Ring.Invitation, deadline: Int64)
  /// `RNG` was sent; the name under which the callee is known, and its capabilities if it has any.
  ///
  ///     A 5 Bob
  ///     A 5 Bob 1342554172
  case ringing(number: UInt64, Introduction)
  /// The callee takes no call from this caller, whatever the reason.
  ///
  ///     U 5
  case unavailable(number: UInt64)
  /// The callee has no session on the node, or no more: look once more where it is.
  ///
  ///     W 5
  case notHere(number: UInt64)
}

extension RingEvent {
  public var text: String {
    var words = WordWriter()
    switch self {
    case .call(let number, let invitation, let deadline):
      words.add("C")
      words.add(number)
      words.add(invitation.session.rawValue)
      words.add(invitation.switchboard.name)
      words.add(invitation.switchboard.epoch)
      words.add(invitation.switchboard.address.description)
      words.add(invitation.caller)
      words.add(invitation.callerHandle)
      words.add(invitation.callerName)
      words.add(invitation.callee)
      words.add(deadline)
    case .ringing(let number, let callee):
      words.add("A")
      words.add(number)
      words.add(callee.name)
      if callee.capabilities != .none { words.add(callee.capabilities.rawValue) }
    case .unavailable(let number):
      words.add("U")
      words.add(number)
    case .notHere(let number):
      words.add("W")
      words.add(number)
    }
    return words.text
  }

  /// Nil for what ``text`` does not write.
  public init?(_ text: some StringProtocol) {
    var words = WordReader(text)
    let kind = words.word()
    guard let number = words.number(UInt64.self) else { return nil }
    switch kind {
    case "C":
      guard let invitation = Ring.Invitation(&words), let deadline = words.number(Int64.self) else { return nil }
      self = .call(number: number, invitation, deadline: deadline)
    case "A":
      guard let name = words.name() else { return nil }
      var capabilities = Capabilities.none
      if !words.isAtEnd {
        guard let number = words.number(UInt32.self), number != 0 else { return nil }
        capabilities = Capabilities(rawValue: number)
      }
      self = .ringing(number: number, Introduction(name: name, capabilities: capabilities))
    case "U": self = .unavailable(number: number)
    case "W": self = .notHere(number: number)
    default: return nil
    }
    guard words.isAtEnd else { return nil }
  }
}

extension Ring.Invitation {
  fileprivate init?(_ words: inout WordReader) {
    guard let session = words.number(UInt32.self).flatMap(SessionID.init), let name = words.word(),
      let epoch = words.number(UInt64.self), let address = words.word().flatMap({ HostPort($0) }),
      let caller = words.account(), let callerHandle = words.handle(), let callerName = words.name(),
      let callee = words.handle()
    else { return nil }
    self.init(
      session: session, switchboard: SwitchboardNode(name: String(name), epoch: epoch, address: address),
      caller: caller, callerHandle: callerHandle, callerName: callerName, callee: callee)
  }
}
