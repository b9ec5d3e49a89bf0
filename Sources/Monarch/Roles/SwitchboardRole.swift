import Cluster
import Credentials
import NIOCore
import NIOPosix
import PostgreSQLCluster
import ServerKit
import Switchboard
import Synchronization

/// A switchboard of a cluster, with its connection to the table of sessions.
final class SwitchboardRole: RunningRole {
  private let server: SwitchboardServer
  private let member: SwitchboardMember
  private let directory: PostgreSQLDirectory
  private let door: GatewayDoor
  var loops: any EventLoopGroup { server.loop }

  private init(
    server: SwitchboardServer, member: SwitchboardMember, directory: PostgreSQLDirectory, door: GatewayDoor
  ) {
    self.server = server
    self.member = member
    self.directory = directory
    self.door = door
  }

  /// Connects, fetches the first numbers of conversations and makes the switchboard. Throws the cause if it cannot.
  static func start(_ ground: NodeGround, link: any ClusterLink) async throws -> SwitchboardRole {
    let settings = ground.settings
    let directory = try PostgreSQLDirectory(url: settings.database)
    let rings = BusRings(link: link, directory: directory)
    let logger = ground.logger("switchboard")
    let server = SwitchboardServer(
      SwitchboardNode(name: settings.node, epoch: 0, address: settings.advertise),
      SwitchboardSettings(step: ground.testing.step, unixTime: { link.now / 1_000 }), on: ground.group.next(),
      tickets: TicketMint(try ground.keys.key(.switchboardTickets)), route: rings,
      numbering: try await ConversationNumbers(over: directory), logger: logger)
    let member = SwitchboardMember(server: server, rings: rings, logger: logger)
    return SwitchboardRole(
      server: server, member: member, directory: directory, door: ground.gatewayDoor(link))
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
    ]
  }

  func attach(to channel: any Channel) throws { try server.attach(to: channel) }

  func drain(over seconds: Int) async { await server.drain(within: .seconds(Int64(seconds))) }

  func stop() async { await directory.close() }
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
