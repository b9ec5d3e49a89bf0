import Cluster
import Credentials
import NIOCore
import NIOPosix
import NotificationServer
import PostgreSQLStore
import ServerKit

/// A notification server of a cluster, with its connections to the store.
final class NotificationRole: RunningRole {
  private let node: NotificationNode
  private let store: PostgreSQLStore
  private let pool: NIOThreadPool
  private let pruning: RepeatedTask
  private let door: GatewayDoor
  let loops: any EventLoopGroup

  private init(
    node: NotificationNode, store: PostgreSQLStore, pool: NIOThreadPool, pruning: RepeatedTask, door: GatewayDoor,
    loops: any EventLoopGroup
  ) {
    self.node = node
    self.store = store
    self.pool = pool
    self.pruning = pruning
    self.door = door
    self.loops = loops
  }

  /// Opens the store and makes the server. Blocks while it connects; throws the cause if it cannot.
  static func start(_ ground: NodeGround, link: any ClusterLink) async throws -> NotificationRole {
    let settings = ground.settings
    let seal = PasswordSeal(key: try ground.keys.key(.oldClientPasswords).current)
    let store = try PostgreSQLStore(url: settings.database)
    let pool = NIOThreadPool(numberOfThreads: System.coreCount)
    pool.start()
    let sources = NotificationSources(unixTime: { link.now / 1_000 }, random: NotificationSources.system.random)
    let node = NotificationNode(
      NotificationSettings(
        step: ground.testing.step, site: settings.site, address: settings.advertise,
        laterForwardLimit: settings.contactLimit, challenges: settings.challenges != .off,
        refusesUnknownProducts: settings.challenges == .strict, mailPage: settings.mail, sources: sources),
      store: store, oldClients: try OldClientSignIn(seal: seal), pool: pool,
      tickets: TicketMint(try ground.keys.key(.switchboardTickets)),
      webTickets: WebTicketMint(ground.newerKey(.webTickets)), ticketLifetime: ground.testing.ticketLifetime,
      placement: LinkPlacement(link),
      sharing: NotificationNode.Sharing(link: link, sessions: store, loop: ground.group.next()),
      logger: ground.logger("notification"))
    let pruning = ground.group.next().scheduleRepeatedTask(initialDelay: .seconds(60), delay: .seconds(60)) { _ in
      store.forgetOldNotices()
    }
    return NotificationRole(
      node: node, store: store, pool: pool, pruning: pruning, door: ground.gatewayDoor(link), loops: ground.group)
  }

  var prefaces: PrefaceJudge? { door.judge }

  var recent: Int { node.signIns.recent() }

  var metrics: [Metric] {
    [
      Metric("monarch_signed_in", .gauge, "People who are signed in here.", node.signedInCount),
      Metric("monarch_sign_ins_total", .counter, "Sign-ins that led to a session.", Int(node.signIns.total)),
      Metric("monarch_sign_in_failures_total", .counter, "Sign-ins with a wrong proof.", Int(node.failures.total)),
      Metric(
        "monarch_store_round_trips_total", .counter, "How often the store was asked and waited for.", store.roundTrips),
    ]
  }

  func attach(to channel: any Channel) throws { try node.attach(to: channel) }

  func drain(over seconds: Int) async { await node.drain(over: .seconds(Int64(seconds))) }

  func stop() async {
    pruning.cancel()
    try? await pool.shutdownGracefully()
    await store.close()
  }
}

extension NotificationRole {
  func receive(_ events: [String], over channel: BusChannel, from run: NodeRun) {
    node.receive(events, over: channel, from: run)
  }

  func missed(_ run: NodeRun?) { node.missed(run) }
  func died(_ run: NodeRun) { node.died(run) }
  func joined(as run: NodeRun, before: NodeRun?) { node.joined(as: run, before: before) }
  func lost() { node.lost() }
}
