import ArgumentParser
import MSNP
import NIOCore
import NIOPosix

/// Changes of status, and when contacts are told, on one node and across two.
struct Presence: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Have people change their status, and tell when a contact on the same or another node knows it.",
    discussion: """
      Two groups of pairs sign in. The watchers of `near` are on the subjects' own notification server, those of `far` \
      on another one. Both change one at a time first, then each group at each rate, until that of `far` breaks down: \
      99 of 100 changes are not seen within 100 ms, or this program cannot send as fast. Users come from \
      `monarch-load users --contacts 1`, four for each pair of a group.

      One line a step. Latency is from CHG written to NLN read; late is how far this program lags behind its own plan.
      """)

  @OptionGroup var cluster: ClusterOptions

  @Option(help: "How many pairs in each group. One session may change 120 times at once, then 4 times a second.")
  var pairs = 1_000

  @Option(help: "Changes a second in each step, as in 200,1000.")
  var rates = "200,1000,3000,5000,7000,10000,14000,20000"

  @Option(help: "Seconds for each step.")
  var seconds = 5

  @Option(help: "How many changes one at a time.")
  var single = 300

  /// Milliseconds within which 99 of 100 changes have to be seen.
  private static let limit = 100.0
  /// Milliseconds that 99 of 100 changes may be sent late.
  private static let lateness = 100.0

  func run() async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let tally = PresenceTally()
    let near = try await signIn(from: cluster.first, watchersOn: cluster.subjects, loop, tally)
    let far = try await signIn(from: cluster.first + 2 * pairs, watchersOn: cluster.watchers, loop, tally)
    let stage = PresenceStage(cluster: cluster, loop: loop, tally: tally, seconds: seconds)
    // What signing in has left behind is done.
    try await Task.sleep(for: .seconds(3))
    try await stage.rest()
    try await stage.oneAtATime([("near", near), ("far", far)], count: single)
    for rate in rates.split(separator: ",").compactMap({ Int($0) }) {
      _ = try await stage.step("near", near, rate: rate)
      let outcome = try await stage.step("far", far, rate: rate)
      guard outcome.latency <= Self.limit, outcome.lateness <= Self.lateness else { break }
    }
  }

  /// Subjects first: what their contacts are told at sign-in has come before anything is counted.
  private func signIn(
    from first: Int, watchersOn server: HostPort, _ loop: any EventLoop, _ tally: PresenceTally
  ) async throws -> [PresencePair] {
    func handles(_ offset: Int) -> [String] { (0..<pairs).map { Load.Users.handle(first + 2 * $0 + offset) } }
    let subjects = try await LoadClient.signIn(handles(0), on: cluster.subjects, loop)
    let watchers = try await LoadClient.signIn(handles(1), on: server, loop)
    var group: [PresencePair] = []
    for (subject, watcher) in zip(subjects, watchers) {
      group.append(try await PresencePair.begin(subject, watcher, tally))
    }
    return group
  }
}
