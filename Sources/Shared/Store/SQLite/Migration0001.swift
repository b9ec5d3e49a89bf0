import GRDB

/// Accounts, their contacts, groups and properties.
enum Migration0001 {
  static let name = "0001 accounts and lists"

  static func run(_ database: Database) throws {
    try database.execute(sql: account)
    try database.execute(sql: contact)
    try database.execute(sql: contactGroup)
    try database.execute(sql: property)
  }

  /// AUTOINCREMENT: a number is never given again, so what bears the number of a deleted account fits nobody else.
  private static let account = """
    CREATE TABLE account (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      handle TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      password TEXT NOT NULL,
      old_password BLOB,
      list_version INTEGER NOT NULL CHECK (list_version BETWEEN 1 AND 4294967295),
      privacy TEXT NOT NULL CHECK (privacy IN ('AL', 'BL')),
      prompt TEXT NOT NULL CHECK (prompt IN ('A', 'N')),
      created INTEGER NOT NULL
    ) STRICT
    """

  /// `lists`: FL 1, AL 2, BL 4. The reverse list is the same rows read from the other side; the index serves it, and
  /// finds every row about an account that is deleted.
  private static let contact = """
    CREATE TABLE contact (
      owner INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
      contact INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
      lists INTEGER NOT NULL CHECK (lists BETWEEN 1 AND 7 AND lists & 6 <> 6),
      groups INTEGER NOT NULL CHECK (groups BETWEEN 0 AND 1073741823),
      name TEXT NOT NULL,
      guid BLOB NOT NULL CHECK (length(guid) = 16),
      PRIMARY KEY (owner, contact)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX contact_reverse ON contact(contact, owner, lists);
    """

  private static let contactGroup = """
    CREATE TABLE contact_group (
      owner INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
      number INTEGER NOT NULL CHECK (number BETWEEN 0 AND 29),
      name TEXT NOT NULL,
      guid BLOB NOT NULL CHECK (length(guid) = 16),
      PRIMARY KEY (owner, number)
    ) STRICT, WITHOUT ROWID
    """

  private static let property = """
    CREATE TABLE property (
      owner INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
      key TEXT NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (owner, key)
    ) STRICT, WITHOUT ROWID
    """
}
