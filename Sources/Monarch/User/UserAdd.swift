import ArgumentParser
import MSNP

struct UserAdd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Add a user.",
    discussion: """
      Examples:
        monarch user add alice@example.com
            asks for the password
        monarch user add alice@example.com secret "Alice Liddell" --old-clients
            for MSN Messenger 1.0-4.7 and 'monarch chat' as well
        monarch user add alice@example.com secret --old-password other1
            the same with a password of its own for them
        monarch user add alice@example.com --admin
            somebody who administers the service on its pages
      """)

  @Argument(help: UserHandle.help, transform: UserHandle.argument)
  var email: UserHandle

  @Argument(help: PasswordOptions.help)
  var password: String?

  @Argument(help: "The name others see; the address if none is given. Users change it themselves.")
  var name: String?

  @Flag(help: "Let the user administer the service on its pages.")
  var admin = false

  @OptionGroup var passwords: PasswordOptions
  @OptionGroup var data: DataOption

  func run() async throws {
    if let name { _ = try FriendlyName.checked(name) }
    let order = AccountOrder(
      handle: email, name: name, password: try passwords.order(password, for: email), isAdministrator: admin)
    let made = try await data.administer(creating: true) { try await $0.add([order]) }
    guard !made.isEmpty else {
      throw AdministrationFailure(
        "there is a user \(email) already: '\(data.command("user password \(email)"))' changes the password")
    }
    print(admin ? "Added \(email), who administers the service." : "Added \(email).")
    if order.password.oldPassword == nil { print(data.oldClientsNote(email)) }
  }
}
