import ArgumentParser
import MSNP
import NIOCore
import NIOPosix

/// What sign-ins and changes of status cost while many others are online.
struct Among: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Sign people in and have them change status among many others, and tell what that costs the server.",
    discussion: """
      First the others sign in, and do nothing from then on. Then people come who do not know them but each other: \
      users 50 and on, after 50 who are not counted. When all are there, each changes status --rounds times, fifty of \
      them at a time, and the next fifty when every contact has seen it. The others only make the server fuller: what \
      the figures rise by is what that costs.

      Users come from `monarch-load users --count 1050 --contacts 50` and `monarch-load users --first 1050 --contacts 2`: \
      as many must be in the circle as sign in.
      """)

  @OptionGroup var options: ServerOptions

  @OptionGroup var dialect: DialectOptions

  @Option(help: "How many others are online. They sign in with MSNP7.")
  var others = 5_000

  @Option(help: "How many sign in and are counted.")
  var sessions = 1_000

  @Option(help: "How many contacts each has: all of them are online at the end.")
  var contacts = 50

  @Option(help: "How often each changes status. One session may change 120 times at once, then 4 times a second.")
  var rounds = 8

  private static let batch = 50

  func run() async throws {
    guard let address = HostPort(options.server) else { throw LoadFailure("no address: \(options.server)") }
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    func handles(_ users: Range<Int>) -> [String] { users.map(Load.Users.handle) }
    let all = Self.batch + sessions
    let crowd = try await LoadClient.signIn(handles(all..<all + others), on: address, loop)
    let entrance = try await dialect.entrance(for: 0..<all)
    let warm = try await LoadClient.signIn(handles(0..<Self.batch), on: address, loop, by: entrance)
    // What the others' coming has left behind is done.
    try await Task.sleep(for: .seconds(1))
    let meter = try LoadMeter(options.pid)
    let people = try await LoadClient.signIn(handles(Self.batch..<all), on: address, loop, by: entrance)
    let entering = try meter.read()
    let changing = try await change(warm + people)
    print(
      ([
        "among", "others=\(others)", "sign-in-us=\((entering.processor * 1e6 / Double(sessions)).rounded1)",
        "sign-ins-per-cpu-second=\((Double(sessions) / entering.processor).rounded1)",
        "sign-in-server-busy=\(entering.serverBusy.rounded3)", "sign-in-load-busy=\(entering.loadBusy.rounded3)",
        "delivery-us=\((changing.processor * 1e6 / Double(all * rounds * contacts)).rounded3)",
        "change-us=\((changing.processor * 1e6 / Double(all * rounds)).rounded1)",
        "resident-MiB=\((Double(changing.residentBytes) / 1_048_576).rounded1)",
      ] + changing.busy).joined(separator: " "))
    for client in crowd + warm + people { client.close() }
  }

  /// Has everybody change status, a batch at a time.
  private func change(_ people: [LoadClient]) async throws -> LoadMeter.Reading {
    let board = WatchBoard(watchers: contacts)
    for client in people { try await board.watch(client) }
    try await Task.sleep(for: .seconds(1))
    let meter = try LoadMeter(options.pid)
    for round in 0..<rounds {
      for start in stride(from: 0, to: people.count, by: Self.batch) {
        let part = people[start..<min(start + Self.batch, people.count)]
        let seen = board.expect(part.count * contacts)
        for person in part { person.change(10 + round, to: round % 2 == 0 ? "BSY" : "NLN") }
        _ = await seen.value
      }
    }
    return try meter.read()
  }
}
