import ArgumentParser
import Foundation
import MSNP
import Roster

struct UserList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List all users.",
    discussion: """
      One line a user: address, whether MSN Messenger 1.0-4.7 may sign in, name.

      Example:
        monarch user list | grep '@example.com '
      """)

  @OptionGroup var data: DataOption

  private static let page = 500

  func run() async throws {
    try await data.administer { administration in
      var last: AccountID?
      while true {
        let users = try await administration.list(after: last, limit: UserList.page)
        UserList.show(users)
        last = users.last?.account
        guard users.count == UserList.page else {
          if last == nil { UserList.explainEmptiness(data) }
          return
        }
      }
    }
  }

  private static func show(_ users: [AccountSummary]) {
    let width = users.map(\.handle.text.count).max() ?? 0
    for user in users {
      let address = user.handle.text.padding(toLength: width, withPad: " ", startingAt: 0)
      print("\(address)  \(user.admitsOldClients ? "old clients   " : "no old clients")  \(user.name)")
    }
  }

  private static func explainEmptiness(_ data: DataOption) {
    print("There are no users yet: '\(data.command("user add EMAIL"))' adds one.")
  }
}

struct UserShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a user and the user's contacts.",
    discussion: """
      Passwords are never shown.

      Example:
        monarch user show alice@example.com
      """)

  @Argument(help: UserHandle.help, transform: UserHandle.argument)
  var email: UserHandle

  @OptionGroup var data: DataOption

  func run() async throws {
    guard let portrait = try await data.administer({ try await $0.show(email) }) else {
      throw data.noSuchUser(email)
    }
    print(UserShow.text(portrait))
    if !portrait.summary.admitsOldClients { print(data.oldClientsNote(email)) }
  }

  static func text(_ portrait: AccountPortrait) -> String {
    let user = portrait.summary
    let created = Date(timeIntervalSince1970: TimeInterval(user.created)).formatted(.iso8601)
    var lines = [
      "\(user.handle)",
      "  name          \(user.name)",
      "  account       \(user.account.rawValue)",
      "  old clients   \(user.admitsOldClients ? "may sign in" : "may not sign in") (MD5: MSN Messenger 1.0-4.7)",
      "  list version  \(user.listVersion)",
      "  created       \(created)",
      "  role          \(portrait.isAdministrator ? "administrator" : "user")",
      "  sign-in       \(portrait.isBanned ? "banned" : "allowed")",
      "  history       \(portrait.keepsHistory ? "kept" : "not kept")",
      "  contacts      \(portrait.contacts.isEmpty ? "none" : legend)",
    ]
    let width = portrait.contacts.map(\.handle.text.count).max() ?? 0
    for contact in portrait.contacts {
      let address = contact.handle.text.padding(toLength: width, withPad: " ", startingAt: 0)
      lines.append("    \(address)  \(contact.lists.joined(separator: " "))")
    }
    return lines.joined(separator: "\n")
  }

  private static let legend = "FL is a contact, AL may see the user, BL may not, RL has the user as a contact"
}
