import MSNP

/// What somebody tells of themselves: on their profile page, and to clients in the profile message.
///
/// Texts are trimmed and bounded; see ``init(fields:)``. The friendly name is not here: it is the account's.
public struct MemberProfile: Hashable, Sendable, Codable {
  public enum Gender: String, Hashable, Sendable, Codable, CaseIterable {
    case female = "F"
    case male = "M"
  }

  /// Who may see the profile. Whoever is blocked never may, its owner always.
  public enum Audience: String, Hashable, Sendable, Codable, CaseIterable {
    case nobody
    /// People on the owner's forward list.
    case contacts
    /// Everybody who has an account.
    case everyone
  }

  public var fullName = ""
  public var city = ""
  /// ISO 3166, two capital letters; empty for none.
  public var country = ""
  public var postalCode = ""
  /// A Windows language number (LCID) in decimal, as clients send it: 1033 is English. Nil for the service's own.
  public var language: Int?
  public var birthday: Birthday?
  public var gender: Gender?
  /// In the owner's words; may have several lines.
  public var about = ""
  public var audience = Audience.contacts

  public init() {}

  /// A day that somebody was born on, which exists in the calendar.
  public struct Birthday: Hashable, Sendable, Codable {
    public let year: Int
    public let month: Int
    public let day: Int

    /// Nil for a day that the calendar does not have, and for years before 1900.
    public init?(year: Int, month: Int, day: Int) {
      guard (1900...9999).contains(year), (1...12).contains(month), day >= 1 else { return nil }
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      guard day <= days[month - 1] else { return nil }
      (self.year, self.month, self.day) = (year, month, day)
    }

    /// From `1984-02-29`.
    public init?(_ text: some StringProtocol) {
      let parts = text.split(separator: "-", omittingEmptySubsequences: false)
      guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2, let year = Int(parts[0]),
        let month = Int(parts[1]), let day = Int(parts[2])
      else { return nil }
      self.init(year: year, month: month, day: day)
    }

    public var text: String {
      func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
      return "\(year)-\(two(month))-\(two(day))"
    }
  }
}

extension MemberProfile {
  /// A field that cannot be taken as it is.
  public enum Refusal: Error, Hashable, Sendable {
    /// Counted in characters.
    case tooLong(field: String, limit: Int)
    case unreadable(field: String)
    case country
    case language
    case birthday
    case gender
    case audience
  }

  /// Characters that a one-line field may have, and those of ``about``.
  public static let longestLine = 64
  public static let longestAbout = 1000

  /// From the fields of a form, by name: `full-name`, `city`, `country`, `postal-code`, `language`, `birthday`,
  /// `gender`, `about`, `audience`. What is absent or empty is not told.
  public init(fields: (String) -> String?) throws(Refusal) {
    fullName = try MemberProfile.line(fields, "full-name")
    city = try MemberProfile.line(fields, "city")
    postalCode = try MemberProfile.line(fields, "postal-code")
    about = try MemberProfile.text(fields, "about", limit: MemberProfile.longestAbout, mayBreak: true)
    country = try MemberProfile.line(fields, "country").uppercased()
    guard country.isEmpty || country.utf8.count == 2 && country.utf8.allSatisfy({ (0x41...0x5a).contains($0) }) else {
      throw .country
    }
    if let text = MemberProfile.filled(fields, "language") {
      guard let number = Int(text), (1...0xffff).contains(number) else { throw .language }
      language = number
    }
    if let text = MemberProfile.filled(fields, "birthday") {
      guard let day = Birthday(text) else { throw .birthday }
      birthday = day
    }
    if let text = MemberProfile.filled(fields, "gender") {
      guard let known = Gender(rawValue: text.uppercased()) else { throw .gender }
      gender = known
    }
    if let text = MemberProfile.filled(fields, "audience") {
      guard let known = Audience(rawValue: text.lowercased()) else { throw .audience }
      audience = known
    }
  }

  private static func filled(_ fields: (String) -> String?, _ name: String) -> String? {
    guard let text = fields(name)?.trimmedOfBlanks, !text.isEmpty else { return nil }
    return text
  }

  private static func line(_ fields: (String) -> String?, _ name: String) throws(Refusal) -> String {
    try text(fields, name, limit: longestLine, mayBreak: false)
  }

  private static func text(
    _ fields: (String) -> String?, _ name: String, limit: Int, mayBreak: Bool
  ) throws(Refusal) -> String {
    guard let text = filled(fields, name)?.replacing("\r\n", with: "\n") else { return "" }
    guard text.count <= limit, text.utf8.count <= limit * 4 else { throw .tooLong(field: name, limit: limit) }
    let isReadable = text.unicodeScalars.allSatisfy { $0 == "\n" ? mayBreak : !$0.properties.generalCategory.isControl }
    guard isReadable else { throw .unreadable(field: name) }
    return text
  }
}

extension Unicode.GeneralCategory {
  fileprivate var isControl: Bool { self == .control || self == .surrogate || self == .unassigned }
}

extension String {
  /// Without blanks and line ends at either end.
  package var trimmedOfBlanks: String {
    let scalars = unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(scalars[first...last])
  }
}
