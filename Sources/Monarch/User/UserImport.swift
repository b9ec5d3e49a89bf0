import ArgumentParser
import Credentials
import Foundation

struct UserImport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Add users from a file of JSON Lines.",
    discussion: """
      One object a line, blank lines aside:
        {"email": "alice@example.com", "password": "secret", "name": "Alice", "contacts": ["bob@example.com"]}

      email         the address, which is all that must be there besides a password
      password      1 to 16 characters; or passwordHash, as export writes it
      name          the name others see; the address if it is left out
      contacts      addresses; they and the user become contacts of each other. They may come later in the file
      blocked       addresses that may not see the user
      oldClients    true: MSN Messenger 1.0-4.7 may sign in with the password too
      oldPassword   a password of its own for them
      admin         true: the user administers the service
      banned        true: the user may not sign in
      profile       as export writes it

      Users who exist already are left as they are. A line that is wrong is named, and the others are imported. Hashing \
      a password takes 30 ms of a core, so that 10,000 users take some minutes.

      Examples:
        monarch user import people.jsonl
        make-list | monarch user import -
      """)

  @Argument(help: "The file; - for standard input.")
  var file: String

  @Flag(help: "Make the contacts of users who exist already too, as after an import that was broken off.")
  var resume = false

  @OptionGroup var data: DataOption

  func run() async throws {
    var lines = try TextLines(path: file)
    let progress = ImportProgress(size: lines.size)
    let tally = try await data.administer(creating: true) { administration in
      var run = ImportRun(
        administration, cost: .chosen(by: ProcessInfo.processInfo.environment), resumes: resume, progress: progress)
      return try await run.take(&lines)
    }
    progress.end()
    print(tally.summary)
    if tally.withoutOldPassword > 0 {
      print("\(tally.withoutOldPassword.grouped) of them may not sign in with MSN Messenger 1.0-4.7 (oldClients).")
    }
    if tally.failed > 0 { throw ExitCode.failure }
  }
}
