import ArgumentParser
import Foundation
import MSNP
import NIOCore
import NIOPosix

/// Whole sign-ins of people of whose 50 contacts ten are online.
struct Arrivals: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Sign people in of whose 50 contacts ten are online, and tell what one of them costs.",
    discussion: """
      On the notification server --subjects, fifty at a time, from the connection to the answered challenge behind the \
      first CHG. Users come from `monarch-load town`. With --score what the server answers to one of them is written down \
      before, for monarch-floor to play: start that with --told 10, and give it as --node floor=PID@127.0.0.1:1.
      """)

  @OptionGroup var cluster: ClusterOptions

  @OptionGroup var dialect: DialectOptions

  @Flag(help: "The server is monarch-floor.")
  var floor = false

  @Option(help: "How many people are in each half of the town.")
  var half = 1_700

  @Option(help: "How many sign in; 100 sign in before them.")
  var sessions = 1_500

  @Option(help: "Where to write the score of a sign-in.")
  var score: String?

  private static let warm = 100

  func run() async throws {
    let town = try Town.checked(first: cluster.first, half: half)
    let comers = town.comers
    guard Arrivals.warm + sessions < comers.count else {
      throw ValidationError("--sessions \(sessions): there are \(comers.count - Arrivals.warm - 1) at most")
    }
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let server = cluster.subjects
    let entrance = try await dialect.entrance(for: town.stayers + comers)
    let stayers = try await LoadClient.signIn(town.stayers, on: server, loop, by: entrance)
    try await writeScore(of: comers[comers.count - 1], by: entrance)
    let warm = try await LoadClient.signIn(Array(comers.prefix(Arrivals.warm)), on: server, loop, by: entrance)
    let countsBefore = floor ? nil : try await ClusterCounts.read(cluster)
    let before = try ClusterProcessors(cluster)
    let began = ContinuousClock.now
    let measured = Array(comers.dropFirst(Arrivals.warm).prefix(sessions))
    let people = try await LoadClient.signIn(measured, on: server, loop, by: entrance)
    let elapsed = ContinuousClock.now - began
    // What the last ones' contacts are told.
    try await Task.sleep(for: .milliseconds(200))
    let after = try ClusterProcessors(cluster)
    let words =
      ["arrivals", "count=\(sessions)", "per-second=\((Double(sessions) / elapsed.inSeconds).rounded1)"]
      + after.costWords(of: floor ? "floor" : "ns-", since: before, count: sessions)
      + after.databaseWords(since: before, count: sessions)
      + (try await countsBefore?.words(until: ClusterCounts.read(cluster), per: sessions) ?? [])
    print(words.joined(separator: " "))
    for client in stayers + warm + people { client.close() }
  }

  /// Signs somebody in for the score; ten contacts have to be online.
  private func writeScore(of handle: String, by entrance: Entrance) async throws {
    guard let score else { return }
    let answers = try await Record.score(of: handle, at: cluster.subjects, by: entrance)
    let online = answers.split(separator: UInt8(ascii: "\n")).count { $0.starts(with: Data("ILN ".utf8)) }
    guard online == Town.online else { throw LoadFailure("\(online) contacts are online, not \(Town.online)") }
    try answers.write(to: URL(fileURLWithPath: score))
  }
}
