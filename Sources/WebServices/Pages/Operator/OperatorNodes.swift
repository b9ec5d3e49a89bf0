import Cluster
import Hummingbird
import MSNP
import Store

/// The operator's first page: what runs, how busy it is, and what else there is to do.
struct OperatorNodes {
  let frame: PageFrame

  func add(to routes: inout Routes) {
    routes.page("/operator", for: .administrators, in: frame) { _, _, visitor in try await page(visitor) }
    routes.form("/operator/drain", for: .administrators, in: frame, use: drain)
  }

  private struct Content {
    struct Node {
      var node: NodeView
      var connections: Int
      var recent: Int
      var canDrain: Bool
    }

    var token: String
    var online: String
    var members: Int
    var nodes: [Node]
  }

  private func page(_ visitor: Visitor, notice: String? = nil, problem: String? = nil) async throws -> Response {
    let desk = frame.services.desk
    let nodes = try await desk.nodes().map { record in
      Content.Node(
        node: NodeView(record, showsAddress: true), connections: record.load.connections, recent: record.load.recent,
        canDrain: desk.canDrain && [.alive, .stalled].contains(NodeCondition(record)))
    }
    return frame.page(
      "Operator", "operator",
      Content(
        token: visitor.secret.formToken, online: StatusPage.people(try await desk.signedInCount()),
        members: try await frame.services.store.memberCount(), nodes: nodes),
      for: visitor, notice: notice, problem: problem, status: problem == nil ? .ok : .unprocessableContent)
  }

  /// Sends a node's clients elsewhere and ends it.
  ///
  ///     >>> POST /operator/drain
  ///     >>> token=...&node=ns-1&sure=yes
  @Sendable private func drain(_ form: PageForm, _ context: WebContext, _ visitor: Visitor) async throws -> Response {
    let name = form["node"]
    guard frame.services.desk.canDrain else {
      return try await page(visitor, problem: "All roles are one process here: there is nowhere to send clients.")
    }
    guard form.isSure else {
      return frame.ask(
        Question(
          title: "Drain \(name)?",
          text:
            "No new client is sent there, those it has are sent to other nodes, and it ends. Start a replacement first.",
          action: "/operator/drain", fields: [("node", name)], button: "Drain it", back: "/operator"), visitor)
    }
    guard try await frame.services.desk.drain(name) else {
      return try await page(visitor, problem: "There is no node \(name) that could drain.")
    }
    frame.note("drained a node", name, by: visitor)
    return try await page(visitor, notice: "\(name) was told to drain. It is gone from this list when it has ended.")
  }
}
