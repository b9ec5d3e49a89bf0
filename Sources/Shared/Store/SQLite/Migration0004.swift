import GRDB

/// The reverse list is read from its index alone: a look at each of its entries, which lie with their owners and so all
/// over the file, was a third of what signing in with 200 contacts cost.
enum Migration0004 {
  static let name = "0004 reverse lists"

  static func run(_ database: Database) throws {
    try database.execute(
      sql: """
        DROP INDEX contact_reverse;
        CREATE INDEX contact_reverse ON contact(contact, owner, lists, pending);
        """)
  }
}
