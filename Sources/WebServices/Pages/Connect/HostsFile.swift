import MSNP

/// The lines that a client machine's hosts file needs: an address, a blank, a name.
struct HostsFile: Hashable, Sendable {
  /// Where the file is, by version of Windows.
  static let paths: [(windows: String, path: String)] = [
    ("Windows XP and later", #"C:\WINDOWS\system32\drivers\etc\hosts"#),
    ("Windows NT 4 and 2000", #"C:\WINNT\system32\drivers\etc\hosts"#),
    ("Windows 95, 98 and Me", #"C:\WINDOWS\hosts"#),
  ]

  /// In the order of the hosts.
  let lines: [String]
  /// Names of the service whose address the reader has to find out, because a hosts file takes addresses alone.
  let unresolved: [String]

  /// Leaves out what this service does not serve where the client asks for it.
  ///
  ///     192.0.2.10 messenger.hotmail.com
  ///     192.0.2.41 nexus.passport.com
  init(_ hosts: [ClientHost], _ places: ServicePlaces) {
    var unresolved: [String] = []
    lines = hosts.compactMap { host in
      guard let target = HostsFile.target(host, places) else { return nil }
      guard !target.isIPv4 else { return "\(target) \(host.name)" }
      if !unresolved.contains(target) { unresolved.append(target) }
      return "\(HostsFile.placeholder(target)) \(host.name)"
    }
    self.unresolved = unresolved
  }

  /// What stands in a line for the address of a name.
  static func placeholder(_ name: String) -> String { "[address of \(name)]" }

  private static func target(_ host: ClientHost, _ places: ServicePlaces) -> String? {
    switch host.server {
    case .messenger: places.dispatch.first { $0.port == 1863 }?.host
    case .secure: places.security == .none ? nil : places.secureHost
    case .plain: places.isPlainAtItsPort ? places.web : nil
    }
  }
}
