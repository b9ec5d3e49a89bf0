import MSNP
import Roster

/// Why a command is not carried out, and what the client notices of it.
enum Refusal: Error, Hashable {
  /// `eee n`; the connection stays.
  case error(ErrorCode)
  /// `eee n`, then the connection closes.
  case closing(ErrorCode)
  /// The connection closes without a word: the official service had no "unknown command" error. The text is for the log.
  case violation(String)
}

extension ErrorCode {
  /// The number that tells a client of this dialect why its list change was refused.
  init(_ refusal: RosterRefusal, _ dialect: Dialect) {
    self =
      switch refusal {
      case .noSuchAccount: dialect.has(.listVersions) ? .invalidUser : .invalidUserName
      case .noSuchContact: .invalidUserName
      case .notPending: .notExpected
      case .alreadyThere: .alreadyThere
      case .onOppositeList: .onOppositeList
      case .notOnList: .notOnList
      case .listFull: .listFull
      case .noSuchGroup: .invalidGroup
      case .notInGroup: .notInGroup
      case .tooManyGroups: .tooManyGroups
      case .groupExists: .groupExists
      case .groupZero: .groupZero
      case .alreadyInMode: .alreadyInMode
      }
  }
}
