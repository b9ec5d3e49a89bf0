import MSNP
import NIOCore
import ServerKit

/// Classes of commands, each with a budget of its own per session: roomy at sign-in, when clients repair their lists,
/// and then as fast as a person can click.
enum CommandBudget: Int, CaseIterable, Sendable {
  /// Changes of lists, groups, properties.
  case lists
  /// `CHG`, which watchers are told.
  case presence
  /// The own friendly name.
  case names
  /// Requests for switchboards.
  case calls
  /// The whole roster out of the store.
  case reads
  /// Everything that is answered from memory.
  case small
  /// Finding that an account does not exist.
  case lookups

  var capacity: Int {
    switch self {
    case .lists: 600
    case .presence: 120
    case .names: 5
    case .calls: 60
    case .reads: 40
    case .small: 400
    case .lookups: 200
    }
  }

  var interval: TimeAmount {
    switch self {
    case .lists: .milliseconds(200)
    case .presence: .milliseconds(250)
    case .names: .seconds(10)
    case .calls: .seconds(1)
    case .reads: .seconds(1)
    case .small: .milliseconds(10)
    case .lookups: .seconds(3)
    }
  }

  /// What a client is told that is too fast.
  var error: ErrorCode {
    switch self {
    case .lists, .presence, .names: .changingTooRapidly
    case .calls, .reads, .small, .lookups: .tooActive
    }
  }
}

struct CommandBudgets: Sendable {
  /// A client that goes on after so many refusals is not a person.
  private static let patience = 200
  /// Every session has these: their sizes are known by their places.
  private var levels: InlineArray<7, TokenBucket.Level>
  private var refusals = 0

  init(now: NIODeadline) {
    levels = InlineArray { TokenBucket.Level(capacity: CommandBudget(rawValue: $0)?.capacity ?? 0, now: now) }
  }

  mutating func spend(_ budget: CommandBudget, _ now: NIODeadline) throws(Refusal) {
    guard !levels[budget.rawValue].take(now, capacity: budget.capacity, every: budget.interval) else { return }
    refusals += 1
    throw refusals > Self.patience ? .closing(budget.error) : .error(budget.error)
  }
}
