import MSNP
import NIOCore
import ServerKit

/// Classes of commands that cost others something, each with a budget of its own per session: roomy at sign-in, when
/// clients repair their lists, and then as fast as a person can click.
enum CommandBudget: Int, CaseIterable, Sendable {
  case lists, presence, names, calls

  var capacity: Int {
    switch self {
    case .lists: 600
    case .presence: 120
    case .names: 5
    case .calls: 60
    }
  }

  var interval: TimeAmount {
    switch self {
    case .lists: .milliseconds(200)
    case .presence: .milliseconds(250)
    case .names: .seconds(10)
    case .calls: .seconds(1)
    }
  }

  /// What a client is told that is too fast.
  var error: ErrorCode { self == .calls ? .tooActive : .changingTooRapidly }
}

struct CommandBudgets: Sendable {
  /// A client that goes on after so many refusals is not a person.
  private static let patience = 200
  private var buckets: InlineArray<4, TokenBucket>
  private var refusals = 0

  init(now: NIODeadline) {
    buckets = InlineArray { index in
      let budget = CommandBudget.allCases[index]
      return TokenBucket(capacity: budget.capacity, every: budget.interval, now: now)
    }
  }

  mutating func spend(_ budget: CommandBudget, _ now: NIODeadline) throws(Refusal) {
    guard !buckets[budget.rawValue].take(now) else { return }
    refusals += 1
    throw refusals > Self.patience ? .closing(budget.error) : .error(budget.error)
  }
}
