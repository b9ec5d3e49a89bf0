import Cluster
import Crypto
import MSNP

/// Where the running service is for clients: what the pages of `/connect` are made from.
struct ServicePlaces: Hashable, Sendable {
  /// What answers HTTPS at port 443, where clients ask without being told a port.
  enum Security: Hashable, Sendable {
    case none
    /// TLS 1.2 and 1.3, for Windows Vista and later.
    case modern
    /// From TLS 1.0 on, for Windows XP and before too.
    case old
    /// A proxy of the operator's, whose TLS this server does not know.
    case proxy
  }

  /// Dispatch servers that are alive.
  var dispatch: [HostPort]
  /// The ports of notification servers and switchboards, to which clients are sent on.
  var otherPorts: [Int]
  /// Where a browser and plain HTTP find the web nodes.
  var web: String
  /// Where plain HTTP is, with its port; nil for nowhere.
  var plain: PublicURL?
  /// Where HTTPS at port 443 is; means something only if there is any.
  var secureHost: String
  var security: Security
  /// Where the nexus sends clients to sign in, if that is a name of the operator's.
  var loginHost: String?
  /// The SHA-1 of the root certificate that clients have to import, as Windows shows it; nil when there is none.
  var rootThumbprint: String?

  /// Whether plain HTTP answers at port 80, where clients ask without being told a port.
  var isPlainAtItsPort: Bool { plain.map { $0.port == 80 } ?? false }

  /// Whether only clients on the server's own machine reach it.
  var isLoopback: Bool { dispatch.contains { $0.host.hasPrefix("127.") } }

  /// The TCP ports that a client of these hosts needs, in ascending order.
  func ports(_ hosts: [ClientHost]) -> [Int] {
    let web = hosts.compactMap { host -> Int? in
      switch host.server {
      case .messenger: nil
      case .secure: security == .none ? nil : 443
      case .plain: isPlainAtItsPort ? 80 : nil
      }
    }
    return Set(dispatch.map(\.port) + otherPorts + web).sorted()
  }
}

extension ServicePlaces {
  /// - Parameters:
  ///   - nodes: the registry, dead nodes too.
  ///   - visit: where the browser found this server.
  init(dispatch: [HostPort], nodes: [NodeRecord], settings: WebServer.Settings, visit: PublicURL) {
    let facts = settings.pages.connect
    let publicPlain = settings.publicURLs.first { !$0.isSecure }
    let publicSecure = settings.publicURLs.first { $0.isSecure && $0.port == 443 }
    let visited = visit.host == "localhost" ? "127.0.0.1" : visit.host
    let own = visited.isOfficialHost ? settings.advertised.host : visited
    self.dispatch = dispatch
    otherPorts = Set(
      nodes.filter { ($0.role == .notification || $0.role == .switchboard) && NodeCondition($0) != .dead }
        .map(\.address.port)
    ).sorted()
    let plainHost = publicPlain?.host ?? facts.host(of: facts.plain.first, foundAt: own)
    web = plainHost
    plain = publicPlain ?? ServicePlaces.plain(facts, visit: visit, host: plainHost)
    let old = facts.oldTLS.first { $0.port == 443 }
    let modern = facts.modernTLS.first { $0.port == 443 }
    secureHost =
      facts.areApart && old != nil
      ? facts.host(of: old, foundAt: own) : publicSecure?.host ?? facts.host(of: modern, foundAt: own)
    security = ServicePlaces.security(facts, old: old, modern: modern, isPublic: publicSecure != nil)
    loginHost = (settings.publicURLs.first(where: \.isSecure) ?? publicPlain)?.host
    rootThumbprint = facts.rootCertificate.map(ServicePlaces.thumbprint)
  }

  private static func security(_ facts: ConnectFacts, old: HostPort?, modern: HostPort?, isPublic: Bool) -> Security {
    if old != nil { return .old }
    if modern != nil { return .modern }
    guard isPublic else { return .none }
    // Port 443 is handed on from elsewhere: to a listener at another port, or to a proxy that speaks TLS itself.
    if !facts.oldTLS.isEmpty { return .old }
    return facts.modernTLS.isEmpty ? .proxy : .modern
  }

  /// Pairs of hexadecimal digits, with blanks between them.
  static func thumbprint(_ certificate: [UInt8]) -> String {
    Insecure.SHA1.hash(data: certificate).map { byte in
      let text = String(byte, radix: 16)
      return byte < 16 ? "0\(text)" : text
    }.joined(separator: " ")
  }

  /// The place by which the browser came, if that is plain HTTP; else the first plain listener.
  private static func plain(_ facts: ConnectFacts, visit: PublicURL, host: String) -> PublicURL? {
    if !visit.isSecure, visit.host == host || visit.host == "localhost" {
      return PublicURL(host: host, port: visit.port, isSecure: false)
    }
    let port = facts.plain.first { $0.port == 80 }?.port ?? facts.plain.first?.port
    return port.map { PublicURL(host: host, port: $0, isSecure: false) }
  }
}

extension PublicURL {
  init(host: String, port: Int, isSecure: Bool) {
    let isUsual = port == (isSecure ? 443 : 80)
    self.init(isSecure: isSecure, authority: isUsual ? host : "\(host):\(port)")
  }

  /// The host in lower case, without a port.
  var host: String { authority.prefix { $0 != ":" }.lowercased() }

  /// The port, that of the scheme if none is named.
  var port: Int { authority.split(separator: ":").dropFirst().first.flatMap { Int($0) } ?? (isSecure ? 443 : 80) }
}

extension ConnectFacts {
  private var hosts: Set<String> { Set((plain + modernTLS + oldTLS).map(\.host)) }

  /// Whether listeners are at several addresses, so that the one where a browser came tells nothing of the others.
  fileprivate var areApart: Bool { hosts.count > 1 }

  /// Where clients find a listener. Its own address may be one that they never see, behind a router or a load balancer:
  /// so it counts only when the browser came to one of several.
  fileprivate func host(of listener: HostPort?, foundAt host: String) -> String {
    guard areApart, let listener, listener.host != "0.0.0.0", hosts.contains(host) else { return host }
    return listener.host
  }
}
