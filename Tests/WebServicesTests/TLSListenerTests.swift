import Foundation
import Logging
import MSNP
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import ServerKit
import TestKit
import Testing

@testable import WebServices

/// TLS listeners over real sockets, as OpenSSL, curl, BoringSSL and hand-made first messages see them.
@Suite(.serialized) final class TLSListenerTests {
  private let folder: CertificatesForTests
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

  init() throws { folder = try CertificatesForTests() }

  deinit { try? group.syncShutdownGracefully() }

  private func listen(_ age: TLSAge, patience: TimeAmount = TLSContext.patience) async throws -> (TLSContext, Listener)
  {
    let context = try TLSContext(age, folder.files(age), patience: patience)
    let listener = try await Listener.bind(
      HostPort(host: "127.0.0.1", port: 0), acceptingOn: group, serving: group, limit: AddressLimit(),
      logger: Logger(label: "test")
    ) { channel in
      try context.attach(to: channel)
      try channel.pipeline.syncOperations.configureHTTPServerPipeline()
      try channel.pipeline.syncOperations.addHandler(Greeter())
    }
    return (context, listener)
  }

  /// A handshake of OpenSSL's client that ends with the end of its input.
  private func handshake(_ listener: Listener, _ options: String...) async throws -> CommandRun {
    let arguments = ["s_client", "-connect", "127.0.0.1:\(listener.port)", "-CAfile", folder.root] + options
    return try await onThread { try CommandRun("openssl", arguments) }
  }

  @Test(arguments: ["AES128-SHA", "AES256-SHA", "ECDHE-RSA-AES128-SHA"])
  func theOldListenerSpeaksTLS1WithThatSuite(_ suite: String) async throws {
    let (_, listener) = try await listen(.old)
    let run = try await handshake(listener, "-tls1", "-cipher", "\(suite):@SECLEVEL=0")
    #expect(run.output.contains("New, ") && run.output.contains("Cipher is \(suite)"), "\(run.errors)")
    #expect(run.output.contains("Protocol  : TLSv1\n"))
    #expect(run.output.contains("Verify return code: 0 (ok)"))
    await listener.close()
  }

  @Test func theOldListenerSpeaksTripleDES() async throws {
    let (_, listener) = try await listen(.old)
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv1
    configuration.maximumTLSVersion = .tlsv1
    configuration.cipherSuites = "DES-CBC3-SHA"
    configuration.trustRoots = .file(folder.root)
    let answer = try await FirstAnswer.of(
      listener.port, on: group, through: NIOSSLContext(configuration: configuration), as: "login.live.com")
    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
    await listener.close()
  }

  /// What Internet Explorer 6 sends while SSL 2.0 is ticked in its options: the first message in SSL 2's form, with
  /// TLS 1.0 as its version.
  @Test func theOldListenerTakesAFirstMessageInSSL2Form() async throws {
    let (_, listener) = try await listen(.old)
    let hello: [UInt8] =
      [0x80, 0x1f, 0x01, 0x03, 0x01, 0x00, 0x06, 0x00, 0x00, 0x00, 0x10] + [0x00, 0x00, 0x0a, 0x00, 0x00, 0x04]
      + [UInt8](repeating: 7, count: 16)
    let answer = try await FirstAnswer.bytes(listener.port, on: group, sending: hello)
    #expect(answer.prefix(3) == [0x16, 0x03, 0x01], "a handshake record of TLS 1.0")
    #expect(answer.dropFirst(5).first == 0x02, "ServerHello")
    await listener.close()
  }

  @Test func theOldListenerRefusesRC4AndSSL3() async throws {
    let (_, listener) = try await listen(.old)
    for (version, suite) in [(UInt8(1), [UInt8(0x00), 0x05]), (0, [0x00, 0x0a])] {
      let answer = try await FirstAnswer.bytes(
        listener.port, on: group, sending: FirstMessage.clientHello(minor: version, suite: suite))
      #expect(answer.first == 0x15, "an alert")
    }
    let triple = try await FirstAnswer.bytes(
      listener.port, on: group, sending: FirstMessage.clientHello(minor: 1, suite: [0x00, 0x0a]))
    #expect(triple.first == 0x16, "the same message with a suite that is there")
    await listener.close()
  }

