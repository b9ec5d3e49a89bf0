import ArgumentParser
import Cluster
import Credentials
import Foundation
import MSNP
import Store

/// A service as operators' commands see it, be it a cluster or one process. Every call blocks, and throws a
/// `StoreFailure` if the service cannot answer.
protocol SessionDesk {
  /// Who is signed in, the latest first, with the time since when: milliseconds since 1970.
  func sessions(limit: Int) throws(StoreFailure) -> [(session: PlacedSession, since: Int64)]

  /// The session of a handle; nil when it has none.
  func session(of handle: UserHandle) throws(StoreFailure) -> PlacedSession?

  /// Sends an event to whoever listens; it does not tell whether anybody did.
  func send(_ event: String, to channel: BusChannel) throws(StoreFailure)
}

/// A cluster, which has nodes too.
protocol OperatorDesk: SessionDesk {
  /// Everybody in the registry, in the order of names.
  func nodes() throws(StoreFailure) -> [NodeRecord]

  /// The database's clock: milliseconds since 1970.
  func clock() throws(StoreFailure) -> Int64
}

/// Where the cluster is, for commands that only look.
struct ClusterOptions: ParsableArguments {
  @OptionGroup var database: DatabaseOptions

  /// Without keys rows are shown whoever wrote them.
  func desk() throws -> any OperatorDesk {
    try ClusterWiring.desk(url: try database.requiredURL(), keys: nil)
  }
}

/// Where the cluster is and with which keys, for commands that send.
struct SendingOptions: ParsableArguments {
  @OptionGroup var database: DatabaseOptions

  @Option(
    help: ArgumentHelp(
      """
      The operator's file of keys, operator.keys of 'monarch keys new'; the environment's MONARCH_KEYS if not given.
      """, valueName: "file"))
  var keys: String?

  func desk() throws -> any OperatorDesk {
    let url = try database.requiredURL()
    guard let path = keys ?? ProcessInfo.processInfo.environment["MONARCH_KEYS"] else {
      throw ValidationError("Give the operator's file of keys with --keys, or in the environment as MONARCH_KEYS.")
    }
    return try ClusterWiring.desk(url: url, keys: try ClusterKeys(RoleKeys(path: path, for: .operator)))
  }
}
