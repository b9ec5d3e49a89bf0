import ArgumentParser
import MSNP

/// In which dialect people sign in, and with which tickets.
struct Entrance: Sendable {
  var dialect = LoadDialect.msnp7
  /// By handle.
  var tickets: [String: String] = [:]

  func scene(of handle: String) -> SignInScene {
    SignInScene(handle: handle, ticket: tickets[handle] ?? TicketOffice.madeUp)
  }
}

/// How the load signs in.
struct DialectOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "7 (MSNP7, MD5) or 12 (MSNP12, a ticket of the web server).",
      discussion: """
        Tickets are fetched before anything is measured, so that hashing passwords is in no figure; MD5's cost is.
        """))
  var dialect = LoadDialect.msnp7

  @Option(
    help: """
      Where the web server answers HTTP, for dialects with tickets. Without it tickets are made up, which monarch-floor \
      takes.
      """)
  var web: HostPort?

  /// With a ticket for each of the people, if the dialect takes one.
  func entrance(for handles: [String]) async throws -> Entrance {
    guard dialect.takesTickets, let web else { return Entrance(dialect: dialect) }
    return Entrance(dialect: dialect, tickets: try await TicketOffice(web: web).tickets(for: handles))
  }

  func entrance(for users: Range<Int>) async throws -> Entrance {
    try await entrance(for: users.map(Load.Users.handle))
  }
}
