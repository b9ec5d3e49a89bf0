import ArgumentParser
import MSNP
import NIOCore
import NIOPosix

/// What it costs to tell many people of one's status, at Monarch or at the floor.
struct Changes: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Have one person change status before many watchers, and tell what a delivery costs the server.",
    discussion: """
      User 0 changes as soon as every watcher has seen the change before, users 1 to --watchers watch. Users come from \
      `monarch-load users --star`.
      """)

  @OptionGroup var options: ServerOptions

  @OptionGroup var dialect: DialectOptions

  @Option(help: "How many watch.")
  var watchers = 400

  @Option(help: "How many changes. One session may change 120 times at once, then 4 times a second.")
  var count = 100

  func run() async throws {
    guard let address = HostPort(options.server) else { throw LoadFailure("no address: \(options.server)") }
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let entrance = try await dialect.entrance(for: 0..<watchers + 1)
    let crowd = try await LoadClient.signIn((1...watchers).map(Load.Users.handle), on: address, loop, by: entrance)
    let subject = try await LoadClient.signIn([Load.Users.handle(0)], on: address, loop, by: entrance)[0]
    let board = WatchBoard(watchers: watchers)
    for client in crowd { try await board.watch(client) }
    // What signing in has left behind has come.
    try await Task.sleep(for: .seconds(1))
    for number in 0..<10 { _ = await board.change(number, by: subject) }
    let meter = try LoadMeter(options.pid)
    var latencies = Latencies()
    for number in 0..<count {
      for latency in await board.change(number, by: subject) { latencies.add(latency) }
    }
    let reading = try meter.read()
    print(
      (["changes", "count=\(count)", "watchers=\(watchers)"] + reading.words(per: count * watchers)
        + latencies.words("latency")).joined(separator: " "))
    for client in crowd + [subject] { client.close() }
  }
}
