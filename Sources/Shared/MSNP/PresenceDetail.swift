/// How much of a person's presence the lines of a dialect show. Dialects of one detail read the very same lines, so that
/// those are written once for all who are told.
public enum PresenceDetail: UInt8, CaseIterable, Comparable, Sendable {
  /// Status and name (MSNP2-7).
  case status
  /// Capabilities too (MSNP8).
  case capabilities
  /// The display picture's object too (MSNP9-10).
  case object
  /// And what the person says, in `UBX` (from MSNP11).
  case personal

  public init(_ dialect: Dialect) {
    self =
      if dialect.has(.personalMessages) {
        .personal
      } else if dialect.has(.objects) {
        .object
      } else {
        dialect.has(.capabilities) ? .capabilities : .status
      }
  }

  public static func < (left: PresenceDetail, right: PresenceDetail) -> Bool { left.rawValue < right.rawValue }
}
