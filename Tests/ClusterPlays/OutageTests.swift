import Foundation
import MSNP
import TestKit
import Testing

/// The database dies, or is away for a while (promise R2). `MONARCH_CLUSTER_OUTAGE` asks for an absence of other than
/// 6 seconds.
@Suite(.needsDatabase, .serialized) struct OutageTests {
  private static let absence =
    ProcessInfo.processInfo.environment["MONARCH_CLUSTER_OUTAGE"].flatMap(Int.init).map { Duration.seconds($0) }
    ?? .seconds(6)

  @Test func aCrashUnderLoadLosesNothingAcknowledged() async throws {
    try await onPrivateDatabase(plan: Crowd.plan) { database, cluster in
      let load = ListLoad(10, on: cluster)
      let scene = try Scene(cluster)
      for crash in 1...3 {
        try load.waitForProgress(within: .seconds(30), cluster)
        try database.crash()
        let back = ContinuousClock.now
        try load.waitForProgress(of: 1, within: .seconds(10), cluster)
        #expect(.now - back < .seconds(5), "crash \(crash)")
        try scene.expectWhatNeedsNoDatabase()
        try scene.expectEverything()
      }
      #expect(try load.finish(cluster) == [])
    }
  }

  @Test func anAbsenceStopsOnlyWhatNeedsTheDatabase() async throws {
    try await onPrivateDatabase(plan: Crowd.plan) { database, cluster in
      let load = ListLoad(10, on: cluster)
      let scene = try Scene(cluster)
      try load.waitForProgress(within: .seconds(30), cluster)
      try database.goAway()
      let begin = ContinuousClock.now
      repeat {
        try scene.expectWhatNeedsNoDatabase()
        try scene.expectRefusals()
        // People's pace: their commands have a budget.
        Pause.long()
      } while .now - begin < OutageTests.absence
      try database.comeBack()
      let back = ContinuousClock.now
      try load.waitForProgress(of: 1, within: .seconds(10), cluster)
      #expect(.now - back < .seconds(5))
      try scene.expectEverything()
      #expect(load.refused > 0)
      #expect(try load.finish(cluster) == [])
    }
  }
}

/// Two friends on the first server and one on the second, and a conversation between the servers.
private final class Scene {
  private let cluster: ClusterServer
  private let left: ScriptedClient
  private let neighbour: ScriptedClient
  private let right: ScriptedClient
  private let talk: Conversation
  private var round = 0
  private var isBusy = false

  init(_ cluster: ClusterServer) throws {
    self.cluster = cluster
    left = try ScriptedClient.online("left0", at: cluster.first, dialect: 5)
    neighbour = try ScriptedClient.online("left1", at: cluster.first, dialect: 5)
    right = try ScriptedClient.online("right0", at: cluster.second, dialect: 5)
    try left.lines(upTo: "NLN NLN right0@example.com right0")
    talk = try Conversation(("left0", left), ("right0", right.caughtUp()))
  }

  /// Conversations, and presence on one server.
  func expectWhatNeedsNoDatabase() throws {
    round += 1
    try talk.exchange("round \(round)")
    let status = round % 2 == 0 ? "NLN" : "BSY"
    try neighbour.send("CHG 5 \(status)")
    try neighbour.lines(upTo: "CHG 5 \(status)")
    try left.lines(upTo: "NLN \(status) left1@example.com left1", within: .seconds(2))
  }

  /// Nobody waits in vain: sign-ins are answered 601, changes of lists 201.
  func expectRefusals() throws {
    neighbour.limit = .seconds(5)
    try neighbour.send("ADD 6 BL p\(100 + round)@example.com x")
    try neighbour.lines(upTo: "201 6", within: .seconds(5))
    let stranger = try ScriptedClient(to: cluster.second, limit: .seconds(5))
    try stranger.send("VER 1 MSNP5")
    try stranger.expect("VER 1 MSNP5")
    try stranger.send("USR 2 MD5 I p200@example.com")
    let words = try stranger.nextLine().text.split(separator: " ")
    if words.first == "USR", let challenge = words.last {
      try stranger.send("USR 3 MD5 S \(MD5.hex(Array((challenge + FixtureWriter.password).utf8)))")
      try stranger.expect("601 3")
    } else {
      #expect(words == ["601", "2"])
    }
    try stranger.expectClosed()
  }

  /// Signing in, lists, presence between servers and new conversations, all by themselves.
  func expectEverything() throws {
    try cluster.waitUntilAcquainted()
    var way = WayIn(cluster, dialect: 5)
    way.patience = .seconds(10)
    let newcomer = try way.comeIn("right1")
    try newcomer.goOnline()
    try left.lines(upTo: "NLN NLN right1@example.com right1")
    // Another than before, or nobody is told.
    isBusy.toggle()
    let status = isBusy ? "BSY" : "NLN"
    try right.send("CHG 5 \(status)")
    try left.lines(upTo: "NLN \(status) right0@example.com right0")
    let fresh = try conversation(left.caughtUp(), newcomer.caughtUp(), within: .seconds(3))
    try fresh.exchange("anew")
    try newcomer.signOut()
    try left.lines(upTo: "FLN right1@example.com")
  }

  /// Switchboards reach the database again in their own time: until then nobody can be rung.
  private func conversation(
    _ caller: ScriptedClient, _ callee: ScriptedClient, within limit: Duration
  ) throws -> Conversation {
    let deadline = ContinuousClock.now + limit
    while true {
      do {
        return try Conversation(("left0", caller), ("right1", callee))
      } catch ClientFailure.mismatch(_, "'217 2'") where ContinuousClock.now < deadline {
        Pause.long()
      }
    }
  }
}
