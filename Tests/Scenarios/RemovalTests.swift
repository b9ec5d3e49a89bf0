import Foundation
import MSNP
import Testing

@testable import TestKit

/// An operator removes somebody who is in the middle of a conversation.
@Suite struct RemovalTests {
  @Test func whoIsRemovedIsPutOutEverywhere() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture) { server in
      let ringing = try Ringing(on: server)
      let (bob, talk) = (ringing.bob, ringing.talk)
      let answer = try ScriptedClient.answering("bob", bob, on: server)
      try talk.expect("JOI bob@example.com Bob")
      let unused = try bob.ticket()

      let removal = Process()
      removal.executableURL = URL(fileURLWithPath: try MonarchProgram.path())
      removal.arguments = ["user", "remove", "bob@example.com", "--data", server.directory]
      removal.standardOutput = FileHandle.nullDevice
      try removal.run()
      removal.waitUntilExit()
      #expect(removal.terminationStatus == 0)

      try bob.expect("OUT")
      try bob.expectClosed()
      try answer.expectClosed()
      try talk.expect("BYE bob@example.com")
      // The ticket he still has is void.
      let late = try ScriptedClient(to: server.switchboard)
      try late.send("USR 1 bob@example.com \(unused)")
      try late.expect("911 1")
      try late.expectClosed()
    }
  }
}
