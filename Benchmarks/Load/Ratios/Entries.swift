import ArgumentParser
import MSNP
import NIOCore
import NIOPosix

/// What a whole sign-in costs, at Monarch or at the floor.
struct Entries: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Sign people in on a notification server, fifty at a time, and tell what one of them costs it.",
    discussion:
      "From the connection to the answer to the first CHG, with MD5 and MSNP5. Their connections are closed then.")

  @OptionGroup var options: ServerOptions

  @Option(help: "How many sign in.")
  var sessions = 1_500

  @Option(help: "The number of the first user; 50 before it sign in first.")
  var first = 50

  func run() async throws {
    guard let address = HostPort(options.server) else { throw LoadFailure("no address: \(options.server)") }
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    func handles(_ users: Range<Int>) -> [String] { users.map(Load.Users.handle) }
    let warm = try await LoadClient.signIn(handles(first - 50..<first), on: address, loop)
    let before = try ServerProcess(options.pid)
    let clock = ContinuousClock()
    var people: [LoadClient] = []
    let elapsed = try await clock.measure {
      people = try await LoadClient.signIn(handles(first..<first + sessions), on: address, loop)
    }
    let after = try ServerProcess(options.pid)
    let processor = after.processorSeconds - before.processorSeconds
    print(
      "entries count=\(sessions) per-second=\((Double(sessions) / elapsed.inSeconds).rounded1)"
        + " per-cpu-second=\((Double(sessions) / processor).rounded1)"
        + " us-each=\((processor * 1e6 / Double(sessions)).rounded1)"
        + " server-busy=\((processor / elapsed.inSeconds).rounded3)"
        + " KiB-each=\((Double(after.residentBytes - before.residentBytes) / 1_024 / Double(sessions)).rounded3)")
    for client in warm + people { client.close() }
  }
}