  @Test func theOldListenerSpeaksTodaysVersionsToo() async throws {
    let (_, listener) = try await listen(.old)
    #expect(try await handshake(listener, "-tls1_2").output.contains("Protocol  : TLSv1.2\n"))
    #expect(try await handshake(listener, "-tls1_3").output.contains("New, TLSv1.3, "))
    await listener.close()
  }

  @Test func theModernListenerSpeaksTLS13And12() async throws {
    let (_, listener) = try await listen(.modern)
    let latest = try await handshake(listener, "-alpn", "http/1.1", "-servername", "nexus.passport.com")
    #expect(latest.output.contains("New, TLSv1.3, "), "\(latest.errors)")
    #expect(latest.output.contains("ALPN protocol: http/1.1"))
    #expect(latest.output.contains("Verify return code: 0 (ok)"))
    #expect(try await handshake(listener, "-tls1_2").output.contains("Protocol  : TLSv1.2\n"))
    await listener.close()
  }

  @Test(arguments: ["-tls1", "-tls1_1"])
  func theModernListenerRefusesOldVersions(_ version: String) async throws {
    let (_, listener) = try await listen(.modern)
    let run = try await handshake(listener, version, "-cipher", "ALL:@SECLEVEL=0")
    #expect(!run.hasSucceeded)
    #expect(run.errors.contains("alert protocol version"))
    #expect(run.output.contains("New, (NONE), Cipher is (NONE)"))
    await listener.close()
  }

  @Test(arguments: TLSAge.allCases)
  func aClientWithoutServerNameGetsTheCertificate(_ age: TLSAge) async throws {
    let (_, listener) = try await listen(age)
    let run = try await handshake(listener, "-noservername", "-verify_hostname", "login.live.com")
    #expect(run.output.contains("subject=O = Monarch, CN = login.live.com"), "\(run.errors)")
    #expect(run.output.contains("Verify return code: 0 (ok)"))
    await listener.close()
  }

  @Test(arguments: TLSAge.allCases)
  func curlTrustsTheRootForTheNamesOfTheService(_ age: TLSAge) async throws {
    let (_, listener) = try await listen(age)
    let (port, root) = (listener.port, folder.root)
    let run = try await onThread {
      try CommandRun(
        "curl",
        [
          "--silent", "--show-error", "--write-out", "\\n", "--cacert", root, "--resolve",
          "nexus.passport.com:\(port):127.0.0.1",
          "https://nexus.passport.com:\(port)/",
        ])
    }
    #expect(run.output == "hello", "\(run.errors)")
    await listener.close()
  }

  @Test func certificatesAreReadAgain() async throws {
    let (context, listener) = try await listen(.modern)
    let before = try await handshake(listener).output
    try folder.renew()
    try context.reload()
    let after = try await handshake(listener).output
    let (old, new) = (Self.serverCertificate(before), Self.serverCertificate(after))
    #expect(old != nil && new != nil && old != new)
    #expect((824...825).contains(context.daysLeft))
    // What is wrong leaves things as they are.
    try folder.write("server.pem", "rubbish")
    #expect(throws: TLSFailure.noCertificate(path: folder.files(.modern).certificate)) { try context.reload() }
    #expect(try await Self.serverCertificate(handshake(listener).output) == new)
    await listener.close()
  }

  private static func serverCertificate(_ output: String) -> Substring? {
    output.firstMatch(of: /-----BEGIN CERTIFICATE-----\n([^-]+)/)?.1
  }

  @Test func whoDoesNotFinishTheHandshakeIsClosed() async throws {
    let (_, listener) = try await listen(.modern, patience: .milliseconds(200))
    let silent = try await FirstAnswer.bytes(listener.port, on: group, sending: [])
    #expect(silent.isEmpty)
    let half = try await FirstAnswer.bytes(listener.port, on: group, sending: [0x16, 0x03, 0x01])
    #expect(half.isEmpty)
    await listener.close()
  }

  @Test func whoFinishesTheHandshakeMayTakeLonger() async throws {
    let (_, listener) = try await listen(.modern, patience: .milliseconds(500))
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.trustRoots = .file(folder.root)
    let answer = try await FirstAnswer.of(
      listener.port, on: group, through: NIOSSLContext(configuration: configuration), as: "login.live.com",
      asking: .milliseconds(900))
    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
    await listener.close()
  }
}
