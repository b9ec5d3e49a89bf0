import MSNP
import TestKit
import Testing

/// What operators' commands do to a running `monarch dev`.
@Suite struct OperatorTests {
  private static func monarch(_ arguments: String..., on server: DevServer) throws -> CommandRun {
    try CommandRun(try MonarchProgram.path(), arguments + ["--data", server.directory])
  }

  @Test func sessionsAlertMaintenanceAndKick() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture) { server in
      let none = try OperatorTests.monarch("sessions", on: server)
      #expect(none.output == "Nobody is signed in.", "\(none.errors)")
      let bob = try ScriptedClient.online("bob", on: server, dialect: 7)
      let erin = try ScriptedClient.signedIn("erin", on: server, dialect: 2)

      let lines = try OperatorTests.monarch("sessions", on: server).output.split(separator: "\n")
      #expect(lines.first == "USER              NODE         STATUS  SINCE")
      #expect(lines.contains { $0.hasPrefix("bob@example.com   monarch dev  NLN     20") })
      #expect(lines.contains { $0.hasPrefix("erin@example.com  monarch dev  hidden  20") })
      #expect(lines.count == 3)

      let maintenance = try OperatorTests.monarch("maintenance", "5", on: server)
      #expect(maintenance.output == "Everybody who is signed in is being told that the service goes down in 5 minutes.")
      for client in [bob, erin] {
        let line = try client.nextLine(waitingFor: "the notice")
        #expect(line.text == "MSG Hotmail Hotmail 88")
        #expect(
          String(decoding: line.payload ?? [], as: UTF8.self)
            == "MIME-Version: 1.0\r\nContent-Type: application/x-msmsgssystemmessage\r\n\r\nType: 1\r\nArg1: 5\r\n")
      }

      let alert = try OperatorTests.monarch("alert", "Back at six.", "--to", "bob@example.com", on: server)
      #expect(alert.output == "The alert is on its way to bob@example.com, on monarch dev.", "\(alert.errors)")
      let shown = try bob.nextLine(waitingFor: "the alert")
      #expect(shown.text.hasPrefix("NOT "))
      #expect(String(decoding: shown.payload ?? [], as: UTF8.self).contains("<TEXT>Back at six.</TEXT>"))

      let kick = try OperatorTests.monarch("kick", "bob@example.com", on: server)
      #expect(kick.output == "bob@example.com is signed out of monarch dev.", "\(kick.errors)")
      try bob.expect("OUT")
      try bob.expectClosed()
      try erin.expectQuiet()
      _ = try ScriptedClient.signedIn("bob", on: server, dialect: 7)

      try server.stop()
      let late = try OperatorTests.monarch("kick", "bob@example.com", on: server)
      #expect(!late.hasSucceeded)
      #expect(late.errors.contains("no server runs on the folder"))
    }
  }
}
