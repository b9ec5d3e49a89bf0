import Foundation
import MSNP
import TestKit
import Testing

/// Every play of `Scenarios/Plays`, in every dialect in which its behaviour exists, on a cluster whose people are on
/// different nodes. All share one cluster of six processes; each has accounts of its own (``ClusterStage``).
@Suite(.needsDatabase, .sharedCluster) struct ClusterPlayTests {
  private static let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Scenarios/Plays").path
  private static let library = PlayLibrary(directory: directory)

  /// Plays of what only `monarch dev` has, with the reason.
  private static let excluded = ["sign-in-on-one-listener": "all roles on one listener are one process"]

  private static let runs = library.runs.filter { excluded[$0.play] == nil }

  @Test func everyPlayIsThere() {
    #expect(ClusterPlayTests.library.errors == [])
    #expect(ClusterPlayTests.library.plays.count > 100)
    for name in ClusterPlayTests.excluded.keys { #expect(ClusterPlayTests.library.plays[name] != nil) }
  }

  @Test(arguments: runs)
  func play(_ run: PlayRun) async throws {
    let play = try #require(ClusterPlayTests.library.plays[run.play])
    let cluster = try #require(SharedCluster.current)
    try await onThread {
      let stage = try ClusterStage(PlayGround(play.given), ClusterPlayTests.casting(run), on: cluster)
      try PlayRunner(play, dialect: run.dialect, on: stage).run()
    }
  }

  /// In one dialect after the other people are spread in another way.
  private static func casting(_ run: PlayRun) -> ClusterStage.Casting {
    run.dialect.rawValue % 2 == 0 ? .aliceAlone : .alternating
  }

  /// What `is quiet` is worth: a line that one server causes at another fails it, though it is still under way when
  /// the play says so.
  @Test func aLineFromAnotherServerBreaksTheQuiet() async throws {
    let cluster = try #require(SharedCluster.current)
    let play = try PlayLibrary.read(
      """
      play: x
      include: alice-and-bob-are-online()
      bob@NS >>> CHG 9 BSY
      alice@NS is quiet
      """, partsIn: ClusterPlayTests.directory)
    let told = try await onThread { () -> String? in
      let stage = try ClusterStage(.referenceAccounts, .alternating, on: cluster)
      do {
        try PlayRunner(play, dialect: .msnp7, on: stage).run()
        return nil
      } catch {
        return "\(error)".split(separator: "\n").prefix(2).joined(separator: "\n")
      }
    }
    let wanted = "text in MSNP7, text.msnp:4:\n  expected 'QNG', got 'NLN BSY bob@"
    #expect(told?.hasPrefix(wanted) == true, "\(told ?? "nothing")")
  }
}
