import Cluster
import Credentials
import DispatchServer
import Glibc
import Logging
import MSNP
import NIOCore
import NIOPosix
import NotificationServer
import SQLiteStore
import ServerKit
import Switchboard
import WebServices

/// Every role in one process, on the embedded store.
///
/// On loopback each role listens on an address of its own, as in the real service: 127.0.0.1 dispatch, 127.0.0.2
/// notification, 127.0.0.3 switchboard. With a public host they share one port, and the dispatch server's place is
/// taken by the notification server itself, which clients accept.
final class AllInOne: Sendable {
  struct Configuration: Sendable {
    var folder: DataFolder
    var publicHost: String?
    var port: Int
    /// Where HTTP is served; nil for nowhere.
    var webPort: Int?
    /// Where HTTPS is served.
    var webTLSPorts: [TLSAge: Int]
    var makesSampleUsers: Bool
    /// Who may make an account on the pages.
    var registration: Registration
    /// How many days messages are kept for those who keep a history.
    var historyDays: Int
    var isVerbose: Bool
    var testing: TestSettings

    /// Whether HTTP is served anywhere.
    var hasPages: Bool { webPort != nil || !webTLSPorts.isEmpty }
  }

  let configuration: Configuration
  let addresses: RoleAddresses
  /// For whoever will administer the service; nil when somebody does, or nobody can make an account with it.
  let firstInvitation: InvitationCode?
  private let group: MultiThreadedEventLoopGroup
  private let pool: NIOThreadPool
  private let logFile: LogFile
  private let store: SQLiteStore
  private let notification: NotificationNode
  private let switchboard: SwitchboardServer
  private let web: WebServer
  private let gateway: Gateway
  private let listeners: [Listener]
  private let socket: AdministrationSocket
  private let lock: DataFolder.Lock

  /// How many people are signed in.
  var signedInCount: Int { notification.signedInCount }

  private init(
    _ groundwork: Groundwork, _ roles: Roles, listeners: [Listener], socket: AdministrationSocket,
    firstInvitation: InvitationCode?
  ) {
    self.firstInvitation = firstInvitation
    configuration = groundwork.configuration
    addresses = groundwork.addresses
    group = groundwork.group
    pool = groundwork.pool
    logFile = groundwork.logFile
    lock = groundwork.lock
    store = groundwork.store
    notification = roles.notification
    switchboard = roles.switchboard
    web = roles.web
    gateway = roles.gateway
    self.listeners = listeners
    self.socket = socket
  }

  /// Opens the store and listens. Throws errors that name cause and cure.
  static func start(_ configuration: Configuration) async throws -> AllInOne {
    let groundwork = try Groundwork(configuration)
    let roles = try Roles(groundwork)
    let administration = LocalAdministration(
      store: groundwork.store, seal: groundwork.seal, changes: groundwork.changes(reaching: roles))
    if configuration.makesSampleUsers {
      try await SampleUsers.make(administration, cost: configuration.testing.passwordCost)
    }
    let listeners = try await roles.listen(groundwork)
    try await listenForWeb(groundwork, roles)
    roles.web.startSweeping()
    let socket = try await AdministrationSocket.start(
      path: configuration.folder.socket, administration: administration,
      service: RunningService(roles.notification), group: groundwork.group,
      logger: groundwork.logger("administration"))
    groundwork.logger("monarch").notice("ready", metadata: ["dispatch": "\(groundwork.addresses.dispatch)"])
    let isOfUse = configuration.registration != .closed && configuration.hasPages
    return AllInOne(
      groundwork, roles, listeners: listeners, socket: socket,
      firstInvitation: isOfUse ? try await FirstInvitation.renew(in: groundwork.store) : nil)
  }

  private static func listenForWeb(_ groundwork: Groundwork, _ roles: Roles) async throws {
    func bind(_ address: HostPort, tls: TLSContext?, flag: String) async throws {
      do {
        try await roles.web.bind(address, tls: tls)
      } catch let failure as ListenFailure {
        throw WebPortFailure(failure, flag: flag)
      }
    }
    if let address = groundwork.addresses.webListen { try await bind(address, tls: nil, flag: "--web-port") }
    let certificates = OwnCertificates(groundwork.configuration)
    for (age, port) in groundwork.configuration.webTLSPorts {
      let address = HostPort(host: groundwork.addresses.webHost, port: port)
      let flag = age == .modern ? "--web-tls-port" : "--web-old-tls-port"
      try await bind(address, tls: try certificates.context(age), flag: flag)
    }
  }

