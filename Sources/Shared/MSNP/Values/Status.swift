import NIOCore

/// A presence state as `CHG`, `ILN` and `NLN` name it; case-sensitive on the wire.
public enum Status: String, CaseIterable, Sendable, WireArgument {
  case online = "NLN"
  case busy = "BSY"
  case idle = "IDL"
  case beRightBack = "BRB"
  case away = "AWY"
  case onThePhone = "PHN"
  case outToLunch = "LUN"
  /// "Appear offline": connected and seeing others, seen by nobody.
  case hidden = "HDN"
  /// As an argument of `CHG` sources dispute it; accepted and treated as hidden (reference, section 7).
  case offline = "FLN"

  /// Whether others may be told of it.
  public var isVisible: Bool { self != .hidden && self != .offline }

  public var longest: Int { rawValue.utf8.count }
  public func write(to span: inout OutputRawSpan) { span.append(text: rawValue) }
}
