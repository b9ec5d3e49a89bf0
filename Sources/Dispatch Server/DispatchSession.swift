import MSNP
import NIOCore
import ServerKit

/// One connection to the dispatch server: the client says who it is and is sent to a notification server. Nobody is
/// authenticated here and nothing is remembered.
///
///     >>> VER 1 MSNP7 MSNP6 MSNP5 MSNP4 CVR0
///     <<< VER 1 MSNP7 CVR0
///     >>> INF 2
///     <<< INF 2 MD5
///     >>> USR 3 MD5 I alice@example.com                  TWN from MSNP8
///     <<< XFR 3 NS 192.0.2.10:1863 0 192.0.2.1:1863      and the connection closes
public struct DispatchSession: LineMachine {
  public enum Effect: Sendable {
    /// Which notification server takes this handle? Answered by `Event.placed`.
    case place(UserHandle)
  }

  public enum Event: Sendable {
    case placed(HostPort?)
  }

  public struct Settings: Sendable {
    /// The time a client has for each step.
    public var step: TimeAmount
    /// The address clients know this server by, for the end of `XFR`.
    public var address: HostPort
    /// The page that `CVR` names.
    public var site: String

    public init(step: TimeAmount = .seconds(30), address: HostPort, site: String) {
      self.step = step
      self.address = address
      self.site = site
    }
  }

  enum Phase: Hashable {
    case expectsVersion
    /// Only `CVR0` in common: `CVQ` or `CVR`, then good-bye.
    case versionQuery
    case negotiated
    case placing(TransactionID)
    case ended
  }

  public let framing = Framing.dispatch
  public private(set) var dialect = Dialect.msnp2
  public private(set) var person: UserHandle?
  private let settings: Settings
  private var phase = Phase.expectsVersion
  private var lines = 0

  public init(_ settings: Settings) { self.settings = settings }

  public mutating func opened(_ turn: inout Turn<Effect>) { turn.timer = .after(settings.step) }

  public mutating func timerFired(_ turn: inout Turn<Effect>) {
    guard phase != .ended else { return turn.end(.finished) }
    turn.end(.server("took longer than \(settings.step.nanoseconds / 1_000_000_000) s for a step"))
  }

  public mutating func closed(_ turn: inout Turn<Effect>) { phase = .ended }

  public mutating func receive(_ line: Line, _ turn: inout Turn<Effect>) {
    guard line.verb != .OUT, phase != .ended else { return turn.end(.finished) }
    guard let transaction = line.transactionID else {
      return turn.end(.violation("sent \(line.verb) without a transaction ID"))
    }
    let before = phase
    // Only a step forward earns more time, and the whole visit takes a handful of commands.
    defer { if phase != before { turn.timer = .after(settings.step) } }
    lines += 1
    guard lines <= 32 else { return turn.end(.violation("sent 32 commands without signing in")) }
    switch (line.verb, phase) {
    case (.VER, .expectsVersion): ver(line, transaction, &turn)
    case (.VER, _):
      turn.reply.error(.notExpected, transaction)
      turn.end(.refused(.notExpected))
    case (.CVR, .versionQuery), (.CVQ, .versionQuery), (.CVR, .negotiated): cvr(line, transaction, &turn)
    case (.INF, .negotiated) where dialect.has(.digestSignIn): turn.reply.inf(transaction)
    case (.USR, .negotiated): usr(line, transaction, &turn)
    default: turn.end(.violation("sent \(line.verb) where it is not allowed"))
    }
  }

  public mutating func receive(_ event: Event, _ turn: inout Turn<Effect>) {
    guard case .placed(let address) = event, case .placing(let transaction) = phase else { return }
    phase = .ended
    guard let address else {
      turn.reply.error(.serverUnavailable, transaction)
      return turn.end(.refused(.serverUnavailable))
    }
    turn.reply.xfr(transaction, notification: address, from: settings.address)
    // Clients close by themselves once they have read it; the server does so a moment later.
    turn.timer = .after(.seconds(1))
  }

  private mutating func ver(_ line: Line, _ transaction: TransactionID, _ turn: inout Turn<Effect>) {
    let choice = VersionOffer(line).choice
    turn.reply.ver(transaction, choice)
    switch choice {
    case .dialect(let chosen, _):
      dialect = chosen
      phase = .negotiated
    case .versionQueryOnly: phase = .versionQuery
    case .nothing: turn.end(.violation("offered no dialect this server speaks"))
    }
  }

  private mutating func cvr(_ line: Line, _ transaction: TransactionID, _ turn: inout Turn<Effect>) {
    do throws(ErrorCode) {
      turn.reply.version(line.verb, transaction, try ClientVersion(line), site: settings.site)
    } catch {
      turn.reply.error(error, transaction)
      turn.end(.refused(error))
    }
  }

  /// `USR n MD5 I handle`, `USR n CTP I handle [password]` or `USR n TWN I handle`; which of those that the dialect has
  /// does not matter here.
  private mutating func usr(_ line: Line, _ transaction: TransactionID, _ turn: inout Turn<Effect>) {
    let isLegal =
      line.isWord(1, "MD5") && dialect.has(.digestSignIn) || line.isWord(1, "CTP") && dialect.has(.clearTextSignIn)
      || line.isWord(1, "TWN") && dialect.has(.ticketSignIn)
    guard isLegal, line.isWord(2, "I") else {
      return turn.end(.violation("asked for a sign-in that \(dialect.name) does not have"))
    }
    guard let handle = line.bytes(3).flatMap(UserHandle.init(bytes:)) else {
      turn.reply.error(.authenticationFailed, transaction)
      return turn.end(.refused(.authenticationFailed))
    }
    person = handle
    phase = .placing(transaction)
    turn.waits = true
    turn.perform(.place(handle))
  }
}
