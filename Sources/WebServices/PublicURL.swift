import HTTPTypes
import Hummingbird
import HummingbirdCore

/// Where clients find the web role: a scheme, a host, and a port if it is not the scheme's own.
///
///     https://login.example.org, http://messenger.example.org:8080
public struct PublicURL: Hashable, Sendable, CustomStringConvertible {
  public let isSecure: Bool
  /// The host, with the port behind it if there is one to name.
  public let authority: String

  public init(isSecure: Bool, authority: String) {
    self.isSecure = isSecure
    self.authority = authority
  }

  /// Nil for what has no scheme, or a path, or a host that is none.
  public init?(_ text: some StringProtocol) {
    guard let scheme = ["http://", "https://"].first(where: { text.hasPrefix($0) }) else { return nil }
    let rest = text.dropFirst(scheme.count)
    let authority = rest.hasSuffix("/") ? rest.dropLast() : rest
    guard PublicURL.isAuthority(authority) else { return nil }
    self.init(isSecure: scheme == "https://", authority: String(authority))
  }

  public var description: String { (isSecure ? "https://" : "http://") + authority }

  /// Whether it can stand for a host in answers: a name or an IPv4 address, and perhaps a port.
  static func isAuthority(_ text: some StringProtocol) -> Bool {
    let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let host = halves.first, !host.isEmpty, host.utf8.count <= 253,
      host.utf8.allSatisfy({ isLetterOrDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") })
    else { return false }
    return halves.count == 1 || UInt16(halves[1]).map { $0 > 0 } == true
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}

extension WebServer.Settings {
  /// Where the client of a request finds this server again.
  ///
  /// A public URL of the scheme the client speaks comes first, then any public URL. Without any, it is the name by which
  /// the client came here, in its target or its `Host`; if it told none, the node's own address.
  func place(for request: Request, _ context: WebContext) -> PublicURL {
    if let known = publicURLs.first(where: { $0.isSecure == context.isSecure }) ?? publicURLs.first { return known }
    let target = request.uri.host.map { host in host + (request.uri.port.map { ":\($0)" } ?? "") }
    let said = [target, request.head.authority].compactMap(\.self).first(where: PublicURL.isAuthority)
    return PublicURL(isSecure: context.isSecure, authority: said ?? "\(advertised)")
  }
}
