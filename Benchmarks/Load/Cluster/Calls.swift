import ArgumentParser
import MSNP
import NIOCore
import NIOPosix

/// Conversations that are opened.
struct Calls: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Have people call each other, from XFR SB to JOI, and tell what one call costs a cluster.",
    discussion: """
      Callers are on --subjects; of those who are called every other one is there too, the rest on --watchers. First one \
      call at a time, for how long it takes; then --width pairs at a time, as many calls as they can. Both leave when the \
      caller has read JOI. Users come from `monarch-load users --contacts 1`, two for each pair.
      """)

  @OptionGroup var cluster: ClusterOptions

  @Option(help: "How many pairs.")
  var pairs = 100

  @Option(help: "How many calls for each pair. One session may ask for 60 switchboards at once, then one a second.")
  var each = 40

  @Option(help: "How many pairs call at a time.")
  var width = 50

  @Option(help: "How many calls one at a time.")
  var single = 100

  func run() async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let parties = try await parties(loop)
    _ = try await call(parties, each: 1)
    var alone = Latencies()
    for number in 0..<single {
      alone.add(try await parties[number % pairs].call())
      // Not in step with anything that the servers do every few milliseconds.
      try await Task.sleep(for: .microseconds(Int64.random(in: 5_000...15_000)))
    }
    let countsBefore = try await ClusterCounts.read(cluster)
    let before = try ClusterProcessors(cluster)
    let clock = ContinuousClock()
    var latencies = Latencies()
    let elapsed = try await clock.measure { latencies = try await call(parties, each: each) }
    // What comes of hanging up.
    try await Task.sleep(for: .milliseconds(200))
    let after = try ClusterProcessors(cluster)
    let counts = try await ClusterCounts.read(cluster)
    let count = pairs * each
    let words =
      ["calls", "count=\(count)", "per-second=\((Double(count) / elapsed.inSeconds).rounded1)"]
      + costs(since: before, after, count) + countsBefore.words(until: counts, per: count)
      + latencies.words("crowded") + alone.words("latency")
    print(words.joined(separator: " "))
    for party in parties { party.end() }
  }

  /// Of both roles together, and of each.
  private func costs(since before: ClusterProcessors, _ after: ClusterProcessors, _ count: Int) -> [String] {
    let parts = ["ns", "sb"].map { ($0, after.spent(by: $0 + "-", since: before)) }
    let both = parts.reduce(0) { $0 + $1.1 }
    return ["per-cpu-second=\((Double(count) / both).rounded1)"]
      + parts.map { "\($0.0)-per-cpu-second=\((Double(count) / $0.1).rounded1)" }
      + after.databaseWords(since: before, count: count)
      + ["server-busy=\((both / after.elapsed(since: before)).rounded3)", after.loadWord(since: before)]
  }

  private func parties(_ loop: any EventLoop) async throws -> [CallParty] {
    func handles(_ places: StrideTo<Int>, _ offset: Int) -> [String] {
      places.map { Load.Users.handle(cluster.first + 2 * $0 + offset) }
    }
    var parties: [CallParty] = []
    for (begin, server) in [(0, cluster.subjects), (1, cluster.watchers)] {
      let places = stride(from: begin, to: pairs, by: 2)
      let callers = try await LoadClient.signIn(handles(places, 0), on: cluster.subjects, loop)
      let callees = try await LoadClient.signIn(handles(places, 1), on: server, loop)
      parties += zip(callers, callees).map { CallParty(caller: $0, callee: $1, loop: loop) }
    }
    return parties
  }

  /// Calls of all parties, a fixed number of parties at a time; how long each took.
  private func call(_ parties: [CallParty], each: Int) async throws -> Latencies {
    try await withThrowingTaskGroup(of: Latencies.self) { group in
      for lane in 0..<min(width, parties.count) {
        group.addTask {
          var latencies = Latencies()
          for _ in 0..<each {
            for place in stride(from: lane, to: parties.count, by: width) {
              latencies.add(try await parties[place].call())
            }
          }
          return latencies
        }
      }
      return try await group.reduce(into: Latencies()) { $0.add(contentsOf: $1) }
    }
  }
}

/// Two who are signed in, of whom one calls the other.
struct CallParty: Sendable {
  let caller: LoadClient
  let callee: LoadClient
  let loop: any EventLoop

  /// One call; the time from `XFR` written to `JOI` read.
  func call() async throws -> Duration {
    let began = ContinuousClock.now
    let transfer = try await caller.notification.ask("XFR 9 SB", for: "XFR")
    guard let address = transfer.text(2).flatMap({ HostPort($0) }), let ticket = transfer.text(4) else {
      throw LoadFailure("no switchboard in XFR")
    }
    let calling = try await LineStream.connect(to: address, loop)
    _ = try await calling.ask("USR 1 \(caller.handle) \(ticket)", for: "USR")
    calling.send("CAL 2 \(callee.handle)\r\n")
    let ring = try await callee.notification.next("RNG")
    let called = try await LineStream.connect(to: address, loop)
    called.send("ANS 1 \(callee.handle) \(ring.text(3) ?? "") \(ring.text(0) ?? "")\r\n")
    let joined = try await calling.arrival(of: "JOI").at
    calling.close()
    called.close()
    return joined - began
  }

  func end() {
    caller.close()
    callee.close()
  }
}
