extension Migration {
  /// Nodes, sessions, and what accounts were told lately.
  ///
  /// Rows of `session` are written with `synchronous_commit = off`: after a crash the nodes, which know better, write
  /// them again. A row is written in place with each change of status: hence the fill factor.
  ///
  /// `notice` holds for some minutes what a change told others, by the list version raised for it: a node that lost a
  /// part of the bus reads there what it has missed.
  static let nodesAndSessions = Migration(
    number: 2, name: "nodes and sessions", oldestService: 1,
    sql: """
      CREATE SEQUENCE node_epoch MAXVALUE 2147483647;
      CREATE SEQUENCE conversation_block MAXVALUE 2147483 CYCLE;
      CREATE TABLE node (
        name TEXT PRIMARY KEY CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,29}$'),
        role TEXT NOT NULL CHECK (role IN ('dispatch', 'notification', 'switchboard', 'web')),
        epoch BIGINT NOT NULL,
        address TEXT NOT NULL,
        admin TEXT,
        started TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
        heartbeat TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
        connections INTEGER NOT NULL DEFAULT 0,
        recent INTEGER NOT NULL DEFAULT 0,
        draining BOOLEAN NOT NULL DEFAULT false,
        dead BOOLEAN NOT NULL DEFAULT false,
        sent TEXT NOT NULL DEFAULT '',
        seal TEXT NOT NULL
      ) WITH (fillfactor = 50);
      CREATE TABLE session (
        account BIGINT PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
        handle TEXT NOT NULL,
        node TEXT NOT NULL,
        epoch BIGINT NOT NULL,
        generation BIGINT NOT NULL,
        sequence BIGINT NOT NULL,
        status TEXT,
        name TEXT,
        strangers BOOLEAN NOT NULL DEFAULT true,
        listed BIGINT[] NOT NULL DEFAULT '{}',
        since TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
      ) WITH (fillfactor = 70);
      CREATE INDEX session_handle ON session (handle);
      CREATE INDEX session_node ON session (node, epoch);
      CREATE TABLE notice (
        account BIGINT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
        version BIGINT NOT NULL,
        number INTEGER NOT NULL,
        news TEXT NOT NULL,
        made TIMESTAMPTZ NOT NULL DEFAULT now(),
        PRIMARY KEY (account, version, number)
      );
      CREATE INDEX notice_made ON notice (made)
      """)
}
