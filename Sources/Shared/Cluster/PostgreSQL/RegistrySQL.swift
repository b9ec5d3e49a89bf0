import Cluster

/// The statements of the registry. `$1` is a node's name and `$2` its epoch throughout.
enum RegistrySQL {
  /// The class of the nodes' advisory locks; the object is the epoch. Any number will do that other users of the
  /// database do not lock by.
  static let lockClass = 0x6d6f_6e62

  static let settings = """
    SELECT set_config('statement_timeout', '5000', false), set_config('lock_timeout', '3000', false),
      set_config('idle_in_transaction_session_timeout', '5000', false), set_config('synchronous_commit', 'on', false),
      set_config('default_transaction_isolation', 'read committed', false)
    """

  static let lock = "SELECT pg_try_advisory_lock(\(lockClass), $1::integer)"
  static let unlock = "SELECT pg_advisory_unlock(\(lockClass), $1::integer)"

  /// Ends what is left of this node's own former connection, which the server may not know to be dead.
  static let endFormer = """
    SELECT pg_terminate_backend(pid, 1000) FROM pg_locks
    WHERE \(isNodeLock) AND objid = $1::oid AND pid <> pg_backend_pid()
    """

  private static let isNodeLock = """
    locktype = 'advisory' AND classid = \(lockClass) AND objsubid = 2 AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    """

  /// Whether the lock of a row's run is held.
  private static func isHeld(_ epoch: String) -> String {
    "\(epoch) IN (SELECT objid::bigint FROM pg_locks WHERE \(isNodeLock))"
  }

  /// Removes the sessions of the runs that `source` names, and of those before them. Rows are locked in the order of
  /// accounts, as everywhere. Only notification servers have sessions, and no other role may touch them.
  private static func deletion(_ role: NodeRole, _ source: String, _ isBefore: String) -> String {
    guard role == .notification else { return "" }
    return """
      , gone AS (DELETE FROM session WHERE account IN (
        SELECT session.account FROM session JOIN \(source) ON session.node = \(source).name
          AND session.epoch \(isBefore) \(source).epoch ORDER BY session.account FOR UPDATE OF session))
      """
  }

  private static let isOld = "heartbeat < clock_timestamp() - interval '\(ClusterView.deadAfter) milliseconds'"

  /// The columns of a ``RegistryRow``. Ages are taken at the statement's beginning, when the rows are as it sees them.
  private static var columns: String {
    """
    (extract(epoch FROM statement_timestamp()) * 1000)::bigint, node.name, node.role, node.epoch, node.address,
      node.admin, (extract(epoch FROM node.started) * 1000)::bigint, node.connections, node.recent, node.draining,
      node.dead, \(isHeld("node.epoch")),
      (extract(epoch FROM statement_timestamp() - node.heartbeat) * 1000)::bigint, node.sent, node.seal,
      node.heartbeat::text
    """
  }

  static var rows: String { "SELECT \(columns) FROM node" }

  /// Writes the heartbeat and reads everybody's. At least one row comes; its column 16 says whether the run is still the
  /// registry's. Nobody has to wait until a heartbeat is on disk.
  static var heartbeat: String {
    """
    WITH own AS (
      UPDATE node SET heartbeat = clock_timestamp(), connections = $3, recent = $4, draining = $5, sent = $6, admin = $7
      WHERE name = $1 AND epoch = $2 AND NOT dead RETURNING name
    )
    SELECT \(columns), EXISTS (SELECT FROM own), once.mode
    FROM (SELECT set_config('synchronous_commit', 'off', true) AS mode) AS once LEFT JOIN node ON true
    """
  }

  /// Takes the name, unless a run holds it that is alive and not `$9`, the node's own former one; and removes the
  /// sessions of the name's former runs.
  static func register(_ role: NodeRole) -> String {
    """
    WITH taken AS (
      INSERT INTO node (name, epoch, role, address, admin, draining, sent, seal) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      ON CONFLICT (name) DO UPDATE SET
        epoch = excluded.epoch, role = excluded.role, address = excluded.address, admin = excluded.admin,
        draining = excluded.draining, sent = excluded.sent, seal = excluded.seal, started = clock_timestamp(),
        heartbeat = clock_timestamp(), connections = 0, recent = 0, dead = false
      WHERE node.dead OR node.epoch = $9 OR node.\(isOld) OR NOT \(isHeld("node.epoch"))
      RETURNING name, epoch
    ) \(deletion(role, "taken", "<"))
    SELECT epoch FROM taken
    """
  }

  static let holder = """
    SELECT role, address, (extract(epoch FROM clock_timestamp() - heartbeat) * 1000)::bigint FROM node WHERE name = $1
    """

  /// Marks a run as dead if nothing was heard of it since it was read, at `$3`, and removes its sessions.
  static func mark(_ role: NodeRole) -> String {
    """
    WITH marked AS (
      UPDATE node SET dead = true
      WHERE name = $1 AND epoch = $2 AND NOT dead AND heartbeat = $3::timestamptz
        AND (\(isOld) OR NOT \(isHeld("epoch")))
      RETURNING name, epoch
    ) \(deletion(role, "marked", "<="))
    SELECT name FROM marked
    """
  }

  /// Takes a run off the registry, with its sessions.
  static func leave(_ role: NodeRole) -> String {
    """
    WITH left_by AS (DELETE FROM node WHERE name = $1 AND epoch = $2 RETURNING name, epoch)
      \(deletion(role, "left_by", "<="))
    SELECT name FROM left_by
    """
  }

  /// Rows of a role whose runs have long been over.
  static let sweep =
    "DELETE FROM node WHERE role = $1 AND dead AND heartbeat < clock_timestamp() - interval '1 day'"

  /// Sessions of runs that are over. What was being claimed in the moment of a run's death may have come after it.
  static let sweepSessions = """
    DELETE FROM session WHERE account IN (
      SELECT account FROM session WHERE NOT EXISTS (
        SELECT FROM node WHERE node.name = session.node AND node.epoch = session.epoch AND NOT node.dead)
      ORDER BY account FOR UPDATE)
    """

  /// Sends payloads `$4` over channels `$3` in their order; answers with how many: none if the run is over. So what a
  /// process sends that was stopped for long, and does not know it yet, never leaves the database.
  static let notify = """
    SELECT pg_notify(channel, payload) FROM (
      SELECT channel, payload FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS part (channel, payload, place)
      WHERE EXISTS (SELECT FROM node WHERE name = $1 AND epoch = $2 AND NOT dead)
      ORDER BY place
    ) AS ordered
    """
}
