import MSNP
import TestKit
import Testing

/// A play that does not go as written fails, and says where and how.
@Suite struct PlayRunnerTests {
  private func failure(_ text: String) async throws -> String? {
    let directory = PlayTests.directory
    let play = try PlayLibrary.read(text, partsIn: directory)
    let fixture = try await PlayGround.fixture(play.given)
    return try await onThread { () -> String? in
      let server = try DevServer(fixture)
      do {
        try PlayRunner(play, dialect: .msnp7, on: server).run()
        return nil
      } catch {
        return "\(error)".split(separator: "\n").prefix(2).joined(separator: "\n")
      }
    }
  }

  private static let opening = """
    play: x
    alice@NS connects to notification
    alice@NS >>> VER 1 MSNP7

    """

  @Test func anotherLine() async throws {
    let told = try await failure(PlayRunnerTests.opening + "alice@NS <<< VER 1 MSNP7 CVR0\n")
    #expect(told == "text in MSNP7, text.msnp:4:\n  expected 'VER 1 MSNP7 CVR0', got 'VER 1 MSNP7'")
  }

  @Test func aLineNobodyWaitedFor() async throws {
    let told = try await failure(PlayRunnerTests.opening + "alice@NS is closed\n")
    #expect(told == "text in MSNP7, text.msnp:4:\n  expected the end of the connection, got \"VER 1 MSNP7\\r\\n\"")
  }

  @Test func aLineLeftUnreadAtTheEnd() async throws {
    let told = try await failure(
      """
      play: x
      include: comes-online(who: alice, name: Alice, version: 255)
      include: comes-online-seeing(who: bob, name: Bob, version: 40, other: alice, named: Alice)
      bob@NS >>> PNG
      """)
    #expect(told?.hasPrefix("text in MSNP7, at the end, ") == true, "\(told ?? "nothing")")
  }

  @Test func aWrongLineInAPart() async throws {
    let told = try await failure("play: x\ninclude: signs-in(who: alice, name: Alice, version: 7)\n")
    #expect(
      told == "text in MSNP7, parts/signs-in.msnp:5, in text.msnp:2:\n  expected 'SYN 5 7', got 'SYN 5 255'")
  }

  @Test func anotherPayload() async throws {
    let told = try await failure(
      """
      play: x
      include: alice-and-bob-talk()
      alice@SB >>> MSG 3 N 3
      | hi!
      bob@SB <<< MSG alice@example.com Alice 3
      | ho!
      """)
    #expect(
      told == """
        text in MSNP7, text.msnp:5:
          expected 'MSG alice@example.com Alice 3' and the payload 'ho!', got 'MSG alice@example.com Alice 3' and the \
        payload 'hi!'
        """)
  }

  @Test func aPlayThatGoesAsWritten() async throws {
    #expect(try await failure(PlayRunnerTests.opening + "alice@NS <<< VER 1 MSNP7\n") == nil)
  }
}
