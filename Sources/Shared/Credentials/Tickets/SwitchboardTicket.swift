import MSNP

/// One switchboard in one life: a restart takes a new epoch, and tickets for the old one are void, because the memory
/// of which were used is gone with it.
public struct SwitchboardIdentity: Hashable, Sendable {
  /// The node's name in the service.
  public let name: String
  public let epoch: UInt64

  public init(name: String, epoch: UInt64) {
    self.name = name
    self.epoch = epoch
  }
}

/// What a ticket entitles to on its switchboard.
public enum TicketPurpose: Hashable, Sendable {
  /// `USR`: to open a conversation.
  case open
  /// `ANS`: to join this one.
  case answer(SessionID)
}

/// Everything a ticket is bound to.
public struct TicketClaim: Hashable, Sendable {
  /// The account's number.
  public var account: Int64
  public var handle: UserHandle
  /// The dialect of the account's notification session: the switchboard learns it from nowhere else.
  public var dialect: Dialect
  public var purpose: TicketPurpose
  public var switchboard: SwitchboardIdentity

  public init(
    account: Int64, handle: UserHandle, dialect: Dialect, purpose: TicketPurpose, switchboard: SwitchboardIdentity
  ) {
    self.account = account
    self.handle = handle
    self.dialect = dialect
    self.purpose = purpose
    self.switchboard = switchboard
  }
}

/// The 128 random bits that make each ticket one of its own.
public struct TicketNonce: Hashable, Sendable {
  private let high: UInt64
  private let low: UInt64

  init(random: inout some RandomNumberGenerator) {
    high = random.next()
    low = random.next()
  }

  init(_ bytes: some Collection<UInt8>) {
    high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    low = bytes.dropFirst(8).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  var bytes: [UInt8] { bigEndianBytes(high) + bigEndianBytes(low) }
}

/// What a good ticket says. It is not yet known whether it was used before: ask ``UsedTickets``.
public struct RedeemedTicket: Hashable, Sendable {
  /// The account's number.
  public let account: Int64
  public let dialect: Dialect
  public let nonce: TicketNonce
  /// Seconds since 1970.
  public let expires: Int64
}

/// Why a ticket is void. Clients are told 911 whatever it is; this is for the log.
public enum TicketRefusal: Error, Hashable, Sendable {
  /// Not the shape of a ticket.
  case malformed
  /// Signed with a key this switchboard does not have.
  case unknownKey
  /// Altered, or presented by another handle, for another purpose or conversation, or to another switchboard.
  case notForThis
  case expired
}

extension TicketRefusal: CustomStringConvertible {
  public var description: String {
    switch self {
    case .malformed: "not a switchboard ticket"
    case .unknownKey: "a ticket signed with an unknown key"
    case .notForThis: "a ticket altered, or made for another handle, purpose, conversation or switchboard"
    case .expired: "an expired ticket"
    }
  }
}
