import ArgumentParser
import Cluster
import Foundation

struct Drain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Send a node's clients elsewhere and end it.",
    discussion: """
      Does what SIGTERM does to the node, from any machine: no new client is sent there, those it has are sent to other \
      nodes over its --drain-seconds, and it ends.

      Example, for a restart nobody notices:
        monarch drain ns-1 --database postgresql:///monarch --keys /etc/monarch/keys/operator.keys
        monarch nodes      until ns-1 is gone; then start it again
      """)

  @Argument(help: ArgumentHelp("The node's name, as 'monarch nodes' shows it.", valueName: "node"))
  var node: String

  @OptionGroup var cluster: SendingOptions

  func run() throws { print(try Drain.order(node, at: try cluster.desk(), patience: Patience())) }

  /// Tells the node and waits until its row says that it heard.
  static func order(_ name: String, at desk: some OperatorDesk, patience: Patience) throws -> String {
    let nodes = try desk.nodes()
    guard let node = nodes.first(where: { $0.run.name == name }) else {
      let others = nodes.map(\.run.name).joined(separator: ", ")
      throw AdministrationFailure(
        "there is no node \(name): \(others.isEmpty ? "the cluster has none" : "there are \(others)")")
    }
    switch node.condition {
    case .dead: throw AdministrationFailure("\(name) is dead: there is nobody left to send elsewhere")
    case .draining: return "\(name) drains already; it has \(node.load.connections) connections."
    case .alive, .stalled: break
    }
    try desk.send("drain \(node.run.epoch)", to: .control(name))
    let hasHeard = try patience.wait { () throws in
      let found = try desk.nodes().first { $0.run == node.run }
      return found.map { $0.condition == .draining } ?? true
    }
    guard hasHeard else {
      throw AdministrationFailure(
        "\(name) was told to drain and has not said that it does: see 'monarch nodes' and its log; 'kill -TERM' on its"
          + " machine does the same")
    }
    return "\(name) drains; it had \(node.load.connections) connections. 'monarch nodes' shows when it is gone."
  }
}

/// How long an operator's command looks for what it asked for.
struct Patience {
  /// How often it looks.
  var looks = 50
  /// What it does between two looks.
  var pause: () -> Void = { Thread.sleep(forTimeInterval: 0.1) }

  /// Looks until it is there; false when it never was.
  func wait(until isThere: () throws -> Bool) rethrows -> Bool {
    for look in 0..<looks {
      if look > 0 { pause() }
      if try isThere() { return true }
    }
    return false
  }
}
