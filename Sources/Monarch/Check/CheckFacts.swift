import Cluster
import MSNP

/// What the probes of `monarch check` found out.
struct CheckFacts {
  enum DatabaseFact {
    /// No database was named, or its name is wrong; a finding about the settings says so.
    case notAsked
    /// It cannot be worked on, for this reason, which names its cure.
    case closed(String)
    /// It answers. `clock` is how many milliseconds it is ahead of this machine.
    case open(nodes: [NodeRecord], clock: Int64)
  }

  /// Nil for a check of the cluster as a whole.
  var role: NodeRole?
  /// The name of the node to be.
  var node: String?
  var settings: [SettingFinding] = []
  /// What is wrong with the keys.
  var keys: String?
  /// Addresses that cannot be listened on, each with cause and cure.
  var ports: [String] = []
  /// Certificates and keys of a web node that cannot be used, each with cause and cure.
  var files: [String] = []
  var listen: HostPort?
  var advertise: HostPort?
  var database = DatabaseFact.notAsked
  /// How many files this process may have open at most.
  var openFiles: UInt?
}

extension CheckFacts {
  /// Fewer open files than this are too few for a server.
  private static let leastFiles: UInt = 8192
  /// Milliseconds by which a clock may be off before log lines of two machines are hard to read together.
  private static let clockTolerance: Int64 = 2_000

  /// What is in the way, one sentence each with its cure; none if all is fine.
  var findings: [String] {
    settings.map(\.description) + [keys, unreachable, fewFiles].compactMap(\.self) + files + ports + databaseFindings
  }

  private var unreachable: String? {
    guard let advertise, let listen, advertise.isLoopback, !listen.isLoopback else { return nil }
    return "clients on other machines cannot reach \(advertise): give their way to this machine with --advertise."
  }

  private var fewFiles: String? {
    guard let role, role != .dispatch, let openFiles, openFiles < CheckFacts.leastFiles else { return nil }
    return "only \(openFiles) files may be open, and each client takes one: raise the limit, with LimitNOFILE=524288 in"
      + " the service's unit or 'ulimit -Hn' in a shell."
  }

  private var databaseFindings: [String] {
    switch database {
    case .notAsked: []
    case .closed(let reason): [reason + "."]
    case .open(let nodes, let clock): [clockFinding(clock), nameFinding(nodes)].compactMap(\.self) + cluster(nodes)
    }
  }

  private func clockFinding(_ ahead: Int64) -> String? {
    guard abs(ahead) > CheckFacts.clockTolerance else { return nil }
    return
      "this machine's clock is \(abs(ahead) / 1000) s \(ahead > 0 ? "behind" : "ahead of") the database's: nodes go"
      + " by the database's, but times in logs will mislead; let NTP set both clocks."
  }

  private func nameFinding(_ nodes: [NodeRecord]) -> String? {
    guard let node, let holder = nodes.first(where: { $0.run.name == node }), holder.condition != .dead else {
      return nil
    }
    return "a node \(node) runs already, at \(holder.address): stop it, or choose another name with --node."
  }

  /// For the cluster as a whole: a role that nobody has, and nodes that are in trouble.
  private func cluster(_ nodes: [NodeRecord]) -> [String] {
    guard role == nil else { return [] }
    let missing = NodeRole.allCases.filter { role in
      !nodes.contains { $0.role == role && $0.condition == .alive }
    }
    let stalled = nodes.filter { $0.condition == .stalled }
    return missing.map { "no \($0.rawValue) node serves: start one with 'monarch \($0.rawValue)'." }
      + stalled.map {
        "\($0.run.name) has not been heard of for \($0.heartbeatAge / 1000) s: see its log, and its way to the database."
      }
  }
}

extension HostPort {
  var isLoopback: Bool { host.hasPrefix("127.") || host == "localhost" }
}
