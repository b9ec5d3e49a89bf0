import Credentials
import MSNP
import NIOPosix

/// What a password that is chosen on the pages has to be: 8 to 16 characters, and nothing that everybody knows.
enum NewPassword {
  static let minimumLength = 8

  /// What is wrong with it, with the cure; nil when nothing is.
  static func problem(_ password: String, for handle: UserHandle?) -> String? {
    do {
      try PasswordRule.check(password)
    } catch {
      switch error {
      case .empty: return "Choose a password of \(minimumLength) to \(PasswordRule.maximumLength) characters."
      case .tooLong(let length):
        return "That has \(length) characters, and Messenger clients cut passwords at \(PasswordRule.maximumLength): "
          + "choose one of \(minimumLength) to \(PasswordRule.maximumLength)."
      case .unprintable:
        return "That holds a character that cannot be typed into a client: use letters, digits, punctuation and blanks."
      }
    }
    let length = password.unicodeScalars.count
    guard length >= minimumLength else {
      return "That has \(length) characters, which is soon guessed: choose one of \(minimumLength) to "
        + "\(PasswordRule.maximumLength)."
    }
    if let handle, isKnown(password, of: handle) {
      return "That is your address, which everybody would try first: choose something else."
    }
    return nil
  }

  private static func isKnown(_ password: String, of handle: UserHandle) -> Bool {
    let folded = password.lowercased()
    let local = handle.text.prefix { $0 != "@" }
    return folded == handle.text || folded == local
  }
}

extension PageFrame {
  /// The hash of a new password. Off the event loops.
  func hash(_ password: String) async throws -> String {
    let cost = services.passwordCost
    return try await services.pool.runIfActive { try PasswordHash.make(password, cost: cost).text }
  }
}
