import ArgumentParser
import MSNP

struct UserAdmin: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "admin", abstract: "Let a user administer the service on its pages.",
    discussion: """
      Administrators see who is signed in, sign people out, ban them, reset their passwords and invite others.

      Examples:
        monarch user admin alice@example.com
        monarch user admin alice@example.com --revoke
      """)

  @Argument(help: UserHandle.help, transform: UserHandle.argument)
  var email: UserHandle

  @Flag(help: "Take it back.")
  var revoke = false

  @OptionGroup var data: DataOption

  func run() async throws {
    let isThere = try await data.administer { try await $0.setAdministrator(email, !revoke) }
    guard isThere else { throw data.noSuchUser(email) }
    print(revoke ? "\(email) does not administer the service any more." : "\(email) administers the service now.")
  }
}

struct UserBan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ban", abstract: "Keep a user out.",
    discussion: """
      Ends the user's session and conversations at once. Signing in then fails as if there were no such user. Lists, \
      profile and history stay as they are, until 'monarch user unban' lets the user in again.

      Example:
        monarch user ban mallory@example.com
      """)

  @Argument(help: UserHandle.help, transform: UserHandle.argument)
  var email: UserHandle

  @OptionGroup var data: DataOption

  func run() async throws {
    let isThere = try await data.administer { try await $0.setBanned(email, true) }
    guard isThere else { throw data.noSuchUser(email) }
    print("\(email) is banned.")
  }
}

struct UserUnban: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unban", abstract: "Let a user in again who was banned.",
    discussion: """
      Example:
        monarch user unban mallory@example.com
      """)

  @Argument(help: UserHandle.help, transform: UserHandle.argument)
  var email: UserHandle

  @OptionGroup var data: DataOption

  func run() async throws {
    let isThere = try await data.administer { try await $0.setBanned(email, false) }
    guard isThere else { throw data.noSuchUser(email) }
    print("\(email) may sign in again.")
  }
}
