import Cluster
import Credentials
import MSNP
import NIOCore
import ServerKit

extension GatewayDoor {
  /// The door as listeners ask it.
  var judge: PrefaceJudge {
    { [self] text in
      do throws(PrefaceRefusal) {
        let client = try client(text)
        guard let address = try? SocketAddress(ipAddress: client, port: 0) else {
          return .refused("a preface that names no address")
        }
        return .client(address)
      } catch {
        return .refused("\(error)")
      }
    }
  }
}

extension GatewayPrefaceMint {
  init(_ key: RoleKeys.Key) { self.init(key: key.current, previous: key.accepted) }
}

extension NodeGround {
  /// Where this node takes prefaces of web nodes, which go by the database's clock as it does.
  func gatewayDoor(_ link: any ClusterLink) -> GatewayDoor {
    GatewayDoor(
      GatewayPrefaceMint(newerKey(.gateway)), target: settings.advertise, now: { link.now / 1_000 })
  }
}
