/// Why a new password was refused. The description tells the reason and the cure.
public enum PasswordRefusal: Error, Hashable, Sendable {
  case empty
  /// Counted in Unicode scalars.
  case tooLong(length: Int)
  case unprintable
}

extension PasswordRefusal: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty:
      "the password is empty: choose one of 1 to \(PasswordRule.maximumLength) characters"
    case .tooLong(let length):
      "the password has \(length) characters, but Messenger clients cut passwords at \(PasswordRule.maximumLength)"
        + " and could never sign in with it: choose one of 1 to \(PasswordRule.maximumLength) characters"
    case .unprintable:
      "the password holds a character that cannot be typed into a client, such as a tab or a line end:"
        + " use letters, digits, punctuation and blanks"
    }
  }
}

/// What a new password must be: 1 to 16 printable characters. Windows clients cut passwords at 16 (login reference,
/// section 5.2), so a longer one would be refused at every sign-in without anybody knowing why.
public enum PasswordRule {
  /// In Unicode scalars.
  public static let maximumLength = 16

  public static func check(_ password: String) throws(PasswordRefusal) {
    let scalars = password.unicodeScalars
    guard !scalars.isEmpty else { throw .empty }
    guard scalars.count <= maximumLength else { throw .tooLong(length: scalars.count) }
    guard scalars.allSatisfy(isPrintable) else { throw .unprintable }
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
    default: true
    }
  }
}
