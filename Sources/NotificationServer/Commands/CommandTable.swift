import MSNP
import NIOCore
import Roster
import ServerKit

/// One command of the notification server: a file of its own, an entry in ``CommandTable``.
protocol NotificationCommand: SendableMetatype {
  static var verb: Verb { get }
  /// The dialects that have it.
  static var dialects: ClosedRange<Dialect> { get }
  /// When it is legal.
  static var moment: CommandTable.Moment { get }
  /// The fewest arguments, the transaction ID counted; fewer close the connection.
  static var arguments: Int { get }
  /// The budget it spends from once the client is signed in.
  static var budget: CommandBudget { get }
  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal)
}

extension NotificationCommand {
  static var dialects: ClosedRange<Dialect> { .msnp2 ... .msnp21 }
  static var moment: CommandTable.Moment { .signedIn }
  static var arguments: Int { 1 }
  static var budget: CommandBudget { .small }
}

/// Every command a notification server knows, with the conditions under which a handler sees it.
struct CommandTable: Sendable {
  enum Moment: Sendable {
    case anytime, beforeVersion, versionQuery, beforeSignIn, signedIn

    func includes(_ phase: NotificationSession.Phase) -> Bool {
      switch (self, phase) {
      case (.anytime, _): true
      case (.beforeVersion, .expectsVersion): true
      case (.versionQuery, .versionQuery): true
      case (.beforeSignIn, .negotiated), (.beforeSignIn, .challenged): true
      case (.signedIn, .signedIn): true
      default: false
      }
    }
  }

  static let standard = CommandTable([
    ADC.self, ADD.self, ADG.self, BLP.self, CHG.self, CHL.self, CVQ.self, CVR.self, FND.self, GCF.self, GSB.self,
    GTC.self, IMS.self, INF.self, LKP.self, LSG.self, LST.self, OUT.self, PAG.self, PGD.self, PNG.self, PRP.self,
    QRY.self, REA.self, REG.self, REM.self, RMG.self, SBP.self, SDC.self, SND.self, SYN.self, URL.self, USR.self,
    UUX.self, VER.self, XFR.self,
  ])

  private let commands: [Verb: any NotificationCommand.Type]

  init(_ commands: [any NotificationCommand.Type]) {
    self.commands = Dictionary(commands.map { ($0.verb, $0) }) { first, _ in first }
  }

  /// The command of a line, if it may be carried out now. What the official service met with silence and a closed
  /// connection is a violation (wire reference, section 8).
  func command(
    for line: Line, phase: NotificationSession.Phase, dialect: Dialect
  ) throws(Refusal) -> any NotificationCommand.Type {
    guard let command = commands[line.verb] else { throw .violation("sent \(line.verb), which is no command here") }
    guard command.moment.includes(phase) else { throw .violation("sent \(line.verb) before signing in, or too late") }
    guard phase == .expectsVersion || command.dialects.contains(dialect) else {
      throw .violation("sent \(line.verb), which \(dialect.name) does not have")
    }
    guard line.count >= command.arguments else { throw .violation("sent \(line.verb) with too few arguments") }
    guard command.arguments == 0 || line.transactionID != nil else {
      throw .violation("sent \(line.verb) without a transaction ID")
    }
    return command
  }
}

extension Line {
  /// The transaction ID of a line that passed ``CommandTable``, which sees to it that there is one.
  var transaction: TransactionID { transactionID ?? .unsolicited }
}
