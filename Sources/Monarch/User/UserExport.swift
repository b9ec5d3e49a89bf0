import ArgumentParser
import Foundation
import Roster

struct UserExport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write all users as JSON Lines, in the form that import reads.",
    discussion: """
      Accounts, names, profiles, contacts and block lists; groups, phone numbers, pictures and histories are not in it. Contacts become mutual when \
      they are imported. To move or back up a whole service, stop it and copy its data folder.

      Without --with-secrets there are no passwords in it, and import wants them added. With it there are: the account \
      password as a hash, the old-client password readable. Keep such a file as you keep keys.json.

      Examples:
        monarch user export > people.jsonl
        (umask 077; monarch user export --with-secrets > people.jsonl)
      """)

  @Flag(help: "Write password hashes and old-client passwords too.")
  var withSecrets = false

  @OptionGroup var data: DataOption

  private static let page = 200

  func run() async throws {
    if withSecrets {
      FileHandle.standardError.write(
        Data("Warning: this holds password hashes and readable old-client passwords: let nobody else read it.\n".utf8))
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try await data.administer { administration in
      var last: AccountID?
      repeat {
        let page = try await administration.export(after: last, limit: UserExport.page, secrets: withSecrets)
        for user in page.users {
          let line = try encoder.encode(user) + [UInt8(ascii: "\n")]
          try FileHandle.standardOutput.write(contentsOf: line)
        }
        last = page.next
      } while last != nil
    }
  }
}
