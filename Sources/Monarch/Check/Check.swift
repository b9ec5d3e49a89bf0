import ArgumentParser
import Cluster
import Foundation

struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what is in the way of a node, or of a cluster.",
    discussion: """
      With a role it takes that role's flags, environment and file, and looks at what the node would need: settings, \
      keys, addresses, database and its schema, the name, clocks, the limit of open files. Without a role it looks at \
      the cluster as its database shows it. One line a finding, each with its cure; it exits with 0 if there is none, \
      and with 1 otherwise. Nothing is changed.

      Examples:
        monarch check notification --config /etc/monarch/monarch.conf
        monarch check --database postgresql:///monarch
      """)

  @Argument(
    help: ArgumentHelp("dispatch, notification, switchboard or web.", valueName: "role"), transform: Check.role)
  var role: NodeRole?

  @OptionGroup var options: NodeOptions

  func run() async throws {
    let probes = CheckProbes(options: options, environment: ProcessInfo.processInfo.environment)
    let facts = if let role { await probes.node(role) } else { await probes.cluster() }
    let findings = facts.findings
    guard findings.isEmpty else {
      for finding in findings { print(finding) }
      throw ExitCode(1)
    }
    print(role.map { "Nothing is in the way of a \($0.rawValue) node." } ?? "Nothing is in the way of the cluster.")
  }

  @Sendable private static func role(_ text: String) throws -> NodeRole {
    guard let role = NodeRole(rawValue: text) else {
      let roles = NodeRole.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("'\(text)' is no role: there are \(roles).")
    }
    return role
  }
}
