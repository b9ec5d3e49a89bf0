import Store

/// The schema that the service is written for, and how a database gets it.
package enum Schema {
  package static var current: Int { Migration.all.last?.number ?? 0 }

  /// Refuses a database that this service cannot work on.
  package static func check(_ session: DatabaseSession) throws(StoreFailure) {
    guard try session.run("SELECT to_regclass('schema_step') IS NOT NULL").first?.isTrue(0) == true else {
      throw StoreFailure("the database has no schema yet; run `monarch database migrate`")
    }
    let (number, oldestService) = try taken(session)
    guard number >= current else {
      throw StoreFailure(
        "the database's schema is \(number) and this service needs \(current); run `monarch database migrate`")
    }
    guard oldestService <= current else {
      throw StoreFailure(
        "the database's schema is \(number), which needs a service for schema \(oldestService) or later; this one is "
          + "for \(current): use the newer version of monarch")
    }
  }

  /// Takes the steps that are missing, in one transaction; answers with their names.
  ///
  /// The advisory lock makes a second migration wait for the first, and then find nothing left to do.
  package static func migrate(_ session: DatabaseSession, to steps: [Migration]) throws(StoreFailure) -> [String] {
    try session.run("BEGIN")
    try session.run(
      "SELECT pg_advisory_xact_lock($1::integer, hashtext(coalesce(current_schema(), '')))", [.integer(lock)])
    try session.run(table)
    let number = try taken(session).number
    let newest = steps.last?.number ?? 0
    guard number <= newest else {
      throw StoreFailure(
        "the database's schema is \(number), newer than \(newest), which this version of monarch knows; nothing was "
          + "changed: use the newer version")
    }
    var names: [String] = []
    for step in steps where step.number > number {
      try session.run(step.sql)
      try session.run(
        "INSERT INTO schema_step (number, name, oldest_service) VALUES ($1, $2, $3)",
        [.integer(step.number), .text(step.name), .integer(step.oldestService)])
      names.append("\(step.number) \(step.name)")
    }
    try session.run("COMMIT")
    return names
  }

  /// Any number will do that other users of the database do not lock by.
  private static let lock = 0x6d6f_6e61

  private static let table = """
    CREATE TABLE IF NOT EXISTS schema_step (
      number INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      oldest_service INTEGER NOT NULL,
      taken TIMESTAMPTZ NOT NULL DEFAULT now()
    )
    """

  private static func taken(_ session: DatabaseSession) throws(StoreFailure) -> (number: Int, oldestService: Int) {
    let rows = try session.run("SELECT coalesce(max(number), 0), coalesce(max(oldest_service), 0) FROM schema_step")
    guard let row = rows.first else { return (0, 0) }
    return try (row.integer(0), row.integer(1))
  }
}
