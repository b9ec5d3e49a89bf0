import ArgumentParser
import MSNP
import NIOCore
import NIOPosix

/// What a whole sign-in costs, at Monarch or at the floor.
struct Entries: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Sign people in on a notification server, fifty at a time, and tell what one of them costs it.",
    discussion: """
      From the connection to the answered challenge behind the first CHG, with lists and presence. Their connections are \
      closed then.

      With --online some of their contacts are there before them: each sign-in shows them to the person and the person \
      to them. Users come from `monarch-load users --shared`.
      """)

  @OptionGroup var options: ServerOptions

  @OptionGroup var dialect: DialectOptions

  @OptionGroup var company: CompanyOptions

  @Option(help: "How many sign in.")
  var sessions = 1_500

  @Option(help: "The number of the first user; 50 before it sign in first.")
  var first = 50

  func run() async throws {
    guard let address = HostPort(options.server) else { throw LoadFailure("no address: \(options.server)") }
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    func handles(_ users: Range<Int>) -> [String] { users.map(Load.Users.handle) }
    let company = try await company.signIn(on: address, dialect)
    let entrance = try await dialect.entrance(for: first - 50..<first + sessions)
    let warm = try await LoadClient.signIn(handles(first - 50..<first), on: address, loop, by: entrance)
    let meter = try LoadMeter(options.pid)
    let people = try await LoadClient.signIn(handles(first..<first + sessions), on: address, loop, by: entrance)
    let reading = try meter.read()
    print(
      (["entries", "count=\(sessions)", "per-second=\((Double(sessions) / reading.elapsed).rounded1)"]
        + reading.words(per: sessions)
        + ["KiB-each=\((Double(reading.bytes) / 1_024 / Double(sessions)).rounded3)"]).joined(separator: " "))
    for client in company + warm + people { client.close() }
  }
}
