import MSNP

/// Where a browser may be sent: to this server, or to the service's page. Whatever else a link names is left out, so
/// that nobody can dress up a link to another place as one to here.
struct SafeTarget {
  let place: PublicURL
  let settings: WebServer.Settings

  /// The URL for a target that a client names: a path here, or a URL of a host that is known. Nil for any other.
  func url(for target: String) -> String? {
    // Browsers take a backslash for a slash, and control characters for nothing at all.
    guard target.utf8.count <= 1024, target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") })
    else { return nil }
    if target.hasPrefix("/") { return target.hasPrefix("//") ? nil : "\(place)\(target)" }
    guard target.hasPrefix("http://") || target.hasPrefix("https://") else { return nil }
    guard let authority = SafeTarget.authority(target), known.contains(authority) else { return nil }
    return target
  }

  private var known: Set<String> {
    Set(([place.authority] + settings.publicURLs.map(\.authority)).map { $0.lowercased() })
      .union(SafeTarget.authority(settings.site).map { [$0] } ?? [])
  }

  /// What stands between `//` and the path; nil when that holds more than a host and a port.
  private static func authority(_ url: String) -> String? {
    guard let start = url.firstRange(of: "//")?.upperBound else { return nil }
    let authority = url[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    return PublicURL.isAuthority(authority) ? authority.lowercased() : nil
  }
}

/// Fields of a form, from a query or a body: `name=value&...`, percent-encoded, with `+` for a blank.
struct FormFields {
  private var fields: [String: String] = [:]

  init(_ text: some StringProtocol) {
    for pair in text.split(separator: "&").prefix(64) {
      let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = halves.count == 2 ? String(halves[1]).replacing("+", with: " ") : ""
      guard let decoded = PercentEncoding.decode(value.utf8) else { continue }
      let name = halves[0].lowercased()
      if fields[name] == nil { fields[name] = decoded }
    }
  }

  /// Fields that came one by one; the first of a name counts.
  init(_ fields: [(name: String, value: String)]) {
    self.fields = Dictionary(fields.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
  }

  subscript(name: String) -> String? { fields[name] }
}

extension FormFields {
  /// A value as it stands in a query: ``PercentEncoding`` leaves a plus as it is, which means a blank there.
  static func encode(_ value: String) -> String { PercentEncoding.encode(value).replacing("+", with: "%2B") }
}
