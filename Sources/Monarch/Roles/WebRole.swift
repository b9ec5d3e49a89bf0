import Cluster
import Credentials
import Logging
import MSNP
import NIOCore
import NIOPosix
import PostgreSQLStore
import ServerKit
import SignIn
import WebServices

/// A web node of a cluster, with its connections to the store.
final class WebRole: RunningRole {
  private let server: WebServer
  private let door: SignInDoor
  private let store: PostgreSQLStore
  private let pool: NIOThreadPool
  private let logger: Logger
  private let signIns: Tally
  private let failures: Tally
  let loops: any EventLoopGroup

  private init(
    server: WebServer, door: SignInDoor, store: PostgreSQLStore, pool: NIOThreadPool, signIns: Tally, failures: Tally,
    ground: NodeGround
  ) {
    self.server = server
    self.door = door
    self.store = store
    self.pool = pool
    self.signIns = signIns
    self.failures = failures
    logger = ground.logger("web")
    loops = ground.group
  }

  /// Opens the store and makes the server. Blocks while it connects; throws the cause if it cannot.
  static func start(_ ground: NodeGround, link: any ClusterLink) async throws -> WebRole {
    let settings = ground.settings
    let seal = PasswordSeal(key: try ground.keys.key(.oldClientPasswords).current)
    let tickets = WebTicketMint(try ground.keys.key(.webTickets))
    let store = try PostgreSQLStore(url: settings.database)
    let pool = NIOThreadPool(numberOfThreads: System.coreCount)
    pool.start()
    let (signIns, failures) = (Tally(), Tally())
    let door = SignInDoor(
      store: store, oldClients: try OldClientSignIn(seal: seal),
      passwords: PasswordSignIn(cost: ground.testing.passwordCost), pool: pool, logger: ground.logger("sign-in")
    ) { handle, address, failed in
      (failed ? failures : signIns).add()
      link.send(ClusterEvent.signIn(handle, address: address, failed: failed).text, to: .notification)
    }
    let server = WebServer(
      WebServer.Settings(
        advertised: settings.advertise, publicURLs: settings.web?.publicURLs ?? [],
        trustedProxies: settings.web?.trustedProxies ?? AddressBlocks(), site: settings.site,
        times: ground.testing.requestTimes),
      WebServer.Services(door: door, tickets: tickets, unixTime: { link.now / 1_000 }), group: ground.group,
      logger: ground.logger("web"))
    return WebRole(
      server: server, door: door, store: store, pool: pool, signIns: signIns, failures: failures, ground: ground)
  }

  func listen(_ ground: NodeGround, opened: @escaping @Sendable (any Channel) -> Void) async throws -> [Listener] {
    var listeners: [Listener] = []
    for address in ground.settings.web?.listen ?? [] {
      listeners.append(try await server.bind(address, tls: nil, opened: opened))
    }
    return listeners
  }

  var recent: Int { signIns.recent() }

  var metrics: [Metric] {
    [
      Metric("monarch_sign_ins_total", .counter, "Passwords that were right.", Int(signIns.total)),
      Metric("monarch_sign_in_failures_total", .counter, "Passwords that were wrong.", Int(failures.total)),
      Metric(
        "monarch_store_round_trips_total", .counter, "How often the store was asked and waited for.", store.roundTrips),
    ]
  }

  func attach(to channel: any Channel) throws { try server.attach(to: channel, tls: nil) }

  /// Clients stay for one request: it is enough to answer those that are under way.
  func drain(over seconds: Int) async { await server.stop(within: .seconds(Int64(min(seconds, 5)))) }

  func stop() async {
    try? await pool.shutdownGracefully()
    await store.close()
  }
}

/// Failed sign-ins elsewhere count here too. Of the sessions of notification servers a web node keeps nothing.
extension WebRole {
  func receive(_ events: [String], over channel: BusChannel, from run: NodeRun) {
    for text in events {
      guard case .signIn(let handle, let address, let failed)? = ClusterEvent(text) else { continue }
      door.heard(handle, from: address, failed: failed)
    }
  }

  /// A count that was missed makes no difference that lasts.
  func missed(_ run: NodeRun?) {}
  func died(_ run: NodeRun) {}
  func joined(as run: NodeRun, before: NodeRun?) {}
  func lost() { logger.error("the cluster's database is away: nobody can sign in") }
}
