import MSNP
import TestKit
import Testing

/// Who is faster than the start of the service.
@Suite struct FirstClientTests {
  /// It is as early as can be: it tries again and again from before the start, without a pause.
  @Test func whomDispatchTakesFindsTheOthersListening() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture) { server in
      let (dispatch, port) = (server.dispatch, server.port)
      for _ in 0..<5 {
        #expect(try server.stop() == .exited(0))
        let early = ThreadTask<Void> {
          let deadline = ContinuousClock.now + .seconds(30)
          while (try? ScriptedClient(to: dispatch)) == nil {
            guard .now < deadline else { throw PlayFailure(description: "nobody listens at \(dispatch)") }
          }
          for host in ["127.0.0.2", "127.0.0.3"] { _ = try ScriptedClient(to: HostPort(host: host, port: port)) }
        }
        try server.start()
        try early.value()
      }
    }
  }
}
