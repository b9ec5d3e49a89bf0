import MSNP

/// Which server a client means by the `IP` of a session that it opens. What it names is only ever looked up among the
/// service's own servers and names, never resolved and never connected to.
///
/// - `NS` without `IP`, or with a name of the service (the official ones, this web server's, a dispatch server's), is
///   whichever notification server is least busy.
/// - Otherwise `IP` is the address of a server of the kind that `Server` says: clients take it from `XFR` and `RNG`, and
///   leave the port away. So several servers of one kind may share a host only if they need not be told apart: of
///   notification servers any that does not drain is as good; of switchboards it is the one on port 1863.
struct GatewayPlace: Sendable {
  enum Refusal: Error, Hashable, Sendable {
    /// There is no such server, or none at all.
    case unknown
    /// Several switchboards have this host, and none the port that clients take for granted.
    case ambiguous
    case noNotificationServer
  }

  /// The hosts under which clients know Microsoft's service, and thereby this one.
  private static let officialNames: Set<String> = [
    "messenger.hotmail.com", "gateway.messenger.hotmail.com", "muser.gateway.messenger.hotmail.com",
    "geo.gateway.messenger.live.com", "s.gateway.messenger.live.com",
  ]
  private static let officialSuffix = ".gateway.edge.messenger.live.com"
  private static let usualPort = 1863

  private let registry: any GatewayRegistry

  init(_ registry: any GatewayRegistry) { self.registry = registry }

  /// - Parameter names: the hosts of this web server, in lower case.
  func target(_ server: GatewayServer, _ place: String?, names: Set<String>) throws(Refusal) -> GatewayTarget {
    switch server {
    case .notification: try notificationServer(place, names)
    case .switchboard: try switchboard(place)
    }
  }

  private func notificationServer(_ place: String?, _ names: Set<String>) throws(Refusal) -> GatewayTarget {
    if let place {
      let (host, port) = Self.parts(place)
      let known = registry.notificationServers.filter { $0.isAt(host, port) }
      if let target = known.filter({ !$0.isDraining }).randomElement() ?? known.first { return target }
      guard isService(host, port, names) else { throw .unknown }
    }
    guard let target = registry.notificationServer() else { throw .noNotificationServer }
    return target
  }

  private func switchboard(_ place: String?) throws(Refusal) -> GatewayTarget {
    guard let place else { throw .unknown }
    let (host, port) = Self.parts(place)
    let known = registry.switchboards.filter { $0.isAt(host, port) }
    guard known.count > 1 else {
      guard let target = known.first else { throw .unknown }
      return target
    }
    guard let target = known.first(where: { $0.address.port == Self.usualPort }) else { throw .ambiguous }
    return target
  }

  /// A port that is told must be one that the service has.
  private func isService(_ host: String, _ port: Int?, _ names: Set<String>) -> Bool {
    let isNamed = names.contains(host) || Self.officialNames.contains(host) || host.hasSuffix(Self.officialSuffix)
    if isNamed, port ?? Self.usualPort == Self.usualPort { return true }
    return registry.dispatchServers.contains { $0.host.lowercased() == host && port ?? $0.port == $0.port }
  }

  /// `host`, or `host:port`.
  private static func parts(_ place: String) -> (host: String, port: Int?) {
    guard let whole = HostPort(place) else { return (place.lowercased(), nil) }
    return (whole.host.lowercased(), whole.port)
  }
}

extension GatewayTarget {
  fileprivate func isAt(_ host: String, _ port: Int?) -> Bool {
    address.host.lowercased() == host && (port ?? address.port) == address.port
  }
}

extension GatewayPlace.Refusal: CustomStringConvertible {
  var description: String {
    switch self {
    case .unknown: "IP is no server of this service; if it is a name of it, give it to the web node with --public-url"
    case .ambiguous:
      "several switchboards share this host, and clients do not tell which port: give one 1863, or each its own host"
    case .noNotificationServer: "there is no notification server"
    }
  }
}
