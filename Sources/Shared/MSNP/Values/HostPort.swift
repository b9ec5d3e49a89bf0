import NIOCore

/// An address as `XFR` and `RNG` carry it: an IPv4 literal or a name, and a port. No client parses bracketed IPv6.
public struct HostPort: Hashable, Sendable, WireArgument, CustomStringConvertible {
  public let host: String
  public let port: Int

  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Reads `host:port`; nil when there is no legal port or the host holds a blank.
  public init?(_ text: some StringProtocol) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(decimal: text[text.index(after: colon)...].utf8),
      port > 0
    else {
      return nil
    }
    let host = text[..<colon]
    guard !host.isEmpty, !host.contains(where: \.isWhitespace), !host.contains(":") else { return nil }
    self.init(host: String(host), port: Int(port))
  }

  public var description: String { "\(host):\(port)" }
  public var longest: Int { description.utf8.count }
  public func write(to span: inout OutputRawSpan) { span.append(text: description) }
}
