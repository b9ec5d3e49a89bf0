import ArgumentParser
import PostgreSQLStore

/// What an operator does to the database of a cluster.
struct Database: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prepare the PostgreSQL database of a cluster.",
    discussion: """
      Roles that run as processes of their own share their state through PostgreSQL 15 or later. Make a database, then \
      let Monarch make its tables:

        createdb monarch
        monarch database migrate --database postgresql:///monarch
      """,
    subcommands: [DatabaseMigrate.self])
}

struct DatabaseMigrate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate", abstract: "Bring the database's tables up to date.",
    discussion: """
      Harmless to run twice, and from two machines at once. A database that a newer Monarch has worked on is refused.
      """)

  @OptionGroup var options: DatabaseOptions

  func run() throws {
    let steps = try PostgreSQLStore.migrate(url: try options.requiredURL())
    print(steps.isEmpty ? "The database is up to date." : "Done: \(steps.joined(separator: ", ")).")
  }
}
