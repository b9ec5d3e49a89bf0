import Cluster
import Credentials
import MSNP
import NIOCore
import ServerKit

/// One participant's connection to a switchboard. It begins with a ticket, `USR` to open a conversation or `ANS` to
/// answer an invitation; there is no `VER`, since the dialect is in the ticket.
///
///     >>> USR 1 alice@example.com 17262740.1050826919.32308
///     <<< USR 1 OK alice@example.com Alice
///     >>> CAL 2 bob@example.com
///     <<< CAL 2 RINGING 11752013
///     <<< JOI bob@example.com Bob                    from MSNP12 with capabilities at the end, as in IRO
///     >>> MSG 3 N 133
///     >>> OUT
public struct SwitchboardSession: LineMachine {
  public typealias Effect = SwitchboardEffect
  public typealias Event = SwitchboardEvent

  enum Phase: Hashable {
    case expectsTicket, entering, present, ended
  }

  public let framing: Framing
  public private(set) var dialect = Dialect.msnp2
  public private(set) var person: UserHandle?
  private let step: TimeAmount
  private var phase = Phase.expectsTicket
  private var calls: TokenBucket?
  private var refusedCalls = 0

  public init(framing: Framing = .switchboard(), step: TimeAmount = .seconds(30)) {
    self.framing = framing
    self.step = step
  }

  public mutating func opened(_ turn: inout Turn<Effect>) { turn.timer = .after(step) }

  public mutating func timerFired(_ turn: inout Turn<Effect>) {
    turn.end(.server("brought no ticket within \(step.nanoseconds / 1_000_000_000) s"))
  }

  public mutating func closed(_ turn: inout Turn<Effect>) {
    if phase != .ended { turn.perform(.leave) }
    phase = .ended
  }

  public mutating func receive(_ line: Line, _ turn: inout Turn<Effect>) {
    if line.verb == .OUT { return turn.end(.finished) }
    guard let transaction = line.transactionID else {
      return turn.end(.violation("sent \(line.verb) without a transaction ID"))
    }
    switch (line.verb, phase) {
    case (.USR, .expectsTicket): usr(line, transaction, &turn)
    case (.ANS, .expectsTicket): ans(line, transaction, &turn)
    case (.CAL, .present): cal(line, transaction, &turn)
    case (.MSG, .present): msg(line, transaction, &turn)
    default: turn.end(.violation("sent \(line.verb) where it is not allowed"))
    }
  }

  public mutating func receive(_ event: Event, _ turn: inout Turn<Effect>) {
    switch event {
    case .opened(let transaction, let handle, let name, let dialect):
      become(present: dialect, &turn)
      turn.reply.usr(transaction, opened: handle, name: name)
    case .answered(let transaction, let others, let dialect):
      become(present: dialect, &turn)
      for (index, other) in others.enumerated() {
        let introduction = other.introduction
        turn.reply.iro(
          transaction, index + 1, of: others.count, other.handle, introduction.name, introduction.capabilities)
      }
      turn.reply.ans(transaction)
    case .ticketRefused(let transaction):
      turn.reply.error(.authenticationFailed, transaction)
      turn.end(.refused(.authenticationFailed))
    case .ringing(let transaction, let session): turn.reply.cal(transaction, ringing: session)
    case .callFailed(let transaction, let code): turn.reply.error(code, transaction)
    case .delivered(let transaction): turn.reply.ack(transaction)
    case .notDelivered(let transaction): turn.reply.nak(transaction)
    case .joined(let other):
      turn.reply.joi(other.handle, other.introduction.name, other.introduction.capabilities)
    case .left(let handle, let idle): turn.reply.bye(handle, idle: idle)
    }
  }

  private mutating func become(present dialect: Dialect, _ turn: inout Turn<Effect>) {
    self.dialect = dialect
    turn.reply.dialect = dialect
    phase = .present
    turn.timer = .off
  }
}

extension SwitchboardSession {
  /// `USR n handle ticket`: 911 and close for a ticket that is not good.
  private mutating func usr(_ line: Line, _ transaction: TransactionID, _ turn: inout Turn<Effect>) {
    guard let (handle, ticket) = credentials(line, transaction, &turn) else { return }
    turn.perform(.open(transaction, handle, ticket: ticket))
  }

  /// `ANS n handle ticket session`: 911 and close for a ticket that is not good, or not for that session.
  private mutating func ans(_ line: Line, _ transaction: TransactionID, _ turn: inout Turn<Effect>) {
    guard let (handle, ticket) = credentials(line, transaction, &turn) else { return }
    guard let session = line.number(3, as: UInt32.self).flatMap(SessionID.init) else {
      turn.waits = false
      return receive(.ticketRefused(transaction), &turn)
    }
    turn.perform(.answer(transaction, handle, ticket: ticket, session))
  }

  private mutating func credentials(
    _ line: Line, _ transaction: TransactionID, _ turn: inout Turn<Effect>
  ) -> (UserHandle, String)? {
    phase = .entering
    guard let handle = line.bytes(1).flatMap(UserHandle.init(bytes:)), let ticket = line.text(2) else {
      receive(.ticketRefused(transaction), &turn)
      return nil
    }
    person = handle
    turn.waits = true
    return (handle, ticket)
  }

  /// `CAL n handle`: 208 for what is no handle, 713 too fast, and what ``Conversation`` and the callee's server say.
  private mutating func cal(_ line: Line, _ transaction: TransactionID, _ turn: inout Turn<Effect>) {
    guard line.count >= 2 else { return turn.end(.violation("sent CAL without a handle")) }
    guard let callee = line.bytes(1).flatMap(UserHandle.init(bytes:)) else {
      return turn.reply.error(.invalidUserName, transaction)
    }
    var bucket = calls ?? TokenBucket(capacity: 30, every: .seconds(1), now: turn.now)
    let isAllowed = bucket.take(turn.now)
    calls = bucket
    guard isAllowed else {
      refusedCalls += 1
      turn.reply.error(.tooActive, transaction)
      if refusedCalls > 200 { turn.end(.refused(.tooActive)) }
      return
    }
    turn.waits = true
    turn.perform(.invite(transaction, callee))
  }

  /// `MSG n U|N|A|D|S length`: relayed untouched; a content type that only servers send is not delivered.
  private mutating func msg(_ line: Line, _ transaction: TransactionID, _ turn: inout Turn<Effect>) {
    guard line.count >= 3, let payload = line.payload,
      let acknowledgement = Acknowledgement(line, dialect: dialect)
    else { return turn.end(.violation("sent MSG with an unknown acknowledgement type")) }
    guard !ServerOnlyContent.isClaimed(by: payload) else {
      if acknowledgement.tellsFailure { turn.reply.nak(transaction) }
      return turn.perform(.report("tried to send a content type that only servers send"))
    }
    turn.perform(.relay(transaction, acknowledgement.wish, payload))
  }
}
