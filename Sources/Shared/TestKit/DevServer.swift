import Credentials
import Foundation
import Glibc
import MSNP

/// The real program: `monarch dev` on a data folder and ports of its own.
///
/// Dispatch listens on 127.0.0.1, notification on 127.0.0.2, the switchboard on 127.0.0.3; with a public host all
/// three are 127.0.0.1. For use on one thread (see ``onThread(_:)``); gone with its folder when the last reference goes.
public final class DevServer {
  public struct Options: Sendable {
    /// All roles on one listener, under this name.
    public var publicHost: String?
    /// A fixed port; nil picks a free one.
    public var port: Int?
    /// Whether HTTP is served too.
    public var isWebServed: Bool
    /// Whether it logs every connection and command.
    public var isVerbose: Bool
    /// Set over the tests' own environment.
    public var environment: [String: String]
    /// Whether HTTPS is served too, with certificates that the program makes.
    public var servesTLS: Bool

    public init(
      publicHost: String? = nil, port: Int? = nil, isWebServed: Bool = true, isVerbose: Bool = false,
      environment: [String: String] = [:], servesTLS: Bool = false
    ) {
      self.servesTLS = servesTLS
      self.publicHost = publicHost
      self.port = port
      self.isWebServed = isWebServed
      self.isVerbose = isVerbose
      self.environment = environment
    }
  }

  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  public let directory: String
  private let fixture: Fixture
  public private(set) var port = 0
  /// The port of its web server.
  public private(set) var webPort = 0
  /// The ports of HTTPS; 0 unless ``Options/servesTLS``.
  public private(set) var webTLSPort = 0
  public private(set) var webOldTLSPort = 0
  private let options: Options
  private var process: ChildProcess?

  /// Starts a server on a fresh copy of a prepared data folder, and waits until it is ready.
  public init(_ fixture: Fixture, _ options: Options = Options()) throws {
    self.options = options
    self.fixture = fixture
    directory = FileManager.default.temporaryDirectory.path + "/monarch-play-\(UUID().uuidString)"
    try FileManager.default.copyItem(atPath: fixture.directory, toPath: directory)
    try start()
  }

  deinit {
    process = nil
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// Starts the program on the folder; after ``stop()`` or ``killAtOnce()``.
  public func start() throws {
    let executable = try MonarchProgram.path()
    for attempt in 1... {
      if port == 0 || attempt > 1 { port = options.port ?? FreePort.pick() }
      if webPort == 0 || attempt > 1 { webPort = FreePort.pick() }
      if options.servesTLS, webTLSPort == 0 || attempt > 1 {
        (webTLSPort, webOldTLSPort) = (FreePort.pick(), FreePort.pick())
      }
      let child = try ChildProcess(executable, arguments, environment: environment, errors: directory + "/stderr")
      if let trouble = waitUntilReady(child) {
        guard options.port == nil, attempt < 5 else { throw Failure(description: trouble) }
      } else {
        process = child
        return
      }
    }
  }

  private var arguments: [String] {
    [
      "dev", "--data", directory, "--port", String(port), "--web-port", options.isWebServed ? String(webPort) : "0",
      "--web-tls-port", String(webTLSPort), "--web-old-tls-port", String(webOldTLSPort), "--no-sample-users",
    ]
      + (options.publicHost.map { ["--public-host", $0] } ?? []) + (options.isVerbose ? ["--verbose"] : [])
  }

  private var environment: [String: String] {
    ["MONARCH_TEST_PASSWORD_COST": "lowest"].merging(options.environment) { $1 }
  }

  /// Reads the banner up to the line that says so; answers with the trouble if that never comes.
  private func waitUntilReady(_ child: ChildProcess) -> String? {
    let deadline = ContinuousClock.now + .seconds(30)
    var banner: [String] = []
    while let line = child.nextOutputLine(until: deadline) {
      if line == "Monarch is ready." { return nil }
      banner.append(line)
    }
    let errors = self.errors()
    return
      "monarch dev never said 'Monarch is ready.' on port \(port)\n\(banner.joined(separator: "\n"))\n\(errors)\n\(log())"
  }

  /// Asks the program to stop (SIGTERM) and waits; answers with how it ended.
  @discardableResult
  public func stop() throws -> ChildProcess.Ending {
    askToStop()
    return try waitForEnding()
  }

  public func askToStop() { process?.signal(SIGTERM) }

  public func waitForEnding() throws -> ChildProcess.Ending {
    guard let process else { throw Failure(description: "the server does not run") }
    defer { self.process = nil }
    return try process.waitForEnding()
  }

  /// Ends the program without warning (SIGKILL), and waits until it is gone.
  public func killAtOnce() throws {
    process?.signal(SIGKILL)
    _ = try waitForEnding()
  }

  /// The process number, for looking at its memory; 0 while it does not run.
  public var processIdentifier: pid_t { process?.identifier ?? 0 }

  public var dispatch: HostPort { HostPort(host: "127.0.0.1", port: port) }
  public var notification: HostPort {
    HostPort(host: options.publicHost == nil ? "127.0.0.2" : "127.0.0.1", port: port)
  }
  public var web: HostPort { HostPort(host: "127.0.0.1", port: webPort) }
  public var switchboard: HostPort { HostPort(host: options.publicHost == nil ? "127.0.0.3" : "127.0.0.1", port: port) }

  /// A good ticket is got from its web server for the password, like a client's; others are made with the key of its data
  /// folder, and so are all when no HTTP is served.
  public func ticket(_ wish: TicketWish, for handle: String, policy: String) throws -> String {
    if wish == .good, options.isWebServed { return try PassportSignIn.ticket(for: handle, policy: policy, at: web) }
    guard let account = fixture.accounts[handle], let handle = UserHandle(handle) else {
      throw Failure(description: "nobody has the handle \(handle)")
    }
    let key = try KeyFile.openOrCreate(path: directory + "/keys.json").webTickets
    return TicketForge(key: key).ticket(wish, for: handle, account: account)
  }

  /// The end of the server's log.
  public func log(lines: Int = 15) -> String { LogTail.of(directory + "/monarch.log", lines: lines) }

  /// What the program wrote on standard error, where Swift's run time tells why it stopped.
  public func errors(lines: Int = 15) -> String { LogTail.of(directory + "/stderr", lines: lines) }
}
