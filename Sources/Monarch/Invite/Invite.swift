import ArgumentParser
import Credentials
import Foundation

/// Invitations to make an account on the service's pages.
struct Invite: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "invite", abstract: "Invite people to make an account.",
    discussion: """
      Prints a code that somebody types on the sign-up page to make an account. It is shown this once: whoever has it \
      can use it.

      Examples:
        monarch invite
            for one person, for a week
        monarch invite --uses 20 --days 30 --note "the chess club"
        monarch invite --admin
            for somebody who will administer the service
        monarch invite list
        monarch invite revoke 1c9e04ab
      """,
    subcommands: [InviteMake.self, InviteList.self, InviteRevoke.self], defaultSubcommand: InviteMake.self)
}

struct InviteMake: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make", abstract: "Make an invitation; what 'monarch invite' does by itself.",
    discussion: """
      Example:
        monarch invite make --uses 20 --days 30 --note "the chess club"
      """)

  @Option(help: "How many accounts can be made with it.")
  var uses = 1

  @Option(help: "How many days it is good.")
  var days = 7

  @Flag(help: "Accounts made with it administer the service.")
  var admin = false

  @Option(help: "For whom or what it is, for 'monarch invite list'.")
  var note = ""

  @OptionGroup var data: DataOption

  func validate() throws {
    guard (1...1_000_000).contains(uses) else {
      throw ValidationError("--uses \(uses): an invitation is for 1 to 1000000 accounts.")
    }
    guard (1...3_650).contains(days) else {
      throw ValidationError("--days \(days): an invitation is good for 1 to 3650 days.")
    }
    guard note.count <= 200, note.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
      throw ValidationError("--note: at most 200 characters on one line.")
    }
  }

  func run() async throws {
    let code = InvitationCode.random()
    let invitation = InvitationSummary(
      of: code, now: Int64(Date().timeIntervalSince1970), seconds: Int64(days) * 86_400, uses: uses,
      makesAdministrator: admin, note: note)
    try await data.administer(creating: true) { try await $0.invite(invitation) }
    let accounts = uses == 1 ? "one account" : "\(uses) accounts"
    let kind = admin ? ", whose owners administer the service" : ""
    print(
      """
      \(code.text)
      For \(accounts)\(kind), until \(Date(seconds: invitation.expires).column). \
      To take it back: \(data.command("invite revoke \(invitation.name)"))
      """)
  }
}
