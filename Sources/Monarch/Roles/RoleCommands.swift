import ArgumentParser
import Cluster

/// `monarch dispatch`. Named so because a module has the shorter name.
struct DispatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dispatch", abstract: "Run a dispatch server of a cluster.",
    discussion: """
      Clients begin here: it tells each which notification server to go to, the one that is up and least busy. It \
      knows no passwords and keeps nothing, so run two behind one name.

      Example:
        export MONARCH_DATABASE=postgresql:///monarch
        monarch keys new /etc/monarch/keys
        monarch database migrate
        monarch dispatch --node ds-1 --listen 127.0.0.1 --keys /etc/monarch/keys/dispatch.keys

      It prints 'Monarch is ready.' when it serves. SIGTERM or Ctrl-C stops it, SIGHUP reopens the log. 'monarch check \
      dispatch' with the same flags says what is in the way; deploy/monarch.conf shows every setting.
      """)

  @OptionGroup var options: NodeOptions

  func run() async throws { try await NodeProgram.run(options, as: .dispatch) }
}

/// `monarch notification`.
struct NotificationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notification", abstract: "Run a notification server of a cluster.",
    discussion: """
      People sign in here and stay for as long as they are online: lists, presence and invitations are its work. Run \
      as many as there are people; each needs a name and an address of its own.

      Example:
        export MONARCH_DATABASE=postgresql:///monarch
        monarch notification --node ns-1 --listen 127.0.0.11 --keys /etc/monarch/keys/notification.keys

      SIGTERM, Ctrl-C or 'monarch drain ns-1' drain it: over --drain-seconds its people are told to sign in again, \
      which takes them to other servers, and it ends. A second signal ends it at once. SIGHUP reopens the log.
      """)

  @OptionGroup var options: NodeOptions

  func run() async throws { try await NodeProgram.run(options, as: .notification) }
}

/// `monarch switchboard`.
struct SwitchboardCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "switchboard", abstract: "Run a switchboard of a cluster.",
    discussion: """
      Conversations take place here; each is on one switchboard, and messages are never stored. Run as many as there is \
      talk; each needs a name and an address of its own.

      Example:
        export MONARCH_DATABASE=postgresql:///monarch
        monarch switchboard --node sb-1 --listen 127.0.0.21 --keys /etc/monarch/keys/switchboard.keys

      SIGTERM, Ctrl-C or 'monarch drain sb-1' drain it: no new conversations come, those there are have --drain-seconds \
      to end, and it ends. A second signal ends it at once. SIGHUP reopens the log.
      """)

  @OptionGroup var options: NodeOptions

  func run() async throws { try await NodeProgram.run(options, as: .switchboard) }
}

/// `monarch web`.
struct WebCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "web", abstract: "Run a web server of a cluster.",
    discussion: """
      MSN Messenger 5 and later, Windows Messenger 4.7 and MSN Explorer sign in here before they come to a notification \
      server: they send the password over HTTP and get a ticket. Tabs, advertisements and pages that they ask for are \
      answered here too, and clients behind a proxy have MSNP carried over HTTP. It keeps nothing but those connections, \
      so run two behind one name.

      Example:
        export MONARCH_DATABASE=postgresql:///monarch
        monarch web --node web-1 --listen 0.0.0.0:80,0.0.0.0:8080 --advertise 192.0.2.10 --keys /etc/monarch/keys/web.keys

      Ports under 1024 need root or the capability CAP_NET_BIND_SERVICE. Clients that cannot be told another scheme come \
      by HTTPS, to --listen-tls or, from Windows XP and before, to --listen-old-tls.

      SIGTERM, Ctrl-C or 'monarch drain web-1' end it when the requests under way are answered and clients that are \
      carried have been told, which takes --drain-seconds at most. SIGHUP reopens the log and reads the certificates \
      again. 'monarch certificates' makes them.
      """)

  @OptionGroup var options: NodeOptions

  func run() async throws { try await NodeProgram.run(options, as: .web) }
}
