import ArgumentParser
import MSNP

struct Chat: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Chat in the terminal: see contacts, open conversations, talk.",
    discussion: """
      A small client that signs in as MSN Messenger 4 did (MSNP7, MD5), so the account needs an old-client password: \
      sample users have one, others with 'monarch user password EMAIL --old-clients'. Try it with two terminals:
        monarch chat testuser@hotmail.com --password test123
        monarch chat friend1@hotmail.com --password friend123

      Then type /chat test in the second, and something to say. /help shows all commands. Input may be a pipe: what it \
      holds is done, then the client signs out.
        printf '/chat testuser@hotmail.com\\nHello!\\n' | monarch chat friend1@hotmail.com --password friend123
      """)

  @Argument(help: UserHandle.help, transform: UserHandle.argument)
  var email: UserHandle

  @Option(
    help: ArgumentHelp("The dispatch server, or a server that plays all roles.", valueName: "host:port"),
    transform: Chat.address)
  var server = HostPort(host: "127.0.0.1", port: Chat.port)

  @Option(
    help: ArgumentHelp(
      """
      The old-client password. Without it you are asked, which keeps it out of the shell's history; from a pipe the \
      first line is taken.
      """, valueName: "password"))
  var password: String?

  private static let port = 1863

  @Sendable private static func address(_ text: String) throws -> HostPort {
    guard let address = HostPort(text) ?? HostPort("\(text):\(port)") else {
      throw ValidationError("'\(text)' is not an address like 192.168.1.20:1863.")
    }
    return address
  }

  func run() async throws {
    let password = try password ?? PasswordPrompt.password(for: email)
    var runner = ChatRunner(ChatMachine(handle: email, password: password))
    if let failure = await runner.run(at: server) { throw AdministrationFailure(failure) }
  }
}
