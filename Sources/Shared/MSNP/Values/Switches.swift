import NIOCore

/// `BLP`: how strangers, who are on neither the allow nor the block list, are treated.
public enum PrivacyMode: String, Sendable, WireArgument, CaseIterable {
  /// Strangers count as allowed.
  case allow = "AL"
  /// Strangers count as blocked.
  case block = "BL"

  public var longest: Int { rawValue.utf8.count }
  public func write(to span: inout OutputRawSpan) { span.append(text: rawValue) }
}

/// `GTC`: whether the client asks its user about new people on the reverse list. Stored for the client only.
public enum ReversePrompt: String, Sendable, WireArgument, CaseIterable {
  case ask = "A"
  case never = "N"

  public var longest: Int { rawValue.utf8.count }
  public func write(to span: inout OutputRawSpan) { span.append(text: rawValue) }
}
