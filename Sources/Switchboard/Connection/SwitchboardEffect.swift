import Cluster
import MSNP
import NIOCore

/// What a participant's connection asks of its switchboard.
public enum SwitchboardEffect: Sendable {
  /// Open a conversation. Answered by `.opened` or `.ticketRefused`.
  case open(TransactionID, UserHandle, ticket: String)
  /// Join one. Answered by `.answered` or `.ticketRefused`.
  case answer(TransactionID, UserHandle, ticket: String, SessionID)
  /// Ring somebody. Answered by `.ringing` or `.callFailed`.
  case invite(TransactionID, UserHandle)
  /// Hand a message to every other member and say how that went, as far as the sender wishes to know.
  case relay(TransactionID, Wish, ByteBuffer)
  /// The participant is gone.
  case leave
  /// Something for the log.
  case report(String)

  /// Which outcome a sender is told.
  public struct Wish: Sendable {
    public var success: Bool
    public var failure: Bool
  }
}

/// Somebody in the conversation, as others are told of them.
public struct Participant: Sendable {
  public let handle: UserHandle
  public let introduction: Introduction

  public init(handle: UserHandle, introduction: Introduction) {
    self.handle = handle
    self.introduction = introduction
  }
}

/// What a switchboard tells a participant's connection.
public enum SwitchboardEvent: Sendable {
  case opened(TransactionID, UserHandle, FriendlyName, Dialect)
  case answered(TransactionID, others: [Participant], Dialect)
  case ticketRefused(TransactionID)
  case ringing(TransactionID, SessionID)
  case callFailed(TransactionID, ErrorCode)
  case delivered(TransactionID)
  case notDelivered(TransactionID)
  case joined(Participant)
  case left(UserHandle, idle: Bool)
}

extension Acknowledgement {
  var wish: SwitchboardEffect.Wish { SwitchboardEffect.Wish(success: tellsSuccess, failure: tellsFailure) }
}
