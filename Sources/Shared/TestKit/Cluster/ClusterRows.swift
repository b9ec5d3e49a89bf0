import PostgreSQL

extension ClusterServer {
  /// A node as the registry has it.
  public struct NodeRow: Hashable, Sendable {
    public let name: String
    public let epoch: Int64
    public let isDraining: Bool
    public let isDead: Bool
  }

  /// A session as the table has it.
  public struct SessionRow: Hashable, Sendable {
    public let handle: String
    public let node: String
    public let epoch: Int64
    /// As in `NLN`; nil before the first `CHG` and while the person hides.
    public let status: String?
  }

  /// The registry, in the order of names.
  public func nodes() throws -> [NodeRow] {
    try query("SELECT name, epoch, draining, dead FROM node ORDER BY name").map { row in
      try NodeRow(name: row.text(0), epoch: row.integer(1), isDraining: row.isTrue(2), isDead: row.isTrue(3))
    }
  }

  /// The sessions of all nodes, in the order of handles.
  public func sessions() throws -> [SessionRow] {
    try query("SELECT handle, node, epoch, status FROM session ORDER BY handle").map { row in
      try SessionRow(
        handle: row.text(0), node: row.text(1), epoch: row.integer(2), status: row.optionalText(3))
    }
  }

  /// The list version of an account.
  public func listVersion(of handle: String) throws -> UInt32? {
    try query("SELECT list_version FROM account WHERE handle = $1", [.text(handle)]).first?.integer(0)
  }
}
