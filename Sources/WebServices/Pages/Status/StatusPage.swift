import Cluster
import Hummingbird
import MSNP
import Store

/// How the service is: how many are online, and which nodes keep it going. Names nobody.
struct StatusPage {
  let frame: PageFrame

  func add(to routes: inout Routes) {
    routes.page("/status", in: frame) { _, _, visitor in
      let desk = frame.services.desk
      let showsAddresses = visitor.member?.isAdministrator == true
      let nodes = try await desk.nodes().map { NodeView($0, showsAddress: showsAddresses) }
      let online = try await counted()
      return frame.page(
        "Status", "status",
        Content(
          online: online.map(StatusPage.people) ?? "It cannot be told just now how many are online.",
          registration: StatusPage.words(frame.settings.pages.registration),
          mayJoin: frame.settings.pages.registration != .closed, showsAddresses: showsAddresses,
          isServing: StatusPage.isServing(try await desk.nodes()), nodes: nodes),
        for: visitor)
    }
  }

  /// How many are online; nil while the database is away, when many may well be talking.
  private func counted() async throws -> Int? {
    do {
      return try await frame.services.desk.signedInCount()
    } catch is StoreFailure {
      return nil
    }
  }

  private struct Content {
    var online: String
    var registration: String
    var mayJoin: Bool
    var showsAddresses: Bool
    var isServing: Bool
    var nodes: [NodeView]
  }

  static func people(_ count: Int) -> String {
    switch count {
    case 0: "Nobody is online."
    case 1: "1 person is online."
    default: "\(count) people are online."
    }
  }

  static func words(_ registration: Registration) -> String {
    switch registration {
    case .closed: "Whoever runs the service makes its accounts."
    case .invitation: "Whoever has an invitation may sign up."
    case .open: "Everybody may sign up."
    }
  }

  /// Whether clients can come, sign in and talk: there is a node of each role that takes clients.
  static func isServing(_ nodes: [NodeRecord]) -> Bool {
    [NodeRole.dispatch, .notification, .switchboard].allSatisfy { role in
      nodes.contains { $0.role == role && NodeCondition($0) == .alive }
    }
  }
}

/// A node as pages show it.
struct NodeView {
  var name: String
  var role: String
  var state: String
  /// Nil for who does not administer the service.
  var address: String?
  var isAlive: Bool

  init(_ record: NodeRecord, showsAddress: Bool) {
    let condition = NodeCondition(record)
    name = record.run.name
    role = NodeView.words(record.role)
    state = condition.rawValue
    address = showsAddress ? "\(record.address)" : nil
    isAlive = condition == .alive
  }

  static func words(_ role: NodeRole) -> String {
    switch role {
    case .dispatch: "dispatch server"
    case .notification: "notification server"
    case .switchboard: "switchboard"
    case .web: "web server"
    }
  }
}