  /// Tells clients that the server goes down, lets what is on its way out go, and ends.
  func stop() async {
    await socket.stop()
    for listener in listeners { await listener.close() }
    await notification.shutDown()
    await switchboard.shutDown()
    await switchboard.finishHistories()
    // What they said last is still to be fetched over HTTP.
    await gateway.drain(over: .seconds(1))
    await web.stop(within: .seconds(2))
    // Answers on their way still find their event loops.
    try? await pool.shutdownGracefully()
    try? store.close()
    try? await group.shutdownGracefully()
    logFile.flush()
    lock.release()
  }
}

/// HTTP cannot be served, with the cause and the flag that cures it.
struct WebPortFailure: Error, CustomStringConvertible {
  let description: String
  init(_ failure: ListenFailure, flag: String) {
    description = "\(failure) \(flag) N puts the web server on another one, and \(flag) 0 leaves it out."
  }
}

/// Where clients find each role.
struct RoleAddresses: Sendable {
  let dispatch: HostPort
  let notification: HostPort
  let switchboard: HostPort
  /// Nil when HTTP is served nowhere.
  let web: HostPort?
  let webListen: HostPort?
  /// The address of every web listener.
  let webHost: String

  init(publicHost: String?, port: Int, webPort: Int?) {
    dispatch = HostPort(host: publicHost ?? "127.0.0.1", port: port)
    notification = HostPort(host: publicHost ?? "127.0.0.2", port: port)
    switchboard = HostPort(host: publicHost ?? "127.0.0.3", port: port)
    web = webPort.map { HostPort(host: publicHost ?? "127.0.0.1", port: $0) }
    webHost = publicHost == nil ? "127.0.0.1" : "0.0.0.0"
    webListen = webPort.map { [webHost] in HostPort(host: webHost, port: $0) }
  }
}

extension RoleAddresses {
  /// What the gateway knows. It reaches the other roles on loopback, whatever name clients know them by.
  var gatewayRegistry: FixedRegistry {
    func target(_ address: HostPort) -> GatewayTarget {
      let isOwn = address.host.hasPrefix("127.")
      return GatewayTarget(address, dial: isOwn ? address : HostPort(host: "127.0.0.1", port: address.port))
    }
    return FixedRegistry(
      notification: target(notification), switchboard: target(switchboard), dispatch: dispatch)
  }
}

extension AllInOne {
  /// What roles stand on: folder, keys, store, loops, log.
  struct Groundwork: Sendable {
    let configuration: Configuration
    let addresses: RoleAddresses
    let lock: DataFolder.Lock
    let logFile: LogFile
    let keys: KeyFile
    let seal: PasswordSeal
    let store: SQLiteStore
    let group: MultiThreadedEventLoopGroup
    let pool: NIOThreadPool

    init(_ configuration: Configuration) throws {
      self.configuration = configuration
      addresses = RoleAddresses(
        publicHost: configuration.publicHost, port: configuration.port, webPort: configuration.webPort)
      let folder = configuration.folder
      try folder.prepare()
      guard let lock = try folder.acquireLock() else {
        throw DataFolderFailure("another monarch runs on the folder \(folder.path) already")
      }
      self.lock = lock
      OpenFileLimit.raise()
      logFile = try LogFile(path: folder.log)
      keys = try KeyFile.openOrCreate(path: folder.keys)
      seal = PasswordSeal(key: keys.oldClientPasswords)
      store = try SQLiteStore(path: folder.database)
      group = MultiThreadedEventLoopGroup(numberOfThreads: min(System.coreCount, 4))
      pool = NIOThreadPool(numberOfThreads: System.coreCount)
      pool.start()
    }

    func logger(_ label: String) -> Logger {
      logFile.logger(label, level: configuration.isVerbose ? .debug : .info)
    }

    /// Where the role of that address takes prefaces of the web role.
    func gatewayDoor(_ address: HostPort) -> GatewayDoor {
      GatewayDoor(GatewayPrefaceMint(key: keys.gateway), target: address, now: { Int64(time(nil)) })
    }

    func changes(reaching roles: Roles) -> LocalAdministration.Changes {
      LocalAdministration.Changes(
        removed: { account in
          roles.notification.putOut(account)
          roles.switchboard.putOut(account)
        },
        noticed: { roles.notification.post($0) })
    }
  }
}
