import MSNP
import TestKit
import Testing

/// What operators' commands do to a running `monarch dev`.
@Suite struct OperatorTests {
  private static func monarch(_ arguments: String..., on server: DevServer) throws -> CommandRun {
    try CommandRun(try MonarchProgram.path(), arguments + ["--data", server.directory])
  }

  private static let notice =
    "MIME-Version: 1.0\r\nContent-Type: application/x-msmsgssystemmessage\r\n\r\nType: 1\r\nArg1: 5\r\n"

  private static let dialects = Dialect.allCases.filter(Dialect.spoken.contains)

  /// Login reference, section 8.4, for a client of every dialect at once.
  @Test func maintenanceIsToldInEveryDialect() async throws {
    let plan = FixturePlan("everybody") { writer in
      _ = try await writer.accounts(
        OperatorTests.dialects.map { (handle: "p\($0.rawValue)@example.com", name: "P\($0.rawValue)") })
    }
    let fixture = try await plan.fixture
    try await onDevServer(fixture) { server in
      let clients = try OperatorTests.dialects.map { dialect in
        let client = try ScriptedClient(to: server.notification)
        client.dialect = dialect
        try client.signIn("p\(dialect.rawValue)", named: "P\(dialect.rawValue)", with: server)
        return client
      }
      let run = try OperatorTests.monarch("maintenance", "5", on: server)
      try #require(run.hasSucceeded, "\(run.errors)")
      for client in clients {
        let line = try client.nextLine(waitingFor: "the notice in \(client.dialect)")
        #expect(line.text == "MSG Hotmail Hotmail 88")
        #expect(String(decoding: line.payload ?? [], as: UTF8.self) == OperatorTests.notice)
      }
    }
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
        #expect(String(decoding: line.payload ?? [], as: UTF8.self) == OperatorTests.notice)
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
