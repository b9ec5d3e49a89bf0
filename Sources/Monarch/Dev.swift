import ArgumentParser
import Foundation
import MSNP

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

  @Flag(
    inversion: .prefixedNo,
    help: """
      Make three users to try the service with. Their passwords are public: the default is yes on loopback, no with \
      --public-host.
      """)
  var sampleUsers: Bool?

  @Flag(help: "Log every connection and command, not just what went wrong.")
  var verbose = false

  func validate() throws {
    guard (1...65535).contains(port) else {
      throw ValidationError("--port \(port): a port is a number from 1 to 65535.")
    }
    guard (0...65535).contains(webPort) else {
      throw ValidationError("--web-port \(webPort): a port is a number from 1 to 65535, and 0 is none.")
    }
    guard webPort != port || publicHost == nil else {
      throw ValidationError("--web-port \(webPort): that is --port already; give another one.")
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
        makesSampleUsers: wantsSamples,
        isVerbose: verbose, testing: TestSettings(ProcessInfo.processInfo.environment)))
    print(Banner(service: service, showsSampleUsers: wantsSamples).text)
    print("Monarch is ready.")
    fflush(nil)
    await signals.first()
    print("\nStopping: telling \(service.signedInCount) signed-in clients that the server goes down.")
    await service.stop()
  }
}
