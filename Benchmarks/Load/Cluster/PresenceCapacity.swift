import ArgumentParser
import MSNP
import NIOCore
import NIOPosix
import Synchronization

/// What one or several notification servers do with a second of processor time.
struct PresenceCapacity: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "presence-capacity",
    abstract: "Have people come, change their status and go at a fixed rate, and tell what a coming costs.",
    discussion: """
      Everybody who comes has ten contacts who are online, spread evenly over all servers, and so do those who change \
      their status: with two servers half of what is told crosses the bus. The rates are for each server, so that one has \
      the same to do however many there are. A unit of work is a sign-in, its end a second later, and four changes of \
      status. Users come from `monarch-load town`.
      """)

  @OptionGroup var cluster: ClusterOptions

  @Option(help: "A notification server. Can be given several times.")
  var place: [HostPort] = []

  @Option(help: "How many people are in each half of the town.")
  var half = 1_700

  @Option(help: "How many people come a second on each server; four times as many change their status.")
  var rate = 150

  @Option(help: "For how many seconds. One session may change 120 times at once, then 4 times a second.")
  var seconds = 8

  private static let changers = 200
  private static let changesEach = 4

  func run() async throws {
    let town = try Town.checked(first: cluster.first, half: half)
    guard !place.isEmpty else { throw ValidationError("give --place, for each notification server") }
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let told = LineCount(.NLN)
    let stayers = try await signIn(town.stayers, loop)
    for stayer in stayers { try await told.listen(on: stayer.notification.taken()) }
    let changers = try await signIn(Array(town.comers.prefix(Self.changers)), loop)
    let passage = Passage(Array(town.comers.dropFirst(Self.changers)), at: place, loop)
    // Past the first rush.
    _ = try await passage.run(rate: rate, seconds: 1)
    let (toldBefore, before) = (told.value, try ClusterProcessors(cluster))
    passage.clear()
    let turn = Pace(on: loop, rate: rate * Self.changesEach * place.count, seconds: seconds) { number in
      let status = number / Self.changers % 2 == 0 ? "BSY" : "NLN"
      changers[number % Self.changers].notification.send("CHG \(number + 10) \(status)\r\n")
    }
    async let changed = turn.run()
    let lateness = try await passage.run(rate: rate, seconds: seconds)
    let changesLate = try await changed
    let after = try ClusterProcessors(cluster)
    let outcome = passage.outcome
    if let failure = outcome.failure { throw failure }
    let count = outcome.latencies.count
    let words =
      ["presence-capacity", "servers=\(place.count)", "count=\(count)", "told=\(told.value - toldBefore)"]
      + after.costWords(of: "ns-", since: before, count: count) + after.databaseWords(since: before, count: count)
      + outcome.latencies.words("latency") + ["late-p99-ms=\(max(lateness.p99, changesLate.p99))"]
    print(words.joined(separator: " "))
    for client in stayers + changers { client.close() }
  }

  /// On all servers in turn.
  private func signIn(_ handles: [String], _ loop: any EventLoop) async throws -> [LoadClient] {
    var parts: [[LoadClient]] = []
    for (index, server) in place.enumerated() {
      let own = stride(from: index, to: handles.count, by: place.count).map { handles[$0] }
      parts.append(try await LoadClient.signIn(own, on: server, loop))
    }
    return handles.indices.map { parts[$0 % place.count][$0 / place.count] }
  }
}

/// People who come, stay for a second and go, on several servers in turn.
private final class Passage: Sendable {
  struct Outcome: Sendable {
    /// From the connection to the answer to the first `CHG`.
    var latencies = Latencies()
    var failure: (any Error)?
    var present = 0
  }

  private let handles: [String]
  private let places: [HostPort]
  private let loop: any EventLoop
  private let state = Mutex((outcome: Outcome(), next: 0))

  var outcome: Outcome { state.withLock(\.outcome) }

  init(_ handles: [String], at places: [HostPort], _ loop: any EventLoop) {
    (self.handles, self.places, self.loop) = (handles, places, loop)
  }

  func clear() { state.withLock { $0.outcome = Outcome() } }

  /// Returns when the last one has gone, with how late each came.
  ///
  /// - Parameter rate: people a second at each place.
  func run(rate: Int, seconds: Int) async throws -> Latencies {
    let pace = Pace(on: loop, rate: rate * places.count, seconds: seconds) { [self] number in
      let next = state.withLock { state in
        state.outcome.present += 1
        defer { state.next = (state.next + 1) % handles.count }
        return state.next
      }
      Task { await self.visit(self.handles[next], at: self.places[number % self.places.count]) }
    }
    let lateness = try await pace.run()
    while outcome.present > 0 { try await Task.sleep(for: .milliseconds(20)) }
    // What comes of the last one's going.
    try await Task.sleep(for: .milliseconds(200))
    return lateness
  }

  private func visit(_ handle: String, at place: HostPort) async {
    do {
      let began = ContinuousClock.now
      let client = try await LoadClient.signIn([handle], on: place, loop)[0]
      let took = ContinuousClock.now - began
      state.withLock { $0.outcome.latencies.add(took) }
      try await Task.sleep(for: .seconds(1))
      client.close()
    } catch {
      state.withLock { $0.outcome.failure = error }
    }
    state.withLock { $0.outcome.present -= 1 }
  }
}
