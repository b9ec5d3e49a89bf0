import Credentials
import MSNP
import NIOCore
import ServerKit

/// The challenges a client has not answered yet: the last two count, because an answer may cross a new challenge.
struct OutstandingChallenges: Sendable {
  private(set) var texts: [String] = []
  /// Whether the newest one still waits for its answer.
  private(set) var isUnanswered = false

  mutating func add(_ text: String) {
    texts = Array((texts + [text]).suffix(2))
    isUnanswered = true
  }

  mutating func answered() { isUnanswered = false }
}

/// Answers a challenge (MSNP6).
///
///     <<< CHL 0 15570131571988941333
///     >>> QRY 7 msmsgs@msnmsgr.com 32
///         8f2f5a91b72102cd28355e9fc9000d6e
///     <<< QRY 7
///
/// 540 and close for a wrong answer. Products with an unknown key are believed, for such clients exist, unless the
/// service is strict.
enum QRY: NotificationCommand {
  static let verb = Verb.QRY
  static let dialects = Dialect.msnp6 ... .msnp21
  static let arguments = 3

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard let product = line.text(1), let payload = line.payload else { throw .closing(.challengeFailed) }
    let response = String(buffer: payload)
    if session.settings.challenges {
      let challenges = session.me?.challenges.texts ?? []
      let isStrict = session.settings.refusesUnknownProducts
      let isRight = challenges.contains { challenge in
        switch ClientChallenge.verify(
          productID: product, challenge: challenge, response: response, dialect: session.dialect)
        {
        case .correct: true
        case .wrong: false
        case .unknownProduct: !isStrict
        }
      }
      guard isRight else { throw .closing(.challengeFailed) }
      session.me?.challenges.answered()
      session.expectChallenge(in: session.settings.challengeInterval, &turn)
    }
    turn.reply.line(.QRY, line.transaction)
  }
}

/// Asks for a challenge of its own accord; rare, but answered (MSNP6).
///
///     >>> CHL 12
///     <<< CHL 12 15570131571988941333
enum CHL: NotificationCommand {
  static let verb = Verb.CHL
  static let dialects = Dialect.msnp6 ... .msnp21

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    session.challenge(line.transaction, &turn)
  }
}

extension NotificationSession {
  /// The first challenge follows the first `CHG`.
  mutating func beginChallenges(_ turn: inout Turn<Effect>) {
    guard dialect.has(.challenges), settings.challenges else { return }
    challenge(.unsolicited, &turn)
  }

  mutating func challenge(_ transaction: TransactionID, _ turn: inout Turn<Effect>) {
    var dice = settings.sources.dice
    let text = ClientChallenge.make(random: &dice)
    me?.challenges.add(text)
    turn.reply.line(.CHL, transaction, text)
    if settings.challenges { expectChallenge(in: settings.challengePatience, &turn) }
  }

  /// Time for the next challenge, or for giving up on the last.
  mutating func challengeTimeCame(_ turn: inout Turn<Effect>) {
    if me?.challenges.isUnanswered == true {
      turn.reply.out(nil)
      turn.end(.server("left a challenge unanswered"))
    } else {
      challenge(.unsolicited, &turn)
    }
  }
}
