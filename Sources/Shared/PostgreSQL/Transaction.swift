import Roster
import Store

/// What becomes of a transaction once it has read, under its locks, what it needs to know.
package enum Verdict<Value: Sendable>: Sendable {
  /// Writes and commits; `value` is the answer once that is on disk. The list versions of `raising` go up.
  case commit([Query], raising: Set<AccountID>, Value)
  /// Nothing is to be written.
  case nothing(Value)
  /// Rows that have to be locked came up while the locks were awaited: everything once more.
  case again
}

/// A transaction of two round trips: it locks and reads, is judged on the polling thread, writes and commits.
package struct Transaction<Value: Sendable>: Sendable {
  /// Whose changes have to be made in the order in which they were asked for.
  package var owner: AccountID?
  /// Locks and reads; the `BEGIN` is not among them.
  package var opening: [Query]
  /// How long each of the two round trips may take.
  package var patience: Duration
  /// Judges by the results of `opening`; an error rolls back.
  package var judge: @Sendable ([QueryResult]) throws -> Verdict<Value>

  package init(
    owner: AccountID? = nil, opening: [Query], patience: Duration = Patience.usual,
    judge: @escaping @Sendable ([QueryResult]) throws -> Verdict<Value>
  ) {
    self.owner = owner
    self.opening = opening
    self.patience = patience
    self.judge = judge
  }
}

package enum Patience {
  /// Beyond the server's own time limits, which end what it can end.
  package static let usual = Duration.seconds(8)
  /// For an operator's change to a great many accounts.
  package static let long = Duration.seconds(120)
}

/// A transaction whose type of answer is forgotten.
struct Job: Sendable {
  enum Judgement {
    case commit([Query], raising: Set<AccountID>, answer: @Sendable () -> Void)
    case rollBack(answer: @Sendable () -> Void)
    /// Committed already.
    case done(answer: @Sendable () -> Void)
    case again
  }

  let owner: AccountID?
  let opening: [Query]
  let patience: Duration
  let judge: @Sendable ([QueryResult]) -> Judgement
  let fail: @Sendable (StoreFailure) -> Void

  /// One round trip: the statements are a transaction of their own, which their Sync commits.
  init(
    whole queries: [Query], owner: AccountID, then: @escaping @Sendable (Result<[QueryResult], StoreFailure>) -> Void
  ) {
    self.owner = owner
    opening = queries
    patience = Patience.usual
    fail = { then(.failure($0)) }
    judge = { results in .done { then(.success(results)) } }
  }

  init<Value>(_ transaction: Transaction<Value>, then: @escaping @Sendable (Result<Value, any Error>) -> Void) {
    owner = transaction.owner
    opening = [Query(.begin)] + transaction.opening
    patience = transaction.patience
    fail = { then(.failure($0)) }
    judge = { results in
      do {
        // The first result is that of `BEGIN`.
        switch try transaction.judge(Array(results.dropFirst())) {
        case .commit(let writes, let raising, let value):
          return .commit(writes, raising: raising) { then(.success(value)) }
        case .nothing(let value): return .rollBack { then(.success(value)) }
        case .again: return .again
        }
      } catch {
        return .rollBack { then(.failure(error)) }
      }
    }
  }
}

extension Statement {
  static let begin = Statement("begin", "BEGIN")
  static let commit = Statement("commit", "COMMIT")
  static let rollback = Statement("rollback", "ROLLBACK")
}
