import Cluster
import Foundation
import Logging
import MSNP
import NIOCore
import ServerKit

/// Runs one node from its settings to its end.
struct NodeProgram {
  private let ground: NodeGround
  private let report = NodeReport()
  private let signals: StopSignals
  private let supervisor = ServiceNotification(environment: ProcessInfo.processInfo.environment)

  /// Runs a node until a signal, or its operator, ends it.
  static func run(_ options: NodeOptions, as role: NodeRole) async throws {
    let signals = StopSignals(impatient: true)
    let ground = try await NodeGround(options, role: role)
    signals.onHangUp {
      ground.logFile.reopen()
      ground.certificates.reload(ground.logger("tls"))
    }
    ground.certificates.warn(ground.logger("tls"))
    try await NodeProgram(ground: ground, signals: signals).run()
  }

  private init(ground: NodeGround, signals: StopSignals) {
    self.ground = ground
    self.signals = signals
  }

  private func run() async throws {
    var admin: AdminListener?
    if let address = ground.settings.admin {
      admin = try await AdminListener.bind(
        address, on: ground.group, logger: ground.logger("admin"), status: { [report] in report.status })
    }
    let seat = try ClusterWiring.seat(ground, admin: admin?.address, load: { [report] in report.load })
    let link = CountedLink(seat)
    let role = try await ClusterWiring.role(ground, link: link)
    let member = CountedMember(role) { [signals] in signals.ask() }
    report.begins(NodeReport.Serving(role: role, seat: seat, link: link, member: member))
    try await seat.start(member: member)
    do {
      let listeners = try await role.listen(ground) { [connections = report.connections] in connections.add($0) }
      tellReady(admin?.address)
      await signals.first()
      await stop(role, seat, listeners)
    } catch {
      await seat.stop()
      throw error
    }
    await admin?.close()
    try? await ground.group.shutdownGracefully()
    ground.logFile.flush()
  }

  private func tellReady(_ admin: HostPort?) {
    let settings = ground.settings
    let summary = "\(settings.node) (\(settings.role.rawValue)) serves \(settings.advertise)"
    report.isReady()
    ground.logger("monarch").notice("ready", metadata: ["address": "\(settings.advertise)"])
    print("\(summary); \(admin.map { "admin on http://\($0)" } ?? "no admin address")")
    print("Monarch is ready.")
    fflush(nil)
    supervisor.ready(summary)
  }

  /// First nobody new is sent here, then those who are here are sent elsewhere; only then does the node listen no more.
  private func stop(_ role: any RunningRole, _ seat: any ClusterSeat, _ listeners: [Listener]) async {
    let seconds = ground.settings.drainSeconds
    let connections = report.connections.value
    let logger = ground.logger("monarch")
    logger.notice("draining", metadata: ["connections": "\(connections)"])
    supervisor.stopping("draining \(connections) connections", seconds: seconds + 10)
    report.drains()
    seat.setDraining(true)
    await role.drain(over: seconds)
    for listener in listeners { await listener.close() }
    await role.stop()
    await seat.stop()
    logger.notice("stopped")
  }
}
