import ArgumentParser

/// Whole sign-ins, through the dispatch server.
struct SignIns: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sign-ins",
    abstract: "Sign people in, fifty at a time, and tell what one of them costs a cluster's processes.",
    discussion: """
      From the dispatch server to the answered challenge behind the first CHG, with the lists. Users come from \
      `monarch-load users`; they sign in one after the other in the circle of contacts, so that on average half of a \
      person's are online.
      """)

  @OptionGroup var cluster: ClusterOptions

  @OptionGroup var dialect: DialectOptions

  @Option(help: "The dispatch server's address.")
  var server = "127.0.0.1:1863"

  @Option(help: "How many sign in.")
  var sessions = 1_500

  func run() async throws {
    // The first ones pay for what every later one shares.
    let first = cluster.first
    let entrance = try await dialect.entrance(for: first..<first + 100 + sessions)
    let warm = try await LoadClient.signIn(first..<first + 100, at: server, by: entrance)
    let countsBefore = try await ClusterCounts.read(cluster)
    let before = try ClusterProcessors(cluster)
    let people = try await LoadClient.signIn(first + 100..<first + 100 + sessions, at: server, by: entrance)
    let after = try ClusterProcessors(cluster)
    let counts = try await ClusterCounts.read(cluster)
    let count = Double(sessions)
    let words =
      ["count=\(sessions)", "per-second=\((count / after.elapsed(since: before)).rounded1)"]
      + after.words(since: before, per: count / 1_000, "ms-per-1000")
      + countsBefore.words(until: counts, per: sessions) + [after.loadWord(since: before)]
    print((["sign-ins"] + words).joined(separator: " "))
    for client in warm + people { client.close() }
  }
}
