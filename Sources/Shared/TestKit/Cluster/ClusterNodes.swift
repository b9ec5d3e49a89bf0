import Cluster
import MSNP

extension ClusterServer {
  /// A node by its role and number: `ds-1` is on 127.0.0.1, `ns-1` on 127.0.0.11, `sb-1` on 127.0.0.21, `web-1` on
  /// 127.0.0.41.
  public struct Node: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let role: NodeRole
    public let number: Int

    /// Nodes of one role have the numbers 1 to 9.
    public static func dispatch(_ number: Int = 1) -> Node { Node(role: .dispatch, number: number) }
    public static func notification(_ number: Int) -> Node { Node(role: .notification, number: number) }
    public static func switchboard(_ number: Int) -> Node { Node(role: .switchboard, number: number) }

    public static func web(_ number: Int) -> Node { Node(role: .web, number: number) }

    /// The last bytes of every address that a node may have.
    static let hosts = 1...69

    public var name: String { "\(prefix)-\(number)" }
    public var description: String { name }

    private var prefix: String {
      switch role {
      case .dispatch: "ds"
      case .notification: "ns"
      case .switchboard: "sb"
      case .web: "web"
      }
    }

    func address(port: Int) -> HostPort {
      let first =
        switch role {
        case .dispatch: 0
        case .notification: 10
        case .switchboard: 20
        case .web: 40
        }
      return HostPort(host: "127.0.0.\(first + number)", port: port)
    }

    /// Where a web node serves HTTPS: `web-1` on 127.0.0.51, and to old clients on 127.0.0.61.
    func secureAddress(port: Int, forOldClients isOld: Bool) -> HostPort {
      HostPort(host: "127.0.0.\((isOld ? 60 : 50) + number)", port: port)
    }

    public static func < (left: Node, right: Node) -> Bool { left.name < right.name }
  }

  /// How many nodes a cluster begins with, and what they are told.
  public struct Options: Sendable {
    public var dispatchServers: Int
    public var notificationServers: Int
    public var switchboards: Int
    public var webNodes: Int
    /// A folder that `monarch certificates new` made: web nodes serve HTTPS with it.
    public var certificates: String?
    /// The window over which a node drains; nil leaves it at what the program has.
    public var drainSeconds: Int?
    /// Set over the tests' own environment.
    public var environment: [String: String]

    public init(
      dispatchServers: Int = 1, notificationServers: Int = 2, switchboards: Int = 2, webNodes: Int = 0,
      certificates: String? = nil, drainSeconds: Int? = nil, environment: [String: String] = [:]
    ) {
      self.webNodes = webNodes
      self.certificates = certificates
      self.dispatchServers = dispatchServers
      self.notificationServers = notificationServers
      self.switchboards = switchboards
      self.drainSeconds = drainSeconds
      self.environment = environment
    }

    var nodes: [Node] {
      (0..<dispatchServers).map { .dispatch($0 + 1) } + (0..<notificationServers).map { .notification($0 + 1) }
        + (0..<switchboards).map { .switchboard($0 + 1) } + (0..<webNodes).map { .web($0 + 1) }
    }
  }
}
