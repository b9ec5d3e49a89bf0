import ArgumentParser

@main
struct Monarch: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "monarch",
    abstract: "An MSN Messenger service that anyone can run.",
    discussion: """
      Begin with `monarch dev`: it runs the whole service on this machine, with sample users, and says how to point a \
      client at it. `monarch chat` is a client for the terminal, to try it with nothing else at hand.

      A cluster is processes of `monarch dispatch`, `monarch notification`, `monarch switchboard` and `monarch web` around \
      a PostgreSQL database: `monarch database` and `monarch keys` prepare it, and `monarch check` says what is in the way.
      """,
    version: "0.1.0",
    subcommands: [
      Dev.self, User.self, Invite.self, HistoryCommand.self, Chat.self, Database.self, Keys.self, Certificates.self,
      DispatchCommand.self,
      NotificationCommand.self, SwitchboardCommand.self, WebCommand.self, Nodes.self, Drain.self, Sessions.self,
      Kick.self, AlertCommand.self, Maintenance.self, Check.self,
    ])
}
