import MSNP
import Roster

/// The store could not answer: away, full, or broken. The text is for the log.
public struct StoreFailure: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}

/// Why a change was not made.
public enum ChangeFailure: Error, Hashable, Sendable {
  case refused(RosterRefusal)
  case unavailable(StoreFailure)
  /// Another session has claimed the account since.
  case superseded
}

/// What a store calls when it is done, on a thread of its own. It must not block.
public typealias StoreAnswer<Value, Failure: Error> = @Sendable (Result<Value, Failure>) -> Void

/// The lists of accounts as notification servers use them.
///
/// Answers come by callback instead of `await` because their order matters: see ``change(_:by:limits:then:)``.
public protocol RosterStore: Sendable {
  /// What a session needs from its first moment; nil when the account is gone or banned.
  ///
  /// It holds every change that was asked for before it in this process: a session that takes the account over from
  /// another would otherwise miss a change that one still had under way, and go on with lists that are not so.
  func sessionRoster(of account: AccountID, then: @escaping StoreAnswer<SessionRoster?, StoreFailure>)

  /// The whole roster read at one instant; nil when the account is gone.
  func snapshot(of account: AccountID, then: @escaping StoreAnswer<RosterSnapshot?, StoreFailure>)

  /// Makes one change in one transaction and answers after it is on disk.
  ///
  /// The answers of changes that raise one account's list version, whoever made them, come in the order of the commits
  /// and one after the other. So a server that hands on notices and replies from inside the answer never shows a
  /// client version 258 before what 257 was about.
  func change(
    _ change: RosterChange, by account: AccountID, limits: ListLimits,
    then: @escaping StoreAnswer<ChangeOutcome, ChangeFailure>)
}
