/// The GUIDs under which the reference's sessions know contacts and groups (test vectors, section 8). Stores make up
/// their own: these are written over them while no server runs.
///
/// | whose | what | GUID |
/// |---|---|---|
/// | alice | bob, carol | `aaaaaaaa-0000-0000-0000-000000000001` and `...2` |
/// | bob, dave | alice | `bbbbbbbb-0000-0000-0000-000000000001`, `dddddddd-...` |
/// | alice | group 1 | `11111111-2222-3333-4444-555555555501`, the others with their numbers at the end |
///
/// In a database that holds the people of several plays each play's have the same ones: a GUID is its owner's.
enum FixedIdentifiers {
  struct Change: Sendable {
    let table: String
    let guid: String
    let condition: String

    var forSQLite: String { "UPDATE \(table) SET guid = x'\(guid.filter { $0 != "-" })' WHERE \(condition)" }
    var forPostgreSQL: String { "UPDATE \(table) SET guid = '\(guid)' WHERE \(condition)" }
  }

  static let changes: [Change] =
    [("alice", "bob", 1), ("alice", "carol", 2), ("bob", "alice", 1), ("dave", "alice", 1)].map(contact)
    + (0...29).map { number in
      Change(
        table: "contact_group", guid: "11111111-2222-3333-4444-5555555555\(number < 10 ? "0" : "")\(number)",
        condition: "number = \(number) AND \(has("owner", "alice"))")
    }

  private static func contact(owner: String, contact: String, number: Int) -> Change {
    let digits = String(repeating: String(owner.prefix(1)), count: 8)
    return Change(
      table: "contact", guid: "\(digits)-0000-0000-0000-00000000000\(number)",
      condition: "\(has("owner", owner)) AND \(has("contact", contact))")
  }

  private static func has(_ column: String, _ name: String) -> String {
    "\(column) IN (SELECT id FROM account WHERE handle LIKE '\(name)@%')"
  }
}
