import ArgumentParser
import MSNP

/// Runs one fixed piece of work inside this process, for a tool that counts instructions. Benchmarks/count.sh compares
/// the counts with those that are recorded.
///
/// Nothing here reads a clock, a socket or a random number that changes the path taken: the same binary does the same
/// work every time.
@main
struct Count: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "monarch-count", abstract: "Do a fixed piece of a server's work, to be counted.",
    discussion: """
      Each work is done once to warm up what is made only once, and then as often as --rounds says. The difference of the \
      counts of two numbers of rounds is what the rounds cost, and nothing of the program's start.

      Example:
        valgrind --tool=callgrind monarch-count relay-2 --rounds 2
      """)

  @Argument(help: "Which work: \(Workload.allCases.map(\.rawValue).joined(separator: ", ")).")
  var workload: Workload

  @Option(help: "How often it is done.")
  var rounds = 1

  func run() throws {
    let work = try workload.prepared()
    work()
    for _ in 0..<rounds { work() }
  }
}

/// What is counted.
enum Workload: String, CaseIterable, ExpressibleByArgument {
  case decoder
  case reading
  case signIn7 = "sign-in-7"
  case signIn12 = "sign-in-12"
  case fanOut = "fan-out"
  case relay2 = "relay-2"
  case relay20 = "relay-20"

  /// The work with everything in place that it needs.
  func prepared() throws -> () -> Void {
    switch self {
    case .decoder: Decoding.prepared()
    case .reading: Reading.prepared()
    case .signIn7: try SigningIn.prepared(.msnp7)
    case .signIn12: try SigningIn.prepared(.msnp12)
    case .fanOut: try FanningOut.prepared(watchers: 400)
    case .relay2: try Relaying.prepared(people: 2)
    case .relay20: try Relaying.prepared(people: 20)
    }
  }
}

/// The work cannot be prepared: the program is wrong.
struct CountFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
