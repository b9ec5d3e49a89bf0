extension Migration {
  /// What the service's pages are about: administrators, bans, profiles, sessions, invitations, histories.
  ///
  /// `profile` is JSON; empty for an empty profile. Who keeps a history is told by a table of its own, so that
  /// switchboards need no right on accounts. In `history`, `at` is milliseconds since 1970 and `people` are handles with
  /// blanks between them; `history_time` serves the reading of one history, `history_age` the sweeping of all.
  static let people = Migration(
    number: 4, name: "people", oldestService: 1,
    sql: """
      ALTER TABLE account
        ADD COLUMN administrator BOOLEAN NOT NULL DEFAULT false,
        ADD COLUMN banned BOOLEAN NOT NULL DEFAULT false,
        ADD COLUMN profile TEXT NOT NULL DEFAULT '';
      CREATE INDEX account_administrator ON account (id) WHERE administrator;
      CREATE INDEX account_banned ON account (id) WHERE banned;
      CREATE TABLE picture (
        account BIGINT PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
        type TEXT NOT NULL,
        bytes BYTEA NOT NULL
      );
      CREATE TABLE page_session (
        digest BYTEA PRIMARY KEY,
        account BIGINT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
        opened BIGINT NOT NULL,
        seen BIGINT NOT NULL
      ) WITH (fillfactor = 80);
      CREATE INDEX page_session_account ON page_session (account);
      CREATE TABLE invitation (
        digest BYTEA PRIMARY KEY,
        created BIGINT NOT NULL,
        expires BIGINT NOT NULL,
        uses INTEGER NOT NULL CHECK (uses >= 0),
        administrator BOOLEAN NOT NULL,
        note TEXT NOT NULL
      );
      CREATE TABLE history_keeper (
        account BIGINT PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE
      );
      CREATE TABLE history (
        owner BIGINT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
        conversation UUID NOT NULL,
        number BIGINT NOT NULL,
        at BIGINT NOT NULL,
        sender TEXT NOT NULL,
        name TEXT NOT NULL,
        text TEXT NOT NULL,
        people TEXT NOT NULL,
        PRIMARY KEY (owner, conversation, number)
      );
      CREATE INDEX history_time ON history (owner, at, conversation, number);
      CREATE INDEX history_age ON history (at)
      """)
}
