import Foundation
import MSNP
import TestKit
import Testing

/// Every play of the folder `Plays`, in every dialect in which its behaviour exists, each against a server of its own.
@Suite struct PlayTests {
  static let library = PlayLibrary(directory: Bundle.module.resourcePath.map { $0 + "/Plays" } ?? "Plays")

  @Test func everyPlayCanBeRead() {
    #expect(PlayTests.library.errors == [])
    #expect(PlayTests.library.plays.count > 80)
  }

  @Test(arguments: library.runs)
  func play(_ run: PlayRun) async throws {
    let play = try #require(PlayTests.library.plays[run.play])
    let fixture = try await PlayGround.fixture(play.given)
    try await onThread {
      let server = try DevServer(fixture, DevServer.Options(publicHost: play.publicHost))
      try PlayRunner(play, dialect: run.dialect, on: server).run()
    }
  }
}
