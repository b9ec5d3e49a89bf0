import Cluster
import MSNP

/// The settings of one node, checked.
struct NodeSettings: Hashable, Sendable {
  /// Where clients look for a server of a role.
  static func port(_ role: NodeRole) -> Int { role == .web ? 8080 : 1863 }

  let role: NodeRole
  /// The node's name, unique in the cluster.
  let node: String
  /// A web node may have more: see ``web``.
  let listen: HostPort
  /// The address for clients.
  let advertise: HostPort
  /// Holds a password: never shown.
  let database: String
  /// The path of the role's keys.
  let keys: String
  /// Where to serve the operator's HTTP; port 0 is any free one, nil is nowhere.
  let admin: HostPort?
  /// The path of the log; nil is standard error.
  let log: String?
  /// The page clients are pointed to; ends in a slash.
  let site: String
  /// The time over which a node that stops sends its clients away.
  let drainSeconds: Int
  let isVerbose: Bool
  /// How a notification server treats its clients.
  let challenges: ChallengeRule
  let contactLimit: Int
  /// The page for mail; nil for a service without.
  let mail: String?
  /// Nil for other roles than the web role.
  let web: WebSettings?

  /// Reads and checks every setting; throws all that is wrong at once.
  init(_ options: NodeOptions, role: NodeRole, environment: [String: String]) async throws(SettingsFailure) {
    var check = SettingsCheck(try await SettingsReader(options, role: role, environment: environment))
    let node = check.required(.node, .nodeName, missing: "this node has no name", example: role.exampleName)
    let web = role == .web ? WebSettings(&check) : nil
    let (listen, advertise) = NodeSettings.addresses(&check, role, web?.addresses)
    let database = check.required(
      .database, .databaseURL, missing: "there is no database", example: "postgresql:///monarch")
    let keys = check.required(
      .keys, .path, missing: "there is no file of keys", example: "/etc/monarch/keys/\(role.rawValue).keys")
    let admin = check.optional(.admin, .adminPlace) ?? .at(HostPort(host: "127.0.0.1", port: 0))
    let log = check.optional(.log, .path)
    let site = check.optional(.site, .page)
    let drainSeconds = check.optional(.drainSeconds, .drainSeconds) ?? 30
    let isVerbose = check.optional(.verbose, .choice) ?? false
    let challenges = check.optional(.challenges, .challenges) ?? .on
    let contactLimit = check.optional(.contactLimit, .contactLimit) ?? 600
    let mail = check.optional(.mail, .page)
    guard let node, let listen, let advertise, let database, let keys, check.findings.isEmpty else {
      throw SettingsFailure(findings: check.findings)
    }
    self.role = role
    self.node = node
    self.listen = listen
    self.advertise = advertise
    self.database = database
    self.keys = keys
    self.admin = admin.address
    self.log = log == "-" ? nil : log
    self.site = site ?? "http://\(advertise.host)/"
    self.drainSeconds = drainSeconds
    self.isVerbose = isVerbose
    self.challenges = challenges
    self.contactLimit = contactLimit
    self.mail = mail
    self.web = web
  }

  /// - Parameter web: where a web node listens; nil for other roles, which have one address.
  private static func addresses(
    _ check: inout SettingsCheck, _ role: NodeRole, _ web: [HostPort]?
  ) -> (listen: HostPort?, advertise: HostPort?) {
    let port = port(role)
    let listen =
      if let web {
        web.first
      } else {
        check.required(
          .listen, .address(port: port), missing: "there is no address to listen on", example: "127.0.0.1:\(port)")
      }
    if let advertise = check.optional(.advertise, .reachable(port: port)) { return (listen, advertise) }
    guard let listen, !check.hasFailed(.advertise) else { return (listen, nil) }
    guard listen.host == "0.0.0.0" else { return (listen, listen) }
    check.add(
      .missing(.advertise, "clients cannot be sent to 0.0.0.0, on which this node listens", example: "192.0.2.10"),
      to: .advertise)
    return (listen, nil)
  }
}

extension NodeRole {
  /// A name as the documentation gives it.
  var exampleName: String {
    switch self {
    case .dispatch: "ds-1"
    case .notification: "ns-1"
    case .switchboard: "sb-1"
    case .web: "web-1"
    }
  }
}
