import MSNP
import NIOCore

/// The rules of one connection of one role, without any IO: lines and events go in, a ``Turn`` comes out.
///
/// A machine has no clock, socket, database, log or randomness of its own; what it needs of them it gets in the turn,
/// in its settings, or as an event.
public protocol LineMachine: Sendable {
  /// What the machine asks the role around it to do.
  associatedtype Effect: Sendable
  /// What the role tells the machine: answers to effects, and news that others cause.
  associatedtype Event: Sendable

  var framing: Framing { get }
  /// The dialect in which the connection's client reads; fixed once it is negotiated.
  var dialect: Dialect { get }
  /// Who is there, for log lines: a handle, or nothing before signing in.
  var person: UserHandle? { get }

  /// The connection is open.
  mutating func opened(_ turn: inout Turn<Effect>)
  /// A whole command arrived.
  mutating func receive(_ line: Line, _ turn: inout Turn<Effect>)
  /// The role answers an effect or brings news.
  mutating func receive(_ event: Event, _ turn: inout Turn<Effect>)
  /// The time set with ``Turn/timer`` is over.
  mutating func timerFired(_ turn: inout Turn<Effect>)
  /// The connection is gone, for whatever reason; nothing can be sent any more. Called exactly once.
  mutating func closed(_ turn: inout Turn<Effect>)
}

/// What one step of a machine wants done, in this order: lines written, effects carried out, the connection ended.
public struct Turn<Effect: Sendable> {
  public let now: NIODeadline
  /// Lines for this connection's client.
  public var reply: LineWriter
  public private(set) var effects: [Effect] = []
  /// Whether the next command has to wait until an event ends this one; reading is paused meanwhile.
  public var waits = false
  /// A new time for the connection's one timer; nil leaves it as it is.
  public var timer: Timer?
  /// Ends the connection after the lines are out.
  public private(set) var ending: Ending?

  public enum Timer: Sendable {
    case after(TimeAmount)
    case off
  }

  public init(now: NIODeadline, dialect: Dialect) {
    self.now = now
    reply = LineWriter(dialect: dialect)
  }

  /// Asks the role for something.
  public mutating func perform(_ effect: Effect) { effects.append(effect) }

  /// Ends the connection; the first reason given counts.
  public mutating func end(_ ending: Ending) {
    if self.ending == nil { self.ending = ending }
  }
}

/// Why a connection ends, as the log tells it.
public enum Ending: Sendable, Hashable, CustomStringConvertible {
  /// The client said `OUT`, or the server's last line was its regular end.
  case finished
  /// The client did what the protocol does not allow; the text says what.
  case violation(String)
  /// The protocol's answer is an error that closes.
  case refused(ErrorCode)
  /// The server ends it, for the reason given.
  case server(String)

  public var description: String {
    switch self {
    case .finished: "finished"
    case .violation(let text): text
    case .refused(let code): "refused with \(code.rawValue)"
    case .server(let text): text
    }
  }
}
