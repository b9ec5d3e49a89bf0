import ArgumentParser
import Foundation

struct InviteList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the invitations that are good.",
    discussion: """
      By the beginnings of their codes' digests: the codes themselves are nowhere.

      Example:
        monarch invite list
      """)

  @OptionGroup var data: DataOption

  func run() async throws {
    let invitations = try await data.administer { try await $0.invitations() }
    guard !invitations.isEmpty else {
      print("There are no invitations: '\(data.command("invite"))' makes one.")
      return
    }
    print(InviteList.text(invitations))
  }

  static func text(_ invitations: [InvitationSummary]) -> String {
    var table = TextTable(head: ["ID", "USES LEFT", "EXPIRES", "MAKES", "NOTE"])
    for invitation in invitations {
      table.add([
        invitation.name, "\(invitation.uses)", Date(seconds: invitation.expires).column,
        invitation.makesAdministrator ? "administrator" : "user", invitation.note,
      ])
    }
    return table.text
  }
}

struct InviteRevoke: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Take an invitation back.",
    discussion: """
      Accounts that were made with it stay.

      Example:
        monarch invite revoke 1c9e04ab
      """)

  @Argument(help: ArgumentHelp("The invitation, as 'monarch invite list' shows it.", valueName: "id"))
  var name: String

  @OptionGroup var data: DataOption

  func validate() throws {
    guard (8...64).contains(name.count), Digits.bytes(of: name) != nil else {
      throw ValidationError("'\(name)' is not an ID such as 1c9e04ab: 'monarch invite list' shows those there are.")
    }
  }

  func run() async throws {
    guard let invitation = try await data.administer({ try await $0.revokeInvitation(name) }) else {
      throw AdministrationFailure(
        "there is no invitation \(name): '\(data.command("invite list"))' shows those there are")
    }
    print("The invitation \(invitation.name) is taken back.")
  }
}

extension Date {
  init(seconds: Int64) { self.init(timeIntervalSince1970: TimeInterval(seconds)) }
}
