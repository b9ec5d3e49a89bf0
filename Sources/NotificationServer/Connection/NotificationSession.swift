import MSNP
import NIOCore
import Roster
import ServerKit

/// One connection to a notification server: signing in, then lists, presence and invitations.
///
/// Rules only. Commands are one file each in `Commands/`, found through ``CommandTable``; what a command needs of the
/// store or of the node it asks for with an effect and goes on when the answer comes, see ``ask(_:_:then:)``.
public struct NotificationSession: LineMachine {
  public typealias Effect = NotificationEffect
  public typealias Event = NotificationEvent
  typealias Continuation = @Sendable (inout NotificationSession, NotificationAnswer, inout Turn<Effect>) -> Void

  /// How far the client is. A command is legal in some of these, see ``CommandTable``.
  enum Phase: Hashable, Sendable {
    case expectsVersion
    /// Only `CVR0` in common: `CVQ`, then good-bye.
    case versionQuery
    case negotiated
    /// The challenge is out; it is good for one answer.
    case challenged(SignInChallenge)
    /// Being verified, or the lists being read.
    case signingIn
    case signedIn
    case ended
  }

  public let framing = Framing.notification
  public internal(set) var dialect = Dialect.msnp2
  let id: ConnectionID
  private let sharedSettings: SharedSettings
  var settings: NotificationSettings { sharedSettings.value }
  var phase = Phase.expectsVersion
  /// The handle under which the client is signing in, then the account's.
  public internal(set) var person: UserHandle?
  /// The session's own state once its account is claimed.
  var me: SignedIn?
  private var continuation: Continuation?
  private var linesBeforeSignIn: UInt8 = 0

  init(id: ConnectionID, settings: SharedSettings) {
    self.id = id
    sharedSettings = settings
  }

  init(id: ConnectionID, settings: NotificationSettings) { self.init(id: id, settings: SharedSettings(settings)) }

  // MARK: The client speaks

  public mutating func opened(_ turn: inout Turn<Effect>) { turn.timer = .after(settings.step) }

  public mutating func receive(_ line: Line, _ turn: inout Turn<Effect>) {
    do throws(Refusal) {
      try countBeforeSignIn()
      me?.times.lastHeard = turn.now
      let command = try CommandTable.standard.command(for: line, phase: phase, dialect: dialect)
      try spend(command.budget, turn.now)
      let before = phase
      try command.handle(&self, line, &turn)
      // Only a step forward earns more time.
      if phase != before, phase != .signedIn { turn.timer = .after(patience) }
    } catch {
      refuse(error, line.transactionID, &turn)
    }
  }

  // MARK: The node speaks

  public mutating func receive(_ event: Event, _ turn: inout Turn<Effect>) {
    switch event {
    case .answer(let answer):
      guard let continuation else { return }
      self.continuation = nil
      continuation(&self, answer, &turn)
    case .presence(let news): see(news, &turn)
    case .notices(let batch): hear(batch, &turn)
    case .listVersion(let version): hear(of: version, &turn)
    case .recalled(let notices): recall(notices, &turn)
    case .ring(let ring, let answer): consider(ring, answer, &turn)
    case .invited(let ring, let ticket): invite(ring, ticket, &turn)
    case .alert(let alert): show(alert, &turn)
    case .maintenance(let minutes): announceMaintenance(in: minutes, &turn)
    case .signedInElsewhere: leave(telling: .elsewhere, .server("signed in elsewhere"), &turn)
    case .putOut: leave(telling: nil, .server("put out by the operator"), &turn)
    case .shutdown: leave(telling: .shutdown, .server("the server is shutting down"), &turn)
    }
  }

  public mutating func timerFired(_ turn: inout Turn<Effect>) {
    guard phase == .signedIn else {
      return turn.end(.server("took longer than \(settings.step.nanoseconds / 1_000_000_000) s for a step"))
    }
    timesFired(&turn)
  }

  public mutating func closed(_ turn: inout Turn<Effect>) {
    release(&turn)
    phase = .ended
    continuation = nil
  }

  /// Who has to fetch a ticket first has longer.
  private var patience: TimeAmount {
    if case .challenged(.ticket) = phase { settings.ticketStep } else { settings.step }
  }

  // MARK: Tools of the commands

  /// Asks the node for something and goes on with `then` when it has answered. The client's next command waits.
  mutating func ask(_ effect: Effect, _ turn: inout Turn<Effect>, then: @escaping Continuation) {
    continuation = then
    turn.waits = true
    turn.perform(effect)
  }

  /// Tells the client why a command failed, in the way the refusal says.
  mutating func refuse(_ refusal: Refusal, _ transaction: TransactionID?, _ turn: inout Turn<Effect>) {
    switch refusal {
    case .error(let code):
      // A command without a transaction ID has no place for an error.
      if let transaction { turn.reply.error(code, transaction) }
    case .closing(let code):
      turn.reply.error(code, transaction ?? .unsolicited)
      turn.end(.refused(code))
    case .violation(let text):
      turn.end(.violation(text))
    }
  }

  /// Signing in takes half a dozen commands; whoever sends many more wants something else.
  private mutating func countBeforeSignIn() throws(Refusal) {
    guard phase != .signedIn else { return }
    linesBeforeSignIn += 1
    guard linesBeforeSignIn <= 32 else { throw .violation("sent 32 commands without signing in") }
  }

  private mutating func spend(_ budget: CommandBudget, _ now: NIODeadline) throws(Refusal) {
    try me?.budgets.spend(budget, now)
  }

  mutating func leave(telling reason: SignOutReason?, _ ending: Ending, _ turn: inout Turn<Effect>) {
    if me != nil { turn.reply.out(reason) }
    release(&turn)
    phase = .ended
    continuation = nil
    turn.end(ending)
  }

  /// Gives the account back, once: watchers learn that it is offline.
  private mutating func release(_ turn: inout Turn<Effect>) {
    guard let me else { return }
    self.me = nil
    turn.perform(.leave(me.account, watching: me.watches.accounts))
  }
}
