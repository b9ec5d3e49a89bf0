import ArgumentParser
import Cluster
import Foundation

struct Nodes: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the nodes of a cluster.",
    discussion: """
      One line a node. RECENT is how many signed in, or opened a conversation, in the last ten seconds; HEARTBEAT is how \
      long ago the node was last heard of. States:
        alive     serves
        draining  sends its clients elsewhere, and ends
        stalled   not heard of for 3 s: no client is sent there
        dead      gone, or not heard of for 15 s: its sessions are over

      Example:
        monarch nodes --database postgresql:///monarch
      """)

  @OptionGroup var cluster: ClusterOptions

  func run() throws { print(Nodes.text(try cluster.desk().nodes())) }

  static func text(_ nodes: [NodeRecord]) -> String {
    guard !nodes.isEmpty else {
      return "There are no nodes: start them with 'monarch dispatch', 'monarch notification' and 'monarch switchboard'."
    }
    var table = TextTable(
      head: ["NAME", "ROLE", "ADDRESS", "STATE", "CONNECTIONS", "RECENT", "HEARTBEAT", "UP SINCE", "ADMIN"])
    for node in nodes {
      table.add([
        node.run.name, node.role.rawValue, "\(node.address)", node.condition.rawValue, "\(node.load.connections)",
        "\(node.load.recent)", age(node.heartbeatAge), Date(milliseconds: node.startedAt).column,
        node.adminAddress.map { "http://\($0)" } ?? "-",
      ])
    }
    return table.text
  }

  /// As in `0.4 s`.
  private static func age(_ milliseconds: Int) -> String {
    let tenths = milliseconds / 100
    return "\(tenths / 10).\(tenths % 10) s"
  }
}

extension NodeRecord {
  /// The state by the registry alone.
  var condition: NodeCondition { NodeCondition(self) }
}
