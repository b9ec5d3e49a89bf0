import GRDB

/// What clients from MSNP10 ask for: contacts by GUID, who waits for an answer, and what is kept of contacts.
enum Migration0002 {
  static let name = "0002 answers and notes"

  static func run(_ database: Database) throws {
    try database.execute(sql: answer)
    try database.execute(sql: note)
  }

  /// `pending`: how far the contact has answered being on the owner's forward list. Whoever was there already counts as
  /// answered.
  private static let answer = """
    ALTER TABLE contact ADD COLUMN pending INTEGER NOT NULL DEFAULT 0 CHECK (pending BETWEEN 0 AND 2);
    CREATE UNIQUE INDEX contact_guid ON contact(owner, guid);
    """

  private static let note = """
    CREATE TABLE contact_note (
      owner INTEGER NOT NULL,
      contact INTEGER NOT NULL,
      key TEXT NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (owner, contact, key),
      FOREIGN KEY (owner, contact) REFERENCES contact(owner, contact) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID
    """
}
