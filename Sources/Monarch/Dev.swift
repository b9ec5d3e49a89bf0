import ArgumentParser
import Foundation
import MSNP
import WebServices

/// The whole service in one process.
struct Dev: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the whole service in one process.",
    discussion: """
      Dispatch server, notification server, switchboard and web server, on SQLite in a folder of your choice.

      For yourself on this machine, each role on an address of its own as in the real service, with sample users:
        monarch dev

      For other machines on your network; all roles but the web server share one port, and there are no users until \
      you add some:
        monarch dev --public-host 192.168.1.20
        monarch user add alice@example.com

      Stop it with Ctrl-C: clients are told that the server goes down, and come back by themselves.
      """)

  @Option(help: ArgumentHelp("The folder for database, keys and log; made if it is not there.", valueName: "dir"))
  var data = DataFolder.defaultPath

  @Option(
    help: ArgumentHelp(
      "The address or name by which clients on other machines reach this one. Without it only this machine does.",
      valueName: "host"))
  var publicHost: String?

  @Option(help: "The TCP port. Clients before MSN Messenger 7 can be told another one; later ones insist on 1863.")
  var port = 1863

  @Option(
    help: """
      The TCP port for HTTP: Passport for MSN Messenger 5 and later, sign-in for MSN Explorer, configuration. 0 is none.
      """)
  var webPort = 8080

  @Option(
    help: """
      The TCP port for HTTPS, for today's clients; 0 is none. The certificate and the root that vouches for it are made \
      at the first start, in the folder 'certificates' of --data: see 'monarch certificates --help'.
      """)
  var webTlsPort = 8443

  @Option(
    help: """
      The TCP port for HTTPS with what clients on Windows 9x to XP know of TLS. Those ask at 443, which needs root or the \
      capability CAP_NET_BIND_SERVICE; 0, the default, is none.
      """)
  var webOldTlsPort = 0

  @Flag(
    inversion: .prefixedNo,
    help: """
      Make three users to try the service with. Their passwords are public: the default is yes on loopback, no with \
      --public-host.
      """)
  var sampleUsers: Bool?

  @Option(
    help: "Who may make an account on the web pages: closed (nobody), invitation (see 'monarch invite'), or open.")
  var registration = Registration.invitation

  @Option(
    help: """
      How many days messages are kept for people who have switched their message history on; 0 keeps none and does not \
      offer it.
      """)
  var historyDays = 90

  @Flag(help: "Log every connection and command, not just what went wrong.")
  var verbose = false

  func validate() throws {
    guard (1...65535).contains(port) else {
      throw ValidationError("--port \(port): a port is a number from 1 to 65535.")
    }
    guard (0...36_500).contains(historyDays) else {
      throw ValidationError("--history-days \(historyDays): give a number of days from 0 to 36500.")
    }
    var taken = publicHost == nil ? [] : [("--port", port)]
    for (flag, port) in [
      ("--web-port", webPort), ("--web-tls-port", webTlsPort), ("--web-old-tls-port", webOldTlsPort),
    ] where port != 0 {
      guard (1...65535).contains(port) else {
        throw ValidationError("\(flag) \(port): a port is a number from 1 to 65535, and 0 is none.")
      }
      if let (other, _) = taken.first(where: { $0.1 == port }) {
        throw ValidationError("\(flag) \(port): that is \(other) already; give another one.")
      }
      taken.append((flag, port))
    }
    guard let host = publicHost else { return }
    guard HostPort("\(host):\(port)") != nil else {
      throw ValidationError("--public-host \(host): give an IPv4 address or a host name, without port.")
    }
  }

  func run() async throws {
    let signals = StopSignals()
    let wantsSamples = sampleUsers ?? (publicHost == nil)
    let service = try await AllInOne.start(
      AllInOne.Configuration(
        folder: DataFolder(path: data), publicHost: publicHost, port: port, webPort: webPort == 0 ? nil : webPort,
        webTLSPorts: [TLSAge.modern: webTlsPort, .old: webOldTlsPort].filter { $0.value != 0 },
        makesSampleUsers: wantsSamples, registration: registration, historyDays: historyDays, isVerbose: verbose,
        testing: TestSettings(ProcessInfo.processInfo.environment)))
    print(Banner(service: service, showsSampleUsers: wantsSamples).text)
    print("Monarch is ready.")
    fflush(nil)
    await signals.first()
    print("\nStopping: telling \(service.signedInCount) signed-in clients that the server goes down.")
    await service.stop()
  }
}

extension Registration: ExpressibleByArgument {}
