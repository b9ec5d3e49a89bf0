import NIOCore

/// The list version in the form of MSNP10-12: a time that clients keep with their lists and send back, nothing more.
///
///     >>> SYN 8 0 0
///     <<< SYN 8 2000-01-01T00:04:15.0000000-00:00 2000-01-01T00:04:15.0000000-00:00 3 1
///
/// As many seconds after the year 2000 as the version says.
public struct ListStamp: WireArgument {
  /// 1 January 2000 in seconds since 1970.
  private static let beginning: Int64 = 946_684_800

  public let version: ListVersion
  public init(_ version: ListVersion) { self.version = version }

  public var text: String {
    CivilDate.momentText(ListStamp.beginning + Int64(version.rawValue)) + ".0000000-00:00"
  }

  public var longest: Int { text.utf8.count }
  public func write(to span: inout OutputRawSpan) { span.append(text: text) }
}
