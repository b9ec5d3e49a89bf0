import MSNP
import NIOCore

/// How much a sender wants to know of a message's fate, by the letter in `MSG`.
enum Acknowledgement: Sendable {
  /// `U`: nothing.
  case none
  /// `N`: `NAK` on failure.
  case failure
  /// `A`, and `D` from MSNP9: `ACK` or `NAK`.
  case both
  /// `S`: `ACK` on success.
  case success

  /// Nil for any other letter, which closes the connection; lower case is another letter.
  init?(_ line: Line, dialect: Dialect) {
    if line.isWord(1, "U") {
      self = .none
    } else if line.isWord(1, "N") {
      self = .failure
    } else if line.isWord(1, "A") || line.isWord(1, "D") && dialect.has(.acknowledgedData) {
      self = .both
    } else if line.isWord(1, "S") {
      self = .success
    } else {
      return nil
    }
  }

  /// Whether the outcome can matter to the sender.
  var isWanted: Bool { self != .none }
  var tellsSuccess: Bool { self == .both || self == .success }
  var tellsFailure: Bool { self == .both || self == .failure }
}
