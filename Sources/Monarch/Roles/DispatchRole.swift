import Cluster
import DispatchServer
import NIOCore
import ServerKit

/// A dispatch server of a cluster: it sends clients to the notification servers that the registry knows.
struct DispatchRole: RunningRole {
  private let node: DispatchNode
  let loops: any EventLoopGroup

  init(_ ground: NodeGround, link: any ClusterLink) {
    let settings = ground.settings
    node = DispatchNode(
      DispatchSession.Settings(step: ground.testing.step, address: settings.advertise, site: settings.site),
      placement: LinkPlacement(link), logger: ground.logger("dispatch"))
    loops = ground.group
  }

  /// Nobody stays at a dispatch server.
  var recent: Int { 0 }
  var metrics: [Metric] { [] }

  func attach(to channel: any Channel) throws { try node.attach(to: channel) }

  /// Who is here asks for an address and is gone within a second.
  func drain(over seconds: Int) async {}
  func stop() async {}
}

/// It looks at the registry each time it is asked, and hears nothing else of the others.
extension DispatchRole {
  func receive(_ events: [String], over channel: BusChannel, from run: NodeRun) {}
  func missed(_ run: NodeRun?) {}
  func died(_ run: NodeRun) {}
  func joined(as run: NodeRun, before: NodeRun?) {}
  func lost() {}
}
