/// A day of the calendar, for dates that clients read: no time zone but the one of Greenwich.
public struct CivilDate: Hashable, Sendable {
  public let year: Int64
  public let month: Int64
  public let day: Int64

  /// Counts years from March, so that a leap day is the last of its year; by eras of 400 years, which are all alike.
  public init(daysSince1970: Int64) {
    let days = daysSince1970 + 719_468
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let ofEra = days - era * 146_097
    let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let fromMarch = (5 * ofYear + 2) / 153
    day = ofYear - (153 * fromMarch + 2) / 5 + 1
    month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  public var monthText: String { CivilDate.twoDigits(month) }
  public var dayText: String { CivilDate.twoDigits(day) }

  /// A moment, given in seconds since 1970, up to the second: `2010-07-24T10:00:00`.
  public static func momentText(_ seconds: Int64) -> String {
    let date = CivilDate(daysSince1970: seconds / 86_400)
    let time = [seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60].map(twoDigits).joined(separator: ":")
    return "\(date.year)-\(date.monthText)-\(date.dayText)T\(time)"
  }

  private static func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
