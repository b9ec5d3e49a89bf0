import Cluster
import Credentials
import Foundation
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
  private let gateway: Gateway
  private let door: SignInDoor
  private let store: PostgreSQLStore
  private let pool: NIOThreadPool
  private let logger: Logger
  private let signIns: Tally
  private let failures: Tally
  private let certificates: WebCertificates
  let loops: any EventLoopGroup

  private init(
    server: WebServer, gateway: Gateway, door: SignInDoor, store: PostgreSQLStore, pool: NIOThreadPool,
    signIns: Tally, failures: Tally, ground: NodeGround
  ) {
    self.server = server
    self.gateway = gateway
    self.door = door
    self.store = store
    self.pool = pool
    self.signIns = signIns
    self.failures = failures
    certificates = ground.certificates
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
    let gateway = Gateway(
      ground.testing.gateway, registry: LinkRegistry(link), mint: GatewayPrefaceMint(try ground.keys.key(.gateway)),
      unixTime: { link.now / 1_000 }, group: ground.group, logger: ground.logger("gateway"))
    let server = WebServer(
      WebServer.Settings(
        advertised: settings.advertise, publicURLs: settings.web?.publicURLs ?? [],
        trustedProxies: settings.web?.trustedProxies ?? AddressBlocks(), site: settings.site,
        times: ground.testing.requestTimes, pages: try WebRole.pages(settings.web)),
      WebServer.Services(
        door: door, tickets: tickets, unixTime: { link.now / 1_000 }, gateway: gateway,
        pages: PageServices(
          store: store, door: door, desk: ClusterDesk(link: link, store: store), seal: seal,
          passwordCost: ground.testing.passwordCost, pool: pool, unixTime: { link.now / 1_000 },
          logger: ground.logger("pages"))),
      group: ground.group, logger: ground.logger("web"))
    return WebRole(
      server: server, gateway: gateway, door: door, store: store, pool: pool, signIns: signIns, failures: failures,
      ground: ground)
  }

  /// Reads the file of the root certificate.
  private static func pages(_ web: WebSettings?) throws -> PageSettings {
    guard let web else { return PageSettings() }
    let root = try web.rootCertificate.map { path in Array(try Data(contentsOf: URL(fileURLWithPath: path))) }
    return PageSettings(
      name: web.serviceName, registration: web.registration, historyDays: web.historyDays,
      connect: ConnectFacts(
        plain: web.listen, modernTLS: web.listenTLS, oldTLS: web.listenOldTLS, rootCertificate: root))
  }

  func listen(_ ground: NodeGround, opened: @escaping @Sendable (any Channel) -> Void) async throws -> [Listener] {
    server.startSweeping()
    let certificates = ground.certificates
    var places = (ground.settings.web?.listen ?? []).map { ($0, nil as TLSContext?) }
    places += (ground.settings.web?.listenTLS ?? []).map { ($0, certificates.modern) }
    places += (ground.settings.web?.listenOldTLS ?? []).map { ($0, certificates.old) }
    var listeners: [Listener] = []
    for (address, tls) in places {
      listeners.append(try await server.bind(address, tls: tls, opened: opened))
      let scheme = tls.map { "https, \($0.age.rawValue)" } ?? "http"
      logger.info("listens", metadata: ["address": "\(address)", "scheme": "\(scheme)"])
    }
    return listeners
  }

  var recent: Int { signIns.recent() }

  var metrics: [Metric] {
    [
      Metric(
        "monarch_gateway_sessions", .gauge, "Clients' connections that are carried over HTTP.", gateway.sessionCount),
      Metric(
        "monarch_gateway_sessions_opened_total", .counter, "Gateway sessions opened.", Int(gateway.opened.total)),
      Metric("monarch_sign_ins_total", .counter, "Passwords that were right.", Int(signIns.total)),
      Metric("monarch_sign_in_failures_total", .counter, "Passwords that were wrong.", Int(failures.total)),
      Metric(
        "monarch_store_round_trips_total", .counter, "How often the store was asked and waited for.", store.roundTrips),
    ] + certificates.metrics
  }

  func attach(to channel: any Channel) throws { try server.attach(to: channel, tls: nil) }

  /// Clients of the gateway are told at their next request. All others stay for one: it is enough to answer those that
  /// are under way.
  func drain(over seconds: Int) async {
    await gateway.drain(over: .seconds(Int64(seconds)))
    await server.stop(within: .seconds(Int64(min(seconds, 5))))
  }

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
