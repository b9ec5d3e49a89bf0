import Foundation
import MSNP
import TestKit
import Testing

/// HTTPS of the whole service in one process, with the certificates that it makes for itself.
@Suite struct SecureWebTests {
  private static let secure = DevServer.Options(servesTLS: true)

  /// What curl shows of the nexus, headers first; it trusts nothing but the service's own root.
  private func nexus(_ server: DevServer, _ port: Int) throws -> CommandRun {
    try CommandRun(
      "curl",
      [
        "--silent", "--show-error", "--include", "--cacert", server.directory + "/certificates/ca.pem", "--resolve",
        "nexus.passport.com:\(port):127.0.0.1", "https://nexus.passport.com:\(port)/rdr/pprdr.asp",
      ])
  }

  private func fingerprint(_ server: DevServer, _ name: String) throws -> String {
    try CommandRun(
      "openssl", ["x509", "-noout", "-fingerprint", "-in", "\(server.directory)/certificates/\(name)"]
    ).output
  }

  @Test func theNexusAnswersWhoTrustsTheRoot() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture, Self.secure) { server in
      for port in [server.webTLSPort, server.webOldTLSPort] {
        let run = try nexus(server, port)
        #expect(run.hasSucceeded, "\(run.errors)")
        let lines = run.output.split(separator: "\r\n", omittingEmptySubsequences: false).map {
          $0.trimmingCharacters(in: .newlines)
        }
        #expect(lines.first == "HTTP/1.1 200 OK")
        let urls = lines.first { $0.hasPrefix("PassportURLs: ") }
        #expect(urls?.contains("DALogin=nexus.passport.com:\(port)/login2.srf") == true, "\(run.output)")
      }
      // Nobody else's machine trusts it.
      let stranger = try CommandRun("curl", ["--silent", "https://127.0.0.1:\(server.webTLSPort)/"])
      #expect(stranger.ending == .exited(60))
    }
  }

  @Test func anOldClientAsksTheNexusOverTLS1() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture, Self.secure) { server in
      let port = server.webOldTLSPort
      let run = try CommandRun(
        "curl",
        [
          "--silent", "--show-error", "--include", "--tlsv1.0", "--tls-max", "1.0", "--ciphers",
          "AES128-SHA:@SECLEVEL=0",
          "--cacert", server.directory + "/certificates/ca.pem", "--resolve",
          "nexus.passport.com:\(port):127.0.0.1", "https://nexus.passport.com:\(port)/rdr/pprdr.asp",
        ])
      #expect(run.output.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(run.errors)")
    }
  }

  @Test func rootAndCertificatesStay() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture, Self.secure) { server in
      let before = try ["ca.pem", "server.pem", "server-old.pem"].map { try fingerprint(server, $0) }
      #expect(Set(before).count == 3)
      try server.stop()
      try server.start()
      #expect(try ["ca.pem", "server.pem", "server-old.pem"].map { try fingerprint(server, $0) } == before)
      #expect(try nexus(server, server.webTLSPort).hasSucceeded)
    }
  }

  @Test func withoutHTTPSNoCertificateIsMade() async throws {
    let fixture = try await ReferenceAccounts.fixture
    try await onDevServer(fixture) { server in
      #expect(!FileManager.default.fileExists(atPath: server.directory + "/certificates"))
    }
  }
}
