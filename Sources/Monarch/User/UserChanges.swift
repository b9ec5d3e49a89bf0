import ArgumentParser
import MSNP

struct UserRename: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rename", abstract: "Change the name others see.",
    discussion: """
      Contacts who are online see it at once. The address cannot be changed: it is what others have on their lists.

      Example:
        monarch user rename alice@example.com "Alice Liddell"
      """)

  @Argument(help: UserHandle.help, transform: UserHandle.argument)
  var email: UserHandle

  @Argument(help: "The new name, at most 129 letters.")
  var name: String

  @OptionGroup var data: DataOption

  func run() async throws {
    let name = try FriendlyName.checked(name)
    let isThere = try await data.administer { try await $0.rename(email, to: name) }
    guard isThere else { throw data.noSuchUser(email) }
    print("\(email) is called \(name) now.")
  }
}

struct UserPassword: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "password", abstract: "Set a user's password.",
    discussion: """
      Replaces the account password and the old-client password: without --old-clients or --old-password MD5 sign-in \
      is off afterwards. Who is signed in stays so.

      Examples:
        monarch user password alice@example.com
            asks for the new password
        monarch user password alice@example.com --old-clients
            and lets MSN Messenger 1.0-4.7 sign in with it
      """)

  @Argument(help: UserHandle.help, transform: UserHandle.argument)
  var email: UserHandle

  @Argument(help: PasswordOptions.help)
  var password: String?

  @OptionGroup var passwords: PasswordOptions
  @OptionGroup var data: DataOption

  func run() async throws {
    let order = try passwords.order(password, for: email)
    let isThere = try await data.administer { try await $0.setPassword(email, order) }
    guard isThere else { throw data.noSuchUser(email) }
    print("\(email) has a new password.")
    if order.oldPassword == nil { print(data.oldClientsNote(email)) }
  }
}

struct UserRemove: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Remove a user for good.",
    discussion: """
      Deletes the account with its lists, takes it off everybody's lists and ends its session. There is no way back.

      Example:
        monarch user remove alice@example.com
      """)

  @Argument(help: UserHandle.help, transform: UserHandle.argument)
  var email: UserHandle

  @OptionGroup var data: DataOption

  func run() async throws {
    let wasThere = try await data.administer { try await $0.remove(email) }
    guard wasThere else { throw data.noSuchUser(email) }
    print("Removed \(email).")
  }
}
