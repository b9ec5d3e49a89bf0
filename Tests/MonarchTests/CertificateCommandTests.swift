import Foundation
import NIOSSL
import TestKit
import Testing
import WebServices
import X509

@testable import Monarch

/// `monarch certificates`: the program itself, and what OpenSSL and BoringSSL say of its files.
struct CertificateCommandTests {
  private let folder: TestFolder
  private var path: String { folder.path + "/certificates" }

  init() throws { folder = try TestFolder() }

  private func mode(_ name: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")[.posixPermissions] as? Int
  }

  private func openssl(_ arguments: String...) async throws -> CommandRun {
    try await onThread { try CommandRun("openssl", arguments) }
  }

  private func text(_ name: String) async throws -> String {
    let run = try await openssl("x509", "-in", "\(path)/\(name)", "-noout", "-text")
    #expect(run.hasSucceeded)
    return run.output
  }

  private func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: "\(path)/\(name)")) }

  private func make(_ more: String...) async throws {
    let outcome = try await monarch(["certificates", "new", path] + more, in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
  }

  @Test func newMakesARootAndServerCertificatesThatItVouchesFor() async throws {
    try await make("--host", "chat.example.org", "--host", "192.168.1.20")
    let names = ["ca.cer", "ca.key", "ca.pem", "server-old.key", "server-old.pem", "server.key", "server.pem"]
    #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == names)
    for name in names { #expect(try mode(name) == (name.hasSuffix(".key") ? 0o600 : 0o644)) }
    for server in ["server.pem", "server-old.pem"] {
      for host in ["login.live.com", "nexus.passport.com", "byrdr.omega.contacts.msn.com", "chat.example.org"] {
        let run = try await openssl(
          "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", "\(path)/ca.pem", "-verify_hostname", host,
          "\(path)/\(server)")
        #expect(run.hasSucceeded, "\(run.errors)")
      }
      let address = try await openssl(
        "verify", "-CAfile", "\(path)/ca.pem", "-verify_ip", "192.168.1.20", "\(path)/\(server)")
      #expect(address.hasSucceeded, "\(address.errors)")
      let stranger = try await openssl(
        "verify", "-CAfile", "\(path)/ca.pem", "-verify_hostname", "example.org", "\(path)/\(server)")
      #expect(!stranger.hasSucceeded)
    }
  }

  @Test func theModernCertificateHasAnEllipticKeyAndTheOldOneRSA() async throws {
    try await make()
    let modern = try await text("server.pem")
    #expect(modern.contains("Version: 3 (0x2)"))
    #expect(modern.contains("ASN1 OID: prime256v1"))
    #expect(modern.contains("Signature Algorithm: sha256WithRSAEncryption"))
    #expect(modern.contains("X509v3 Key Usage: critical\n                Digital Signature\n"))
    let old = try await text("server-old.pem")
    #expect(old.contains("Public-Key: (2048 bit)"))
    #expect(old.contains("Subject: O = Monarch, CN = login.live.com\n"))
    #expect(old.contains("Signature Algorithm: sha256WithRSAEncryption"))
    #expect(old.contains("X509v3 Key Usage: critical\n                Digital Signature, Key Encipherment\n"))
    #expect(old.contains("Not Before: Jan  1 00:00:00 2000 GMT"))
    for text in [modern, old] {
      #expect(text.contains("X509v3 Basic Constraints: critical\n                CA:FALSE\n"))
      #expect(text.contains("X509v3 Extended Key Usage: \n                TLS Web Server Authentication\n"))
      #expect(text.contains("X509v3 Subject Key Identifier"))
      #expect(text.contains("X509v3 Authority Key Identifier"))
      #expect(!text.contains("CRL Distribution"), "clients would wait for what they cannot reach")
      #expect(!text.contains("Authority Information Access"))
    }
    let root = try await text("ca.pem")
    #expect(root.contains("CA:TRUE, pathlen:0"))
    #expect(root.contains("X509v3 Key Usage: critical\n                Certificate Sign, CRL Sign\n"))
    let cer = try await openssl("x509", "-inform", "der", "-in", "\(path)/ca.cer", "-noout", "-text")
    #expect(cer.output == root)
  }

  @Test func everyNameThatClientsLookForIsThere() async throws {
    try await make()
    let text = try await text("server-old.pem")
    let line = try #require(text.split(separator: "\n").first { $0.contains("DNS:") })
    let names = Set(
      line.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces).replacing("DNS:", with: "") })
    let documented = """
      messenger.hotmail.com gateway.messenger.hotmail.com geo.gateway.messenger.live.com s.gateway.messenger.live.com
      nexus.passport.com login.passport.com login.passport.net loginnet.passport.com login.live.com msnia.login.live.com
      clientconfig.passport.net contacts.msn.com *.contacts.msn.com *.omega.contacts.msn.com storage.msn.com
      *.storage.msn.com storage.live.com ows.messenger.msn.com config.messenger.msn.com *.messenger.msn.com rsi.hotmail.com
      sup.live.com directory.services.live.com account.live.com vp.sip.messenger.msn.com accountservices.passport.net
      accountservices.msn.com register.passport.net memberservices.passport.net signup.live.com login.msn.com
      """
    for name in documented.split(whereSeparator: \.isWhitespace) { #expect(names.contains(String(name)), "\(name)") }
  }

  @Test func sha1IsForWhatOldClientsCheckAndNothingElse() async throws {
    try await make("--sha1")
    #expect(try await text("ca.pem").contains("Signature Algorithm: sha1WithRSAEncryption"))
    #expect(try await text("server-old.pem").contains("Signature Algorithm: sha1WithRSAEncryption"))
    #expect(try await text("server.pem").contains("Signature Algorithm: sha256WithRSAEncryption"))
    // A root's own signature is not what makes it trusted: today's clients do not look at it.
    let modern = try await openssl("verify", "-auth_level", "2", "-CAfile", "\(path)/ca.pem", "\(path)/server.pem")
    #expect(modern.hasSucceeded, "\(modern.errors)")
    let old = try await openssl("verify", "-auth_level", "0", "-CAfile", "\(path)/ca.pem", "\(path)/server-old.pem")
    #expect(old.hasSucceeded, "\(old.errors)")
  }

  @Test func nothingIsOverwritten() async throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    _ = try folder.file("certificates/server-old.key", "mine")
    let outcome = try await monarch(["certificates", "new", path], in: folder)
    #expect(outcome.code == 1)
    #expect(
      outcome.errors.hasPrefix("Error: there is \(path)/server-old.key already, and nothing was changed: 'monarch"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["server-old.key"])
  }

  @Test(arguments: ["a b", "chat.example.org:443", "-a", "a..b", "*", "1.2.3", "ä.example.org"])
  func whatIsNoNameIsRefused(_ name: String) async throws {
    let outcome = try await monarch(["certificates", "new", path, "--host=\(name)"], in: folder)
    #expect(outcome.code == 64)
    #expect(outcome.errors.hasPrefix("Error: --host \(name): give a host name or an IP address, without port."))
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func renewKeepsRootNamesAndTheWayOfSigning() async throws {
    try await make("--sha1", "--host", "chat.example.org")
    let before = try ["ca.pem", "ca.cer", "ca.key", "server.pem", "server.key", "server-old.pem"].map(bytes)
    let outcome = try await monarch(["certificates", "renew", path, "--host", "new.example.org"], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("Made new server certificates in \(path), good until 20"))
    let after = try ["ca.pem", "ca.cer", "ca.key", "server.pem", "server.key", "server-old.pem"].map(bytes)
    #expect(before.prefix(3) == after.prefix(3))
    for (old, new) in zip(before, after).dropFirst(3) { #expect(old != new) }
    #expect(try mode("server.key") == 0o600)
    #expect(try mode("server.pem") == 0o644)
    #expect(try await text("server-old.pem").contains("Signature Algorithm: sha1WithRSAEncryption"))
    for host in ["chat.example.org", "new.example.org", "login.live.com"] {
      let run = try await openssl(
        "verify", "-CAfile", "\(path)/ca.pem", "-verify_hostname", host, "\(path)/server.pem")
      #expect(run.hasSucceeded, "\(run.errors)")
    }
  }

  @Test func aRootThatHasExpiredRenewsNothing() throws {
    let certificates = CertificateFolder(path: path)
    try certificates.make(own: [], signing: .sha256, now: Date(timeIntervalSinceNow: -21 * 365 * 86_400))
    let before = try bytes("server.pem")
    #expect {
      try certificates.renew(adding: [])
    } throws: {
      "\($0)".hasPrefix("the root \(path)/ca.pem has expired: make another one in a new folder with")
    }
    #expect(try bytes("server.pem") == before)
  }

  @Test func showTellsNamesExpiryAndFingerprints() async throws {
    try await make("--host", "chat.example.org")
    let outcome = try await monarch(["certificates", "show", path], in: folder)
    #expect(outcome.code == 0)
    let lines = outcome.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(lines.contains("chat.example.org"))
    for (option, label) in [("-sha1", "SHA-1      "), ("-sha256", "SHA-256    ")] {
      let run = try await openssl("x509", "-in", "\(path)/server.pem", "-noout", "-fingerprint", option)
      let print = try #require(run.output.split(separator: "=").last)
      #expect(lines.contains(label + print))
    }
    let root = try CertificateFolder(path: path).read(.root)
    #expect(lines.contains("good       from 2000-01-01 to \(CertificateReport.day(root.notValidAfter))"))
  }

  @Test func showSaysWhatExpires() async throws {
    let certificates = CertificateFolder(path: path)
    try certificates.make(own: [], signing: .sha256, now: Date(timeIntervalSinceNow: -810 * 86_400))
    let outcome = try await monarch(["certificates", "show", path], in: folder)
    #expect(outcome.code == 1)
    #expect(outcome.output.contains(": expires within 30 days\n"))
    let empty = try await monarch(["certificates", "show", folder.path], in: folder)
    #expect(empty.code == 1)
    #expect(
      empty.errors.hasPrefix(
        "Error: there is no \(folder.path)/ca.pem: 'monarch certificates new \(folder.path)' makes it"))
  }

  @Test func theFilesSuitTheTLSLibrary() throws {
    let certificates = CertificateFolder(path: path)
    try certificates.make(own: [], signing: .sha1)
    for member in [CertificateFolder.Member.modern, .old] {
      let chain = try NIOSSLCertificate.fromPEMFile(certificates.certificate(member))
      let key = try NIOSSLPrivateKey(file: certificates.key(member), format: .pem)
      _ = try NIOSSLContext(
        configuration: .makeServerConfiguration(
          certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key)))
    }
  }

  @Test func whatIsWrongWithACertificateEndsAWebNodeBeforeItListens() async throws {
    try await make()
    let keys = folder.path + "/keys"
    #expect(try await monarch(["keys", "new", keys], in: folder).code == 0)
    let flags = [
      "web", "--node", "web-1", "--listen-tls", "127.0.0.1:1", "--database", "postgresql://nobody@127.0.0.1:1/none",
      "--keys", keys + "/web.keys", "--certificate", path + "/server.pem", "--certificate-key",
    ]
    let outcome = try await monarch(flags + [path + "/server-old.key"], in: folder)
    #expect(outcome.code == 64)
    #expect(
      outcome.errors.hasPrefix(
        "Error: the key \(path)/server-old.key does not belong to the certificate \(path)/server.pem: take both from"))
    let check = try await monarch(["check"] + flags + [path + "/none.key"], in: folder)
    #expect(check.code == 1)
    #expect(
      check.output.contains(
        "there is no file \(path)/none.key: 'monarch certificates new DIR' makes certificates with their keys.\n"))
  }

  @Test func devMakesItsOwnAndRenewsThemForMoreNames() throws {
    let data = DataFolder(path: folder.data)
    func configuration(_ host: String?) -> AllInOne.Configuration {
      AllInOne.Configuration(
        folder: data, publicHost: host, port: 1, webPort: nil, webTLSPorts: [:], makesSampleUsers: false,
        registration: .invitation, historyDays: 90, isVerbose: false, testing: TestSettings([:]))
    }
    let certificates = CertificateFolder(path: data.certificates)
    func serial() throws -> Certificate.SerialNumber { try certificates.read(.modern).serialNumber }

    _ = try OwnCertificates(configuration(nil)).context(.modern)
    let first = try serial()
    #expect(try certificates.ownNames().map(\.description) == ["localhost", "127.0.0.1"])
    _ = try OwnCertificates(configuration(nil)).context(.old)
    #expect(try serial() == first, "what is good stays")

    _ = try OwnCertificates(configuration("192.0.2.7")).context(.modern)
    let second = try serial()
    #expect(second != first)
    #expect(try certificates.ownNames().map(\.description) == ["localhost", "127.0.0.1", "192.0.2.7"])

    try certificates.renew(adding: [], now: Date(timeIntervalSinceNow: -820 * 86_400))
    let third = try serial()
    _ = try OwnCertificates(configuration("192.0.2.7")).context(.modern)
    #expect(try serial() != third, "what expires soon is made again")
  }
}
