import Roster

/// What ``SignInDoor`` says to somebody who wants to sign in.
public enum SignInVerdict: Hashable, Sendable {
  /// The proof is that of this account; nil when it is wrong, or there is no such account.
  case judged(AccountID?)
  /// Too many failures lately: refused without a look at the proof.
  case guessedTooOften
  /// Too many sign-ins wait already.
  case busy
  /// The store is away.
  case storeUnavailable
}
