import Foundation
import MSNP
import TestKit
import Testing

/// Every play of the folder `Plays`, in every dialect in which its behaviour exists, each against a server of its own.
@Suite struct PlayTests {
  static let directory = Bundle.module.resourcePath.map { $0 + "/Plays" } ?? "Plays"
  static let library = PlayLibrary(directory: directory)

  @Test func everyPlayCanBeRead() {
    #expect(PlayTests.library.errors == [])
    #expect(PlayTests.library.plays.count > 100)
  }

  @Test(arguments: library.runs)
  func play(_ run: PlayRun) async throws { try await perform(run) }

  /// Sessions of the reference come out the same when every byte is a segment of its own (test vectors, section 10).
  @Test(arguments: library.runs.filter { cutIntoBytes.contains($0.play) })
  func playCutIntoBytes(_ run: PlayRun) async throws { try await perform(run, byteByByte: true) }

  private static let cutIntoBytes: Set = [
    "version-query", "sign-in-clear-text", "session-as-in-the-reference-2", "session-as-in-the-reference-5",
    "session-as-in-the-reference-7", "session-as-in-the-reference-8", "session-as-in-the-reference-9",
    "session-as-in-the-reference-10", "session-as-in-the-reference-11", "session-as-in-the-reference-12",
    "conversation-of-two", "message-file-transfer", "message-data",
  ]

  private func perform(_ run: PlayRun, byteByByte: Bool = false) async throws {
    let play = try #require(PlayTests.library.plays[run.play])
    let fixture = try await PlayGround.fixture(play.given)
    try await onThread {
      let server = try DevServer(fixture, DevServer.Options(publicHost: play.publicHost))
      try PlayRunner(play, dialect: run.dialect, on: server, byteByByte: byteByByte).run()
    }
  }
}
