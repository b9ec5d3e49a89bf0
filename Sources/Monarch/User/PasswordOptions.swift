import ArgumentParser
import Credentials
import Foundation
import MSNP

/// The options of commands that set passwords.
struct PasswordOptions: ParsableArguments {
  @Flag(
    help: """
      Let MSN Messenger 1.0-4.7 sign in with this password too. Such sign-in (MD5) needs the password kept readable, \
      sealed with the service's key, and is off unless asked for.
      """)
  var oldClients = false

  @Option(
    help: ArgumentHelp(
      "A password of its own for MSN Messenger 1.0-4.7, so that the account password is kept as a hash only.",
      valueName: "password"))
  var oldPassword: String?

  /// Checks and hashes the password, asking for it if it was not given.
  func order(_ given: String?, for handle: UserHandle) throws -> PasswordOrder {
    let password = try given ?? PasswordPrompt.newPassword(for: handle)
    try PasswordRule.check(password)
    if let oldPassword {
      do throws(PasswordRefusal) {
        try PasswordRule.check(oldPassword)
      } catch { throw AdministrationFailure("--old-password: \(error)") }
    }
    let hash = try PasswordHash.make(password, cost: .chosen(by: ProcessInfo.processInfo.environment))
    return PasswordOrder(hash: hash.text, oldPassword: oldPassword ?? (oldClients ? password : nil))
  }
}

extension PasswordOptions {
  static let help = ArgumentHelp(
    """
    The password, 1 to 16 characters: Messenger clients cut longer ones. Without it you are asked, which keeps it out \
    of the shell's history; from a pipe the first line is taken.
    """, valueName: "password")
}
