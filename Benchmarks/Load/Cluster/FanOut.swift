import ArgumentParser
import MSNP
import NIOCore
import NIOPosix

/// What it costs to tell many people of one's status, on another node and on the own.
struct FanOut: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fan-out",
    abstract: "Have one person change status before many watchers on another node, then on the same.",
    discussion: """
      Everybody watches on --watchers; who changes is on --subjects first (`far`), then there too (`near`). The next change \
      comes some milliseconds after all have seen the one before. Users come from `monarch-load users --star`, the first \
      being the one who changes. One line each. With --floor the server of both is monarch-floor, which is given as --node \
      floor=PID@127.0.0.1:1 (`floor`).
      """)

  @OptionGroup var cluster: ClusterOptions

  @Flag(help: "The server is monarch-floor.")
  var floor = false

  @Option(help: "How many watch.")
  var people = 400

  @Option(help: "How many changes. One session may change 120 times at once, then 4 times a second.")
  var count = 100

  func run() async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let handles = (1...people).map { Load.Users.handle(cluster.first + $0) }
    let crowd = try await LoadClient.signIn(handles, on: cluster.watchers, loop)
    let board = WatchBoard(watchers: people)
    for client in crowd { try await board.watch(client) }
    let places = floor ? [("floor", cluster.watchers)] : [("far", cluster.subjects), ("near", cluster.watchers)]
    for (name, server) in places {
      let subject = try await LoadClient.signIn([Load.Users.handle(cluster.first)], on: server, loop)[0]
      print(([name, "fan-out"] + (try await measured(subject, board))).joined(separator: " "))
      subject.close()
      // What everybody is told of that has come.
      try await Task.sleep(for: .seconds(2))
    }
    for client in crowd { client.close() }
  }

  private func measured(_ subject: LoadClient, _ board: WatchBoard) async throws -> [String] {
    // What signing in has left behind has come.
    try await Task.sleep(for: .seconds(1))
    for number in 0..<10 { _ = await board.change(number, by: subject) }
    var latencies = Latencies()
    let before = try ClusterProcessors(cluster)
    for number in 0..<count {
      for latency in await board.change(number, by: subject) { latencies.add(latency) }
      // Not in step with anything that the servers do every few milliseconds.
      try await Task.sleep(for: .microseconds(Int64.random(in: 5_000...15_000)))
    }
    let after = try ClusterProcessors(cluster)
    let deliveries = count * people
    return ["count=\(count)", "watchers=\(people)"]
      + after.costWords(of: floor ? "floor" : "ns-", since: before, count: deliveries)
      + after.words(
        since: before, per: Double(deliveries) / 1_000, "us-each", of: ["ns-", ClusterProcessors.database])
      + latencies.words("latency")
  }
}
