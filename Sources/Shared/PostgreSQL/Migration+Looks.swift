extension Migration {
  /// What a session shows beside its status: what its client can do, its picture, what the person says.
  static let looksOfSessions = Migration(
    number: 3, name: "looks of sessions", oldestService: 2,
    sql: """
      ALTER TABLE session
        ADD COLUMN capabilities BIGINT NOT NULL DEFAULT 0,
        ADD COLUMN object TEXT,
        ADD COLUMN personal TEXT
      """)
}
