import MSNP
import Synchronization
import TestKit

/// Many ``ListKeeper`` at once, and what becomes of their lists.
struct ListLoad {
  let names: [String]
  let tallies: [ListKeeper.Tally]
  private let stop = Flag()
  private let tasks: [ThreadTask<ListState>]

  /// Begins.
  init(_ count: Int, on cluster: ClusterServer) {
    let names = (0..<count).map { "p\($0)" }
    let way = WayIn(cluster)
    let handles = names.map(ScriptedClient.handle)
    tallies = names.map { _ in ListKeeper.Tally() }
    tasks = zip(names, tallies).map { [stop] name, tally in
      ThreadTask {
        let keeper = ListKeeper(name, among: handles.filter { $0 != ScriptedClient.handle(name) }, way, tally)
        do {
          try keeper.work(until: stop)
        } catch {
          // The others need not wait for what will not come.
          stop.set()
          throw error
        }
        return keeper.state ?? ListState([])
      }
    }
    self.names = names
  }

  var acknowledged: [Int] { tallies.map { $0.acknowledged.load(ordering: .relaxed) } }
  var refused: Int { tallies.reduce(0) { $0 + $1.refused.load(ordering: .relaxed) } }

  /// Waits until everybody has had so many further changes acknowledged.
  func waitForProgress(of count: Int = 3, within limit: Duration, _ cluster: ClusterServer) throws {
    let before = acknowledged
    try cluster.wait(within: limit, until: "everybody gets \(count) changes acknowledged") {
      stop.isSet || zip(acknowledged, before).allSatisfy { $0 >= $1 + count }
    }
  }

  /// Ends it, and compares what everybody knows with the database: nothing is lost, and nothing there that was not
  /// acknowledged.
  func finish(_ cluster: ClusterServer) throws -> [String] {
    stop.set()
    let states = try tasks.map { try $0.value() }
    return try zip(names, states).compactMap { name, state in
      let stored = try ListState(of: ScriptedClient.handle(name), on: cluster)
      return stored == state ? nil : "\(name): stored \(stored), acknowledged \(state)"
    }
  }
}
