import Foundation
import MSNP
import TestKit
import Testing

/// HTTPS of a web node in a cluster.
@Suite(.needsDatabase) struct WebCertificateTests {
  /// A folder of certificates for one test.
  private final class Certificates: Sendable {
    let path = FileManager.default.temporaryDirectory.path + "/monarch-certificates-\(UUID().uuidString.prefix(8))"

    init() throws { try MonarchProgram.run(["certificates", "new", path]) }

    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  /// The certificate that a listener shows, by its fingerprint; TLS 1.0 for an old client.
  private func shown(at address: HostPort, asOld isOld: Bool) throws -> String {
    let version = isOld ? ["-tls1", "-cipher", "AES128-SHA:@SECLEVEL=0"] : ["-tls1_3"]
    let run = try CommandRun("openssl", ["s_client", "-connect", "\(address)"] + version)
    let pem = try #require(
      run.output.firstMatch(of: /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/), "\(run.errors)")
    return String(pem.0)
  }

  private func file(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .newlines)
  }

  @Test func bothListenersReadTheirCertificatesAgainWhenToldTo() async throws {
    let certificates = try Certificates()
    let options = ClusterServer.Options(
      notificationServers: 1, switchboards: 1, webNodes: 1, certificates: certificates.path)
    try await onCluster(options) { cluster in
      let web = ClusterServer.Node.web(1)
      let listeners = [(false, "server.pem"), (true, "server-old.pem")]
      for (isOld, name) in listeners {
        let shown = try shown(at: cluster.secureAddress(of: web, forOldClients: isOld), asOld: isOld)
        #expect(try shown == file("\(certificates.path)/\(name)"))
      }
      try MonarchProgram.run(["certificates", "renew", certificates.path])
      try cluster.hangUp(web)
      for (isOld, name) in listeners {
        let new = try file("\(certificates.path)/\(name)")
        try cluster.wait(within: .seconds(10), until: "the new \(name) is shown") {
          try shown(at: cluster.secureAddress(of: web, forOldClients: isOld), asOld: isOld) == new
        }
      }
      let admin = try #require(cluster.admin(of: web))
      let metrics = try CommandRun("curl", ["--silent", "http://\(admin)/metrics"]).output
      for listener in ["modern", "old"] {
        let start = "monarch_certificate_days_left{listener=\"\(listener)\"} "
        let line = metrics.split(separator: "\n").first { $0.hasPrefix(start) }
        #expect(line == "\(start)824" || line == "\(start)825", "\(metrics)")
      }
      #expect(try cluster.stop(web) == .exited(0))
    }
  }
}
