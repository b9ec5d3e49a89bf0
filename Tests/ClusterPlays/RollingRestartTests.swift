import MSNP
import Synchronization
import TestKit
import Testing

/// Every server is replaced under everybody's feet (promise R8): first the new one starts, then the old one drains.
@Suite(.needsDatabase, .serialized) struct RollingRestartTests {
  private static let people = 200

  @Test func everybodyMovesOnceAtMost() async throws {
    try await onCluster(.init(drainSeconds: 4), plan: Crowd.plan) { cluster in
      let crowd = try Visitors(RollingRestartTests.people, on: cluster)
      for (new, old) in [
        (.dispatch(2), .dispatch(1)), (.notification(3), .notification(1)), (.notification(4), .notification(2)),
        (.switchboard(3), .switchboard(1)), (.switchboard(4), .switchboard(2)),
      ] as [(ClusterServer.Node, ClusterServer.Node)] {
        try cluster.start(new)
        #expect(try cluster.stop(old, within: .seconds(30)) == .exited(0))
        try cluster.wait(within: .seconds(20), until: "everybody is back") { crowd.missing == 0 }
      }
      let moves = try crowd.finish()
      #expect(moves.max() == 1, "\(moves.count { $0 > 1 }) people were moved more than once")
      #expect(crowd.slowest < .seconds(10))
    }
  }
}

/// Many people who only sit there, each on a thread, and come back through a dispatch server when they have to.
private struct Visitors {
  /// What the threads tell.
  private final class Book: Sendable {
    let away: Atomic<Int>
    let longest = Mutex(Duration.zero)
    init(away: Int) { self.away = Atomic(away) }
  }

  private let stop = Flag()
  private let book: Book
  private let tasks: [ThreadTask<Int>]

  /// Returns when all are in.
  init(_ count: Int, on cluster: ClusterServer) throws {
    let book = Book(away: count)
    var way = WayIn(cluster, dialect: 5)
    way.dispatchServers = [.dispatch(1), .dispatch(2)].map { cluster.address(of: $0) }
    self.book = book
    tasks = (0..<count).map { [stop, way] index in
      ThreadTask { try Visitors.visit("p\(index)", way, book, until: stop) }
    }
    try cluster.wait(within: .seconds(60), until: "all are in") { missing == 0 }
  }

  /// How many are on their way.
  var missing: Int { book.away.load(ordering: .relaxed) }

  /// The longest time that anybody was away.
  var slowest: Duration { book.longest.withLock { $0 } }

  /// Ends it; answers with how often each was moved.
  func finish() throws -> [Int] {
    stop.set()
    return try tasks.map { try $0.value() }
  }

  /// Answers with how often the connection was lost.
  private static func visit(_ name: String, _ way: WayIn, _ book: Book, until stop: Flag) throws -> Int {
    var client = try way.comeIn(name)
    book.away.subtract(1, ordering: .relaxed)
    var moves = 0
    while true {
      try client.goOnline()
      while try stays(client) { if stop.isSet { return moves } }
      moves += 1
      book.away.add(1, ordering: .relaxed)
      let start = ContinuousClock.now
      client = try way.comeIn(name)
      book.longest.withLock { $0 = max($0, .now - start) }
      book.away.subtract(1, ordering: .relaxed)
    }
  }

  /// Listens for a moment; false when the server goes, or has gone.
  private static func stays(_ client: ScriptedClient) throws -> Bool {
    client.limit = .milliseconds(200)
    defer { client.limit = .seconds(10) }
    do {
      return try client.nextLine().text != "OUT SSD"
    } catch ClientFailure.timeout {
      return true
    } catch ClientFailure.closed {
      return false
    }
  }
}
