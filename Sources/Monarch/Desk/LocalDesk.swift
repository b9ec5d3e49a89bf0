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

  func nodes() async throws -> [NodeRecord] { [] }

  func signedInCount() async throws -> Int { notification.signedInCount }

  func signedIn(limit: Int) async throws -> [SignedInPerson] { throw StoreFailure("not known here") }

  func signOut(_ handle: UserHandle) async throws -> Bool { throw StoreFailure("not known here") }

  func drain(_ node: String) async throws -> Bool { false }

  func announce(_ alert: Alert) async throws { throw StoreFailure("not known here") }

  func announceMaintenance(minutes: Int) async throws { throw StoreFailure("not known here") }

  func post(_ notices: [Notice]) { notification.post(notices) }

  func putOut(_ account: AccountID) {
    notification.putOut(account)
    switchboard.putOut(account)
  }
}
