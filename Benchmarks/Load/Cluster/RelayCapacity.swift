import ArgumentParser
import MSNP
import NIOCore
import NIOPosix

/// What one or several switchboards do with a second of processor time.
struct RelayCapacity: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "relay-capacity",
    abstract: "Have people talk at a fixed rate on each switchboard, and tell what a message costs.",
    discussion: """
      The rate is for each switchboard, so that one has the same to do however many there are. Everybody is signed in on \
      --subjects, which names the switchboards. Users come from `monarch-load users --contacts 1`.
      """)

  @OptionGroup var cluster: ClusterOptions

  @Option(help: "How many conversations on each switchboard.")
  var conversations = 50

  @Option(help: "How many messages a second on each switchboard.")
  var rate = 10_000

  @Option(help: "Bytes in each message.")
  var size = 200

  @Option(help: "For how many seconds.")
  var seconds = 5

  private var switchboards: Int { cluster.nodes.count { $0.name.hasPrefix("sb-") } }

  func run() async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let groups = try await talking(loop)
    let message = ByteBuffer(string: "MSG 3 U \(size)\r\n" + String(repeating: "x", count: size))
    let relayed = LineCount(.MSG)
    for channel in groups.joined().joined() { try await relayed.listen(on: channel) }
    // Past the first rush.
    _ = try await talk(groups, message, loop, seconds: 1)
    try await Task.sleep(for: .milliseconds(200))
    let sent = relayed.value
    let before = try ClusterProcessors(cluster)
    let lateness = try await talk(groups, message, loop, seconds: seconds)
    try await Task.sleep(for: .milliseconds(200))
    let after = try ClusterProcessors(cluster)
    let count = relayed.value - sent
    let words =
      ["relay-capacity", "switchboards=\(groups.count)", "count=\(count)", "planned=\(rate * seconds * groups.count)"]
      + after.costWords(of: "sb-", since: before, count: count) + ["late-p99-ms=\(lateness.p99)"]
    print(words.joined(separator: " "))
    for channel in groups.joined().joined() { channel.close(promise: nil) }
  }

  /// Messages in all conversations in turn, on all switchboards at once; how late each was.
  private func talk(
    _ groups: [[[any Channel]]], _ message: ByteBuffer, _ loop: any EventLoop, seconds: Int
  ) async throws -> Latencies {
    try await withThrowingTaskGroup(of: Latencies.self) { tasks in
      for group in groups {
        let pace = Pace(on: loop, rate: rate, seconds: seconds) { number in
          let members = group[number % group.count]
          members[number / group.count % members.count].writeAndFlush(message, promise: nil)
        }
        tasks.addTask { try await pace.run() }
      }
      return try await tasks.reduce(into: Latencies()) { $0.add(contentsOf: $1) }
    }
  }

  /// Returns once each switchboard has been named; one that has just begun is not known to all yet.
  private func awaitAll(_ people: [LoadClient], _ loop: any EventLoop) async throws {
    var named: Set<String> = []
    for attempt in 0..<min(100, people.count) where named.count < switchboards {
      let alone = try await Conversing.begin([people[attempt]], loop)
      named.insert(alone[0].remoteAddress?.description ?? "")
      alone[0].close(promise: nil)
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// Conversations, by switchboard; so many on each, whichever the notification server names how often.
  private func talking(_ loop: any EventLoop) async throws -> [[[any Channel]]] {
    let most = 2 * switchboards * conversations
    let handles = (0..<2 * most).map { Load.Users.handle(cluster.first + $0) }
    let people = try await LoadClient.signIn(handles, on: cluster.subjects, loop)
    try await awaitAll(people, loop)
    var groups: [String: [[any Channel]]] = [:]
    for pair in 0..<most {
      let members = try await Conversing.begin(Array(people[2 * pair..<2 * pair + 2]), loop)
      let place = members[0].remoteAddress?.description ?? ""
      if groups[place, default: []].count < conversations {
        groups[place, default: []].append(members)
      } else {
        for channel in members { channel.close(promise: nil) }
      }
      let isFull = groups.values.allSatisfy { $0.count == conversations }
      if groups.count == switchboards, isFull { return Array(groups.values) }
    }
    throw LoadFailure("of \(switchboards) switchboards only \(groups.count) were named often enough")
  }
}
