import ArgumentParser
import Credentials
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

struct DatabaseMigrate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate", abstract: "Bring the database's tables up to date.",
    discussion: """
      Harmless to run twice, and from two machines at once. A database that a newer Monarch has worked on is refused.

      As long as nobody administers the service it prints an invitation too, with which somebody makes an account that \
      does: good for seven days, once, in place of the one that was printed before.
      """)

  @OptionGroup var options: DatabaseOptions

  func run() async throws {
    let url = try options.requiredURL()
    let steps = try PostgreSQLStore.migrate(url: url)
    print(steps.isEmpty ? "The database is up to date." : "Done: \(steps.joined(separator: ", ")).")
    let store = try PostgreSQLStore(url: url, connections: 2)
    let invitation: Result<InvitationCode?, any Error>
    do { invitation = .success(try await FirstInvitation.renew(in: store)) } catch { invitation = .failure(error) }
    await store.close()
    guard let code = try invitation.get() else { return }
    print(FirstInvitation.text(code, page: "/signup on a web node").joined(separator: "\n"))
  }
}
