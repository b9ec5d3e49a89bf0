import NIOCore

/// The list version in the form of MSNP10-12: a time that clients keep with their lists and send back, nothing more.
///
///     >>> SYN 8 0 0
///     <<< SYN 8 2000-01-01T00:04:15.0000000-00:00 2000-01-01T00:04:15.0000000-00:00 3 1
///
/// As many seconds after the year 2000 as the version says.
public struct ListStamp: WireArgument {
  public let version: ListVersion
  public init(_ version: ListVersion) { self.version = version }

  public var text: String {
    let seconds = Int(version.rawValue)
    let (year, month, day) = ListStamp.date(seconds / 86_400)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let time = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60].map(two).joined(separator: ":")
    return "\(year)-\(two(month))-\(two(day))T\(time).0000000-00:00"
  }

  public func write(to buffer: inout ByteBuffer) { buffer.writeString(text) }

  /// The day that many days after 1 January 2000. 400 years have 146,097 days; here they begin in March, so that a
  /// leap day comes last.
  private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 730_425
    let cycle = shifted / 146_097
    let day = shifted % 146_097
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365
    let ofYear = day - (365 * year + year / 4 - year / 100)
    let month = (5 * ofYear + 2) / 153
    let isNextYear = month >= 10
    return (
      cycle * 400 + year + (isNextYear ? 1 : 0), isNextYear ? month - 9 : month + 3, ofYear - (153 * month + 2) / 5 + 1
    )
  }
}
