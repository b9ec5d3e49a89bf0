import MSNP
import TestKit
import Testing

/// `monarch maintenance` and what people hear of it.
@Suite(.needsDatabase) struct MaintenanceTests {
  @Test func everybodyOnEveryServerIsTold() async throws {
    try await onCluster { cluster in
      let clients = [
        try ScriptedClient.signedIn("alice", at: cluster.first, dialect: 2),
        try ScriptedClient.signedIn("bob", at: cluster.second, dialect: 5),
        try ScriptedClient.signedIn("erin", at: cluster.second, dialect: 7),
      ]
      let run = try CommandRun(
        try MonarchProgram.path(),
        [
          "maintenance", "5", "--database", cluster.databaseURL, "--keys", cluster.fixture.keys + "/operator.keys",
        ])
      try #require(run.hasSucceeded, "\(run.errors)")
      for client in clients {
        let line = try client.nextLine(waitingFor: "the notice")
        #expect(line.text == "MSG Hotmail Hotmail 88")
        #expect(
          String(decoding: line.payload ?? [], as: UTF8.self)
            == "MIME-Version: 1.0\r\nContent-Type: application/x-msmsgssystemmessage\r\n\r\nType: 1\r\nArg1: 5\r\n")
        try client.expectQuiet()
      }
    }
  }
}
