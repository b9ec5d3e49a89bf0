import ArgumentParser
import MSNP

/// Tickets of the web role, each of which costs it a password check.
struct Tickets: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Have people turn their passwords into tickets, and tell what one costs the web role.",
    discussion: """
      Over HTTP as MSN Messenger 5 to 7.0 do it, a connection each. How dear the check is stands in the account: import \
      the users with MONARCH_TEST_PASSWORD_COST=lowest or without. The difference is scrypt.
      """)

  @OptionGroup var cluster: ClusterOptions

  @Option(help: "The web server's address for HTTP.")
  var web = HostPort(host: "127.0.0.41", port: 8080)

  @Option(help: "How many people there are. An account's passwords are checked one after the other.")
  var people = 40

  @Option(help: "How many tickets.")
  var count = 200

  @Option(help: "How many people ask at a time.")
  var width = 8

  func run() async throws {
    _ = try await fetch(min(people, count))
    let countsBefore = try await ClusterCounts.read(cluster)
    let before = try ClusterProcessors(cluster)
    let latencies = try await fetch(count)
    let after = try ClusterProcessors(cluster)
    let counts = try await ClusterCounts.read(cluster)
    let words =
      ["tickets", "count=\(count)"] + after.costWords(of: "web-", since: before, count: count)
      + after.databaseWords(since: before, count: count) + countsBefore.words(until: counts, per: count)
      + latencies.words("latency")
    print(words.joined(separator: " "))
  }

  /// So many tickets, everybody's turn coming again and again; how long each took.
  private func fetch(_ total: Int) async throws -> Latencies {
    let office = TicketOffice(web: web)
    return try await withThrowingTaskGroup(of: Latencies.self) { group in
      for lane in 0..<width {
        group.addTask {
          var latencies = Latencies()
          for number in stride(from: lane, to: total, by: width) {
            let began = ContinuousClock.now
            _ = try await office.ticket(for: Load.Users.handle(cluster.first + number % people))
            latencies.add(.now - began)
          }
          return latencies
        }
      }
      return try await group.reduce(into: Latencies()) { $0.add(contentsOf: $1) }
    }
  }
}
