import ArgumentParser
import MSNP
import NIOCore
import NIOPosix
import Synchronization

/// What it costs to tell many people of one's status, at Monarch or at the floor.
struct Changes: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Have one person change status before many watchers, and tell what a delivery costs the server.",
    discussion: """
      User 0 changes as soon as every watcher has seen the change before, users 1 to --watchers watch. Users come from \
      `monarch-load users --star`.
      """)

  @OptionGroup var options: ServerOptions

  @Option(help: "How many watch.")
  var watchers = 400

  @Option(help: "How many changes. One session may change 120 times at once, then 4 times a second.")
  var count = 100

  func run() async throws {
    guard let address = HostPort(options.server) else { throw LoadFailure("no address: \(options.server)") }
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let crowd = try await LoadClient.signIn((1...watchers).map(Load.Users.handle), on: address, loop)
    let subject = try await LoadClient.signIn([Load.Users.handle(0)], on: address, loop)[0]
    let board = WatchBoard(watchers: watchers)
    for client in crowd {
      let channel = try await client.notification.taken()
      try await loop.submit { try channel.pipeline.syncOperations.addHandler(WatchEye(board)) }.get()
    }
    // What signing in has left behind has come.
    try await Task.sleep(for: .seconds(1))
    for number in 0..<10 { _ = await board.change(number, by: subject) }
    let before = try ServerProcess(options.pid)
    var latencies = Latencies()
    for number in 0..<count {
      for latency in await board.change(number, by: subject) { latencies.add(latency) }
    }
    let after = try ServerProcess(options.pid)
    let processor = after.processorSeconds - before.processorSeconds
    let deliveries = Double(count * watchers)
    print(
      (["changes", "count=\(count)", "watchers=\(watchers)"]
        + [
          "per-cpu-second=\((deliveries / processor).rounded1)",
          "us-each=\((processor * 1e6 / deliveries).rounded3)",
        ] + latencies.words("latency")).joined(separator: " "))
    for client in crowd + [subject] { client.close() }
  }
}

/// When the watchers saw the change under way.
final class WatchBoard: Sendable {
  private let watchers: Int
  private let state = Mutex(State())

  private struct State {
    var seen: [ContinuousClock.Instant] = []
    var waiting: CheckedContinuation<[ContinuousClock.Instant], Never>?
  }

  init(watchers: Int) { self.watchers = watchers }

  /// One change of status; the times after which the watchers saw it.
  func change(_ number: Int, by subject: LoadClient) async -> [Duration] {
    let sent = ContinuousClock.now
    let seen = expect()
    subject.notification.send("CHG \(number + 10) \(number % 2 == 0 ? "BSY" : "NLN")\r\n")
    return await seen.value.map { $0 - sent }
  }

  /// Comes to an end when all have seen the next change.
  private func expect() -> Task<[ContinuousClock.Instant], Never> {
    state.withLock { $0.seen = [] }
    return Task {
      await withCheckedContinuation { continuation in
        let all = state.withLock { state -> [ContinuousClock.Instant]? in
          if state.seen.count >= watchers { return state.seen }
          state.waiting = continuation
          return nil
        }
        if let all { continuation.resume(returning: all) }
      }
    }
  }

  fileprivate func saw(_ count: Int, at instant: ContinuousClock.Instant) {
    let done = state.withLock {
      state -> (CheckedContinuation<[ContinuousClock.Instant], Never>, [ContinuousClock.Instant])? in
      for _ in 0..<count { state.seen.append(instant) }
      guard state.seen.count >= watchers, let waiting = state.waiting else { return nil }
      state.waiting = nil
      return (waiting, state.seen)
    }
    if let (waiting, seen) = done { waiting.resume(returning: seen) }
  }
}

/// Sees for one watcher.
final class WatchEye: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  private let board: WatchBoard
  private var decoder = LineDecoder(.fromServer)

  init(_ board: WatchBoard) { self.board = board }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let now = ContinuousClock.now
    var bytes = unwrapInboundIn(data)
    decoder.append(&bytes)
    var count = 0
    while let line = try? decoder.next() { if line.verb == .NLN { count += 1 } }
    if count > 0 { board.saw(count, at: now) }
  }
}
