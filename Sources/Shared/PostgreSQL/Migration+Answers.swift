extension Migration {
  /// What clients from MSNP8 ask for: contacts by GUID, who waits for an answer, what is kept of contacts, and how
  /// people look beside name and status.
  ///
  /// `pending`: how far the contact has answered being on the owner's forward list. Whoever was there already counts as
  /// answered.
  static let answersAndLooks = Migration(
    number: 3, name: "answers and looks", oldestService: 1,
    sql: """
      ALTER TABLE contact ADD COLUMN pending SMALLINT NOT NULL DEFAULT 0 CHECK (pending BETWEEN 0 AND 2);
      CREATE UNIQUE INDEX contact_guid ON contact (owner, guid);
      CREATE TABLE contact_note (
        owner BIGINT NOT NULL,
        contact BIGINT NOT NULL,
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (owner, contact, key),
        FOREIGN KEY (owner, contact) REFERENCES contact (owner, contact) ON DELETE CASCADE
      );
      ALTER TABLE session
        ADD COLUMN capabilities BIGINT NOT NULL DEFAULT 0,
        ADD COLUMN object TEXT,
        ADD COLUMN personal TEXT
      """)
}
