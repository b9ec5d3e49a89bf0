import ArgumentParser
import MSNP

/// What an operator does to accounts.
struct User: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Add, look at, change, remove, import and export users.",
    discussion: """
      All of these work on the data folder of a service, whether it runs or not, or with --database on a cluster. What \
      runs is told: a removed or banned user is put out and a new name is seen at once.

      Examples:
        monarch user add alice@example.com
        monarch user add bob@example.com --old-clients
        monarch user list
        monarch user import people.jsonl --data /var/lib/monarch
        monarch user list --database postgresql:///monarch --keys /etc/monarch/keys/operator.keys
      """,
    subcommands: [
      UserAdd.self, UserList.self, UserShow.self, UserRename.self, UserPassword.self, UserRemove.self,
      UserAdmin.self, UserBan.self, UserUnban.self, UserImport.self, UserExport.self, UserSample.self,
    ])
}

/// Where the users are, which all commands about them have: in a data folder, or in a cluster's database.
struct DataOption: ParsableArguments {
  @Option(help: ArgumentHelp("The service's data folder.", valueName: "dir"))
  var data = DataFolder.defaultPath

  @OptionGroup var database: DatabaseOptions

  @Option(
    help: ArgumentHelp(
      """
      With --database: the operator's file of keys, operator.keys of 'monarch keys new'; the environment's \
      MONARCH_KEYS if not given.
      """, valueName: "file"))
  var keys: String?

  var folder: DataFolder { DataFolder(path: data) }

  /// A command on this folder, for texts that tell what to do next.
  func command(_ words: String) -> String {
    if database.url != nil { return "monarch \(words) --database ... --keys ..." }
    return data == DataFolder.defaultPath ? "monarch \(words)" : "monarch \(words) --data \(data)"
  }

  func noSuchUser(_ handle: UserHandle) -> AdministrationFailure {
    AdministrationFailure("there is no user \(handle): '\(command("user list"))' shows those there are")
  }

  /// What to tell of an account without old-client password.
  func oldClientsNote(_ handle: UserHandle) -> String {
    """
    Note: \(handle) has no old-client password, so MD5 sign-in (MSN Messenger 1.0-4.7, 'monarch chat') is off for it.
          To turn it on: \(command("user password \(handle) --old-clients"))
    """
  }
}

extension UserHandle {
  /// Reads a command-line argument.
  static let help = ArgumentHelp("The address the user signs in with, such as alice@example.com.", valueName: "email")

  @Sendable static func argument(_ text: String) throws -> UserHandle {
    guard let handle = UserHandle(text) else {
      throw ValidationError("'\(text)' is not an address like alice@example.com.")
    }
    return handle
  }
}
