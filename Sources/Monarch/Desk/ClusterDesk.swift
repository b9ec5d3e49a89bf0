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
    link.nodes.filter { $0.role == .dispatch && NodeCondition($0, link.health(of: $0.run)) == .alive }
      .sorted { $0.run.name < $1.run.name }.map(\.address)
  }

  func nodes() async throws -> [NodeRecord] { link.nodes.sorted { $0.run.name < $1.run.name } }

  func signedInCount() async throws -> Int { try await store.signedInCount() }

  func signedIn(limit: Int) async throws -> [SignedInPerson] {
    try await store.signedIn(limit: limit).map { found in
      SignedInPerson(
        handle: found.session.state.handle, node: found.session.run.name,
        status: found.session.state.presence?.status, since: found.since)
    }
  }

  func signOut(_ handle: UserHandle) async throws -> Bool {
    guard let session = try await store.session(of: handle) else { return false }
    let generation = session.state.mark.generation
    let event = ClusterEvent.signOut(session.state.account, generation: generation)
    try send(event, to: .node(session.run.name))
    await DeskPatience.wait {
      // Whether it is seen to end is for the page only: the event is on its way.
      let present = try? await store.session(of: handle)
      return present?.state.mark.generation != generation
    }
    return true
  }

  func drain(_ node: String) async throws -> Bool {
    guard let node = link.nodes.first(where: { $0.run.name == node }),
      NodeCondition(node, link.health(of: node.run)) != .dead
    else { return false }
    return link.send("drain \(node.run.epoch)", to: .control(node.run.name))
  }

  func announce(_ alert: Alert) async throws { try send(.alert(alert, to: nil), to: .notification) }

  func announceMaintenance(minutes: Int) async throws { try send(.maintenance(minutes: minutes), to: .notification) }

  func post(_ notices: [Notice]) {
    for batch in Notice.batches(notices) { link.send(ClusterEvent.notices(batch).text, to: .notification) }
  }

  /// Notification servers pass it on to switchboards, for whose channels a web node has no key.
  func putOut(_ account: AccountID) { link.send(ClusterEvent.removed(account).text, to: .notification) }

  private func send(_ event: ClusterEvent, to channel: BusChannel) throws {
    guard link.send(event.text, to: channel) else {
      throw StoreFailure("the event is longer than the bus takes, or there is no key to send it with")
    }
  }
}

/// How long a desk looks for what it asked for, so that the page after shows it.
enum DeskPatience {
  private static let looks = 20
  private static let pause = Duration.milliseconds(50)

  /// Looks until it is there, or for a second.
  static func wait(until isThere: () async -> Bool) async {
    for _ in 0..<looks {
      if await isThere() { return }
      try? await Task.sleep(for: pause)
    }
  }
}
