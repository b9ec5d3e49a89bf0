import Cluster
import MSNP
import NotificationServer
import Roster
import Store
import Switchboard
import WebServices

/// The desk of a service whose roles are all in this process.
struct LocalDesk: ServiceDesk {
  let notification: NotificationNode
  let switchboard: SwitchboardServer
  let addresses: RoleAddresses

  var canDrain: Bool { false }

  func dispatchServers() async throws -> [HostPort] { [addresses.dispatch] }

  /// The roles of the process, as if they were nodes. They are alive as long as there is somebody to ask.
  func nodes() async throws -> [NodeRecord] {
    let roles: [(NodeRole, HostPort?)] = [
      (.dispatch, addresses.dispatch), (.notification, addresses.notification), (.switchboard, addresses.switchboard),
      (.web, addresses.web),
    ]
    return roles.compactMap { role, address in
      address.map { address in
        NodeRecord(
          run: NodeRun(name: role.rawValue, epoch: 1), role: role, address: address,
          load: NodeLoad(connections: role == .notification ? notification.signedInCount : 0))
      }
    }
  }

  func signedInCount() async throws -> Int { notification.signedInCount }

  func signedIn(limit: Int) async throws -> [SignedInPerson] {
    notification.sessions(limit: limit).map { found in
      SignedInPerson(
        handle: found.state.handle, node: NodeRole.notification.rawValue, status: found.state.presence?.status,
        since: found.since)
    }
  }

  func signOut(_ handle: UserHandle) async throws -> Bool {
    guard let session = notification.session(of: handle) else { return false }
    let generation = session.state.mark.generation
    tell(.signOut(session.state.account, generation: generation))
    await DeskPatience.wait { notification.session(of: handle)?.state.mark.generation != generation }
    return true
  }

  func drain(_ node: String) async throws -> Bool { false }

  func announce(_ alert: Alert) async throws { tell(.alert(alert, to: nil)) }

  func announceMaintenance(minutes: Int) async throws { tell(.maintenance(minutes: minutes)) }

  func post(_ notices: [Notice]) { notification.post(notices) }

  func putOut(_ account: AccountID) {
    notification.putOut(account)
    switchboard.putOut(account)
  }

  /// As a cluster's bus would bring it.
  private func tell(_ event: ClusterEvent) {
    notification.receive([event.text], over: .notification, from: NodeRun(name: NodeRole.web.rawValue, epoch: 1))
  }
}
