import GRDB

/// What the service's pages are about: administrators, bans, profiles, sessions, invitations, histories.
enum Migration0003 {
  static let name = "0003 people"

  static func run(_ database: Database) throws {
    try database.execute(sql: account)
    try database.execute(sql: pages)
    try database.execute(sql: history)
  }

  /// `profile` is JSON; empty for an empty profile.
  private static let account = """
    ALTER TABLE account ADD COLUMN administrator INTEGER NOT NULL DEFAULT 0 CHECK (administrator IN (0, 1));
    ALTER TABLE account ADD COLUMN banned INTEGER NOT NULL DEFAULT 0 CHECK (banned IN (0, 1));
    ALTER TABLE account ADD COLUMN profile TEXT NOT NULL DEFAULT '';
    CREATE INDEX account_administrator ON account(id) WHERE administrator;
    CREATE TABLE picture (
      account INTEGER PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
      type TEXT NOT NULL,
      bytes BLOB NOT NULL
    ) STRICT;
    """

  private static let pages = """
    CREATE TABLE page_session (
      digest BLOB NOT NULL PRIMARY KEY,
      account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
      opened INTEGER NOT NULL,
      seen INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX page_session_account ON page_session(account);
    CREATE TABLE invitation (
      digest BLOB NOT NULL PRIMARY KEY,
      created INTEGER NOT NULL,
      expires INTEGER NOT NULL,
      uses INTEGER NOT NULL CHECK (uses >= 0),
      administrator INTEGER NOT NULL CHECK (administrator IN (0, 1)),
      note TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    """

  /// `at` is milliseconds since 1970; `people` are handles with blanks between them. `history_time` serves the reading of
  /// one history, `history_age` the sweeping of all.
  private static let history = """
    CREATE TABLE history_keeper (
      account INTEGER PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE
    ) STRICT;
    CREATE TABLE history (
      owner INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
      conversation BLOB NOT NULL CHECK (length(conversation) = 16),
      number INTEGER NOT NULL,
      at INTEGER NOT NULL,
      sender TEXT NOT NULL,
      name TEXT NOT NULL,
      text TEXT NOT NULL,
      people TEXT NOT NULL,
      PRIMARY KEY (owner, conversation, number)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX history_time ON history(owner, at, conversation, number);
    CREATE INDEX history_age ON history(at);
    """
}
