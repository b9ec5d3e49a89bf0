import ArgumentParser
import MSNP

struct Chat: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Chat in the terminal: see contacts, open conversations, talk.",
    discussion: """
      A small client that signs in as MSN Messenger 4 did (MSNP7, MD5) unless --dialect says otherwise. Up to MSNP7 the \
      account needs an old-client password: sample users have one, others with 'monarch user password EMAIL \
      --old-clients'. From MSNP8 the web role gives a ticket for the account's own password. Try it with two terminals:
        monarch chat testuser@hotmail.com --password test123
        monarch chat friend1@hotmail.com --password friend123 --dialect 12

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
      The dialect to speak: 2 to 7 sign in with the old-client password, 8 to 12 with the account's own; 11 and 12 have \
      personal messages.
      """, valueName: "number"), transform: Chat.dialect)
  var dialect = Dialect.msnp7

  @Option(
    help: ArgumentHelp(
      "The web role, for tickets from MSNP8 on. (default: http://HOST:8080, HOST being that of --server)",
      valueName: "url"), transform: Chat.web)
  var web: HostPort?

  @Option(
    help: ArgumentHelp(
      """
      The password: up to MSNP7 the old-client password. Without it you are asked, which keeps it out of the shell's history; from a pipe the \
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

  @Sendable private static func dialect(_ text: String) throws -> Dialect {
    guard let dialect = UInt8(text).flatMap(Dialect.init), Dialect.spoken.contains(dialect) else {
      throw ValidationError("'\(text)' is not a dialect from 2 to 12.")
    }
    return dialect
  }

  /// `http://192.168.1.20:8080`, the port 80 unless one is given.
  @Sendable private static func web(_ text: String) throws -> HostPort {
    var rest = text[...]
    if rest.hasPrefix("http://") { rest = rest.dropFirst(7) }
    if rest.last == "/" { rest.removeLast() }
    guard !rest.contains("/"), let address = HostPort(String(rest)) ?? HostPort("\(rest):80") else {
      throw ValidationError("'\(text)' is not an address like http://192.168.1.20:8080. This client speaks no HTTPS.")
    }
    return address
  }

  func run() async throws {
    let password = try password ?? PasswordPrompt.password(for: email)
    let web = web ?? HostPort(host: server.host, port: 8080)
    var runner = ChatRunner(ChatMachine(handle: email, password: password, dialect: dialect), web: web)
    if let failure = await runner.run(at: server) { throw AdministrationFailure(failure) }
  }
}
