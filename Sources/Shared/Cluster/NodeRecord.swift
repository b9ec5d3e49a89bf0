import MSNP

/// What a node of the cluster does.
public enum NodeRole: String, CaseIterable, Sendable, Codable {
  case dispatch, notification, switchboard, web
}

/// One run of one node: a node that starts again under its name has a higher epoch, and nothing that was said to or by
/// an earlier run counts any more.
public struct NodeRun: Hashable, Sendable, CustomStringConvertible {
  public var name: String
  public var epoch: UInt64

  public init(name: String, epoch: UInt64) {
    self.name = name
    self.epoch = epoch
  }

  public var description: String { "\(name)#\(epoch)" }

  /// Whether a node may be called so: lower-case letters, digits and hyphens, at most 30, and not what operators'
  /// commands are called.
  public static func isName(_ text: String) -> Bool {
    let letters = Array(text.utf8)
    func isPlain(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    return (1...30).contains(letters.count) && isPlain(letters[0])
      && letters.allSatisfy { isPlain($0) || $0 == UInt8(ascii: "-") } && !text.hasPrefix(operators)
  }

  private static let operators = "operator-"

  /// The origin of one thing that an operator's command sends, at this time of the database's clock (milliseconds).
  public static func ofOperator(at clock: Int64) -> NodeRun {
    let number = UInt64.random(in: .min ... .max)
    return NodeRun(name: operators + String(number, radix: 36), epoch: UInt64(max(clock, 1)))
  }

  /// Whether it stands for an operator's command, whose epoch is the time at which it was given.
  public var isOperator: Bool { name.hasPrefix(Self.operators) }
}

/// A node as its row in the registry shows it.
public struct NodeRecord: Hashable, Sendable {
  public var run: NodeRun
  public var role: NodeRole
  /// The address for clients.
  public var address: HostPort
  /// Where operators ask how it is; nil when nowhere.
  public var adminAddress: HostPort?
  /// When the run began, by the database's clock: milliseconds since 1970.
  public var startedAt: Int64
  public var load: NodeLoad
  /// Named to clients no more; those it has may stay.
  public var isDraining: Bool
  /// Declared dead by another node, for good: should it live after all, it takes a new epoch.
  public var isDead: Bool
  /// Whether the node still holds its lock in the database; one that does not has gone, or lost its connection.
  public var holdsLock: Bool
  /// Milliseconds since its last heartbeat, by the database's clock.
  public var heartbeatAge: Int
  /// The number of the last payload it had sent on each channel when it wrote the row.
  public var sent: [BusChannel: UInt64]

  public init(
    run: NodeRun, role: NodeRole, address: HostPort, adminAddress: HostPort? = nil, startedAt: Int64 = 0,
    load: NodeLoad = NodeLoad(), isDraining: Bool = false, isDead: Bool = false, holdsLock: Bool = true,
    heartbeatAge: Int = 0, sent: [BusChannel: UInt64] = [:]
  ) {
    self.run = run
    self.role = role
    self.address = address
    self.adminAddress = adminAddress
    self.startedAt = startedAt
    self.load = load
    self.isDraining = isDraining
    self.isDead = isDead
    self.holdsLock = holdsLock
    self.heartbeatAge = heartbeatAge
    self.sent = sent
  }

  /// What a row bears to show that somebody with the registry's key wrote it: a MAC over name, role, epoch and address.
  public static func seal(_ run: NodeRun, _ role: NodeRole, _ address: String, with key: SealKey) -> String {
    key.seal(sealed(run, role, address))
  }

  /// Whether a row's seal is genuine; compared in constant time.
  public static func isGenuine(
    _ seal: String, _ run: NodeRun, _ role: NodeRole, _ address: String, key: SealKey
  ) -> Bool {
    key.verifies(seal, of: sealed(run, role, address))
  }

  /// Begins unlike any payload of the bus, some of which are sealed with the same key.
  private static func sealed(_ run: NodeRun, _ role: NodeRole, _ address: String) -> String {
    "node \(run.name) \(role.rawValue) \(run.epoch) \(address)"
  }
}

/// How busy a node is, a second ago.
public struct NodeLoad: Hashable, Sendable {
  public var connections: Int
  /// Sign-ins, or conversations opened, in the last ten seconds.
  public var recent: Int

  public init(connections: Int = 0, recent: Int = 0) {
    self.connections = connections
    self.recent = recent
  }

  /// What placement compares. Somebody who just came costs more than somebody who sits there: lists to read, presence
  /// to tell, a client that still sets itself up.
  public var weight: Int { connections + 20 * recent }
}
