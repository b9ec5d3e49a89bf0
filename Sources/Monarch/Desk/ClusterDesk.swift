import Cluster
import MSNP
import PostgreSQLStore
import Roster
import Store
import WebServices

/// The desk of a web node: the cluster as its registry and its sessions show it, and the bus.
struct ClusterDesk: ServiceDesk {
  let link: any ClusterLink
  let store: PostgreSQLStore

  var canDrain: Bool { true }

  func dispatchServers() async throws -> [HostPort] {
    link.nodes.filter { $0.role == .dispatch && link.health(of: $0.run) == .alive }.map(\.address)
  }

  func nodes() async throws -> [NodeRecord] { link.nodes.sorted { $0.run.name < $1.run.name } }

  func signedInCount() async throws -> Int { throw StoreFailure("not known here") }

  func signedIn(limit: Int) async throws -> [SignedInPerson] { throw StoreFailure("not known here") }

  func signOut(_ handle: UserHandle) async throws -> Bool { throw StoreFailure("not known here") }

  func drain(_ node: String) async throws -> Bool {
    guard let node = link.nodes.first(where: { $0.run.name == node && !$0.isDead }) else { return false }
    return link.send("drain \(node.run.epoch)", to: .control(node.run.name))
  }

  func announce(_ alert: Alert) async throws { try send(.alert(alert, to: nil)) }

  func announceMaintenance(minutes: Int) async throws { throw StoreFailure("not known here") }

  func post(_ notices: [Notice]) {
    for batch in Notice.batches(notices) { link.send(ClusterEvent.notices(batch).text, to: .notification) }
  }

  /// Notification servers pass it on to switchboards, for whose channels a web node has no key.
  func putOut(_ account: AccountID) { link.send(ClusterEvent.removed(account).text, to: .notification) }

  private func send(_ event: ClusterEvent) throws {
    guard link.send(event.text, to: .notification) else {
      throw StoreFailure("the event is longer than the bus takes, or there is no key to send it with")
    }
  }
}
