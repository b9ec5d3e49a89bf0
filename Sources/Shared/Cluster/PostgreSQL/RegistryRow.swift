import Cluster
import MSNP
import PostgreSQL
import Store

/// A row of the registry as `RegistrySQL` reads it.
struct RegistryRow {
  let record: NodeRecord
  /// The heartbeat as the database writes it, to be compared with.
  let heartbeat: String
  let seal: String

  /// The number of columns it takes.
  static let width: Int32 = 16

  /// Nil when there is no row, or none of a node that this service can know.
  init?(_ row: Row, hearing channels: [String: BusChannel]) throws(StoreFailure) {
    guard let name = row.optionalText(1), let role = NodeRole(rawValue: try row.text(2)),
      let address = HostPort(try row.text(4))
    else { return nil }
    record = NodeRecord(
      run: NodeRun(name: name, epoch: try row.integer(3)), role: role, address: address,
      adminAddress: row.optionalText(5).flatMap { HostPort($0) }, startedAt: try row.integer(6),
      load: NodeLoad(connections: try row.integer(7), recent: try row.integer(8)), isDraining: row.isTrue(9),
      isDead: row.isTrue(10), holdsLock: row.isTrue(11), heartbeatAge: max(try row.integer(12), 0),
      sent: RegistryRow.numbers(try row.text(13), channels))
    seal = try row.text(14)
    heartbeat = try row.text(15)
  }

  func isGenuine(_ key: SealKey) -> Bool {
    NodeRecord.isGenuine(seal, record.run, record.role, record.address.description, key: key)
  }

  /// The numbers last sent as a row carries them: `monarch.ns:12 monarch.ns.ns-2:4`.
  static func text(_ numbers: [BusChannel: UInt64]) -> String {
    numbers.map { "\($0.key.name):\($0.value)" }.sorted().joined(separator: " ")
  }

  /// Those of the channels that are of interest. What is missed of the registry's own channel its rows show.
  private static func numbers(_ text: String, _ channels: [String: BusChannel]) -> [BusChannel: UInt64] {
    var numbers: [BusChannel: UInt64] = [:]
    for word in text.split(separator: " ") {
      let parts = word.split(separator: ":")
      guard parts.count == 2, let channel = channels[String(parts[0])], channel != .registry,
        let number = UInt64(parts[1])
      else { continue }
      numbers[channel] = number
    }
    return numbers
  }
}
