import Cluster
import Credentials
import Logging
import NIOCore
import NIOPosix
import PostgreSQLCluster
import PostgreSQLStore
import ServerKit
import Switchboard
import Synchronization

/// A switchboard of a cluster, with its connection to the table of sessions.
final class SwitchboardRole: RunningRole {
  private let server: SwitchboardServer
  private let member: SwitchboardMember
  private let directory: PostgreSQLDirectory
  private let door: GatewayDoor
  /// Where histories are; nil when this node may not write them.
  private let store: PostgreSQLStore?
  private let recorder: HistoryRecorder?
  var loops: any EventLoopGroup { server.loop }

  private init(
    server: SwitchboardServer, member: SwitchboardMember, directory: PostgreSQLDirectory, door: GatewayDoor,
    store: PostgreSQLStore?, recorder: HistoryRecorder?
  ) {
    self.server = server
    self.member = member
    self.directory = directory
    self.door = door
    self.store = store
    self.recorder = recorder
  }

  /// Connects, fetches the first numbers of conversations and makes the switchboard. Throws the cause if it cannot.
  static func start(_ ground: NodeGround, link: any ClusterLink) async throws -> SwitchboardRole {
    let settings = ground.settings
    let directory = try PostgreSQLDirectory(url: settings.database)
    let rings = BusRings(link: link, directory: directory)
    let logger = ground.logger("switchboard")
    let store = try await SwitchboardRole.historyStore(ground)
    let recorder = store.map { HistoryRecorder($0, clock: { link.now }, logger: ground.logger("history")) }
    let server = SwitchboardServer(
      SwitchboardNode(name: settings.node, epoch: 0, address: settings.advertise),
      SwitchboardSettings(step: ground.testing.step, unixTime: { link.now / 1_000 }), on: ground.group.next(),
      tickets: TicketMint(try ground.keys.key(.switchboardTickets)), route: rings,
      numbering: try await ConversationNumbers(over: directory), recorder: recorder, logger: logger)
    let member = SwitchboardMember(server: server, rings: rings, logger: logger)
    return SwitchboardRole(
      server: server, member: member, directory: directory, door: ground.gatewayDoor(link), store: store,
      recorder: recorder)
  }

  /// Two connections of its own, apart from the directory's: histories are not to hold up who is invited. Nil, with a
  /// warning, when the database role has not the rights.
  private static func historyStore(_ ground: NodeGround) async throws -> PostgreSQLStore? {
    let store = try PostgreSQLStore(url: ground.settings.database, connections: 2)
    if try await store.mayKeepHistories() { return store }
    await store.close()
    ground.logger("history").warning(
      """
      histories are not kept here: this node's database role may not write them; run this release's deploy/roles.sql \
      on the database, then start the node again
      """)
    return nil
  }

  var prefaces: PrefaceJudge? { door.judge }

  var recent: Int { server.opened.recent() }

  var metrics: [Metric] {
    let counts = server.counts
    return [
      Metric(
        "monarch_conversations", .gauge, "Conversations that go on.", counts.conversations.load(ordering: .relaxed)),
      Metric("monarch_conversations_opened_total", .counter, "Conversations opened.", Int(server.opened.total)),
      Metric(
        "monarch_messages_relayed_total", .counter, "Messages handed on.", Int(counts.relayed.load(ordering: .relaxed))),
    ] + historyMetrics
  }

  private var historyMetrics: [Metric] {
    guard let recorder else { return [] }
    return [
      Metric("monarch_history_waiting", .gauge, "Messages that wait to be written into histories.", recorder.waiting),
      Metric("monarch_history_kept_total", .counter, "Messages handed to histories.", Int(recorder.kept)),
      Metric(
        "monarch_history_lost_total", .counter, "Messages missing in histories: the database did not take them.",
        Int(recorder.lost)),
    ]
  }

  func attach(to channel: any Channel) throws { try server.attach(to: channel) }

  func drain(over seconds: Int) async { await server.drain(within: .seconds(Int64(seconds))) }

  func stop() async {
    await server.finishHistories()
    await store?.close()
    await directory.close()
  }
}

extension SwitchboardRole {
  func receive(_ events: [String], over channel: BusChannel, from run: NodeRun) {
    member.receive(events, over: channel, from: run)
  }

  /// A ring whose answer was missed is over when its time is.
  func missed(_ run: NodeRun?) {}
  func died(_ run: NodeRun) {}
  func joined(as run: NodeRun, before: NodeRun?) { member.joined(as: run, before: before) }
  func lost() { member.lost() }
}
