import ArgumentParser
import Cluster
import Foundation
import MSNP
import ServerKit
import Testing
import WebServices

@testable import Monarch

/// The settings of a node: who wins, and what is said of those that are missing or wrong.
struct SettingsTests {
  private let folder: TestFolder
  private static let least = [
    "--node", "ns-1", "--listen", "127.0.0.11", "--database", "postgresql:///monarch", "--keys", "/k/n.keys",
  ]

  init() throws { folder = try TestFolder() }

  private func settings(
    _ flags: [String] = least, environment: [String: String] = [:], file: String? = nil,
    role: NodeRole = .notification
  ) async throws -> NodeSettings {
    var flags = flags
    if let file { flags += ["--config", try folder.file("monarch.conf", file)] }
    return try await NodeSettings(try NodeOptions.parse(flags), role: role, environment: environment)
  }

  /// What is said of the settings, one finding a string.
  private func findings(
    _ flags: [String] = least, environment: [String: String] = [:], file: String? = nil,
    role: NodeRole = .notification
  ) async throws -> [String] {
    do {
      _ = try await settings(flags, environment: environment, file: file, role: role)
      return []
    } catch let failure as SettingsFailure {
      return failure.findings.map(\.description)
    }
  }

  @Test func theLeastThatWorksAndItsDefaults() async throws {
    let settings = try await settings()
    #expect(settings.role == .notification)
    #expect(settings.node == "ns-1")
    #expect(settings.listen == HostPort(host: "127.0.0.11", port: 1863))
    #expect(settings.advertise == settings.listen)
    #expect(settings.database == "postgresql:///monarch")
    #expect(settings.keys == "/k/n.keys")
    #expect(settings.admin == HostPort(host: "127.0.0.1", port: 0))
    #expect(settings.log == nil)
    #expect(settings.site == "http://127.0.0.11/")
    #expect(settings.drainSeconds == 30)
    #expect(!settings.isVerbose)
  }

  @Test func everySettingCanComeFromEachPlace() async throws {
    let values = [
      "node": "ns-7", "listen": "0.0.0.0:1900", "advertise": "192.0.2.7:1863", "database": "postgres://u:p@h/d",
      "keys": "/k", "admin": "none", "log": "/var/log/m.log", "site": "https://m.example.org", "drain-seconds": "5",
      "verbose": "true",
    ]
    let flags = values.filter { $0.key != "verbose" }.flatMap { ["--\($0.key)", $0.value] } + ["--verbose"]
    let variables = Dictionary(
      uniqueKeysWithValues: values.map { ("MONARCH_" + $0.key.uppercased().replacing("-", with: "_"), $0.value) })
    let file = values.map { "\($0.key): \($0.value)" }.joined(separator: "\n")
    let section = "notification:\n" + values.map { "  \($0.key): \($0.value)" }.joined(separator: "\n")
    let all = [
      try await settings(flags), try await settings([], environment: variables),
      try await settings([], file: file), try await settings([], file: section),
    ]
    for found in all { #expect(found == all[0]) }
    #expect(all[0].advertise == HostPort(host: "192.0.2.7", port: 1863))
    #expect(all[0].admin == nil)
    #expect(all[0].log == "/var/log/m.log")
    #expect(all[0].site == "https://m.example.org/")
    #expect(all[0].drainSeconds == 5)
    #expect(all[0].isVerbose)
  }

  @Test func flagsWinOverTheEnvironmentAndTheEnvironmentOverTheFile() async throws {
    let file = "site: http://top/\nnotification:\n  site: http://section/\nswitchboard:\n  site: http://other/\n"
    let variables = ["MONARCH_SITE": "http://variable/"]
    let flag = SettingsTests.least + ["--site", "http://flag/"]
    #expect(try await settings(flag, environment: variables, file: file).site == "http://flag/")
    #expect(try await settings(environment: variables, file: file).site == "http://variable/")
    #expect(try await settings(file: file).site == "http://section/")
    #expect(try await settings(file: file, role: .dispatch).site == "http://top/")
  }

  @Test func whatIsEmptyInTheEnvironmentIsNotGiven() async throws {
    #expect(try await settings(environment: ["MONARCH_SITE": "", "MONARCH_CONFIG": ""]).site == "http://127.0.0.11/")
  }

  @Test func theFileCanBeNamedInTheEnvironment() async throws {
    let path = try folder.file("named.conf", "drain-seconds: 7")
    #expect(try await settings(environment: ["MONARCH_CONFIG": path]).drainSeconds == 7)
  }

  @Test func everythingThatIsMissingIsNamedAtOnce() async throws {
    let places = { (name: String) in "--\(name), MONARCH_\(name.uppercased()) in the environment, or '\(name)' in" }
    #expect(
      try await findings([], role: .switchboard) == [
        "this node has no name: give \(places("node")) the file of --config, such as sb-1.",
        "there is no address to listen on: give \(places("listen")) the file of --config, such as 127.0.0.1:1863.",
        "there is no database: give \(places("database")) the file of --config, such as postgresql:///monarch.",
        "there is no file of keys: give \(places("keys")) the file of --config, such as "
          + "/etc/monarch/keys/switchboard.keys.",
      ])
  }

  @Test func clientsCannotBeSentToEveryAddress() async throws {
    let needed = [
      "clients cannot be sent to 0.0.0.0, on which this node listens: give --advertise, MONARCH_ADVERTISE in the "
        + "environment, or 'advertise' in the file of --config, such as 192.0.2.10."
    ]
    #expect(try await findings(SettingsTests.least + ["--listen", "0.0.0.0"]) == needed)
    let wrong = try await findings(SettingsTests.least + ["--advertise", "0.0.0.0"])
    #expect(wrong.count == 1)
    #expect(
      wrong.first?.hasPrefix("--advertise (MONARCH_ADVERTISE, or 'advertise' in the file): '0.0.0.0' is no") == true)
  }

  @Test(arguments: [
    ("node", "NS-1"), ("node", "-a"), ("node", "a_b"), ("node", "a234567890123456789012345678901"),
    ("listen", "127.0.0.1:0"), ("listen", "::1"), ("listen", "a b"), ("listen", "x:99999"), ("admin", "9863"),
    ("admin", "nowhere"), ("site", "messenger.example.org"), ("drain-seconds", "soon"), ("drain-seconds", "-1"),
    ("drain-seconds", "3601"),
  ])
  func whatIsWrongIsNamedWithItsValue(_ name: String, _ value: String) async throws {
    let found = try await findings(SettingsTests.least + ["--\(name)=\(value)"])
    let variable = "MONARCH_" + name.uppercased().replacing("-", with: "_")
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("--\(name) (\(variable), or '\(name)' in the file): '\(value)' is") == true)
  }

  @Test func theDatabaseIsNeverShown() async throws {
    let found = try await findings(SettingsTests.least + ["--database", "mysql://me:secret@host/x"])
    #expect(found.count == 1)
    #expect(found.first?.contains("secret") == false)
    #expect(found.first?.hasPrefix("--database (MONARCH_DATABASE, or 'database' in the file): the value is no") == true)
  }

  @Test func aMistypedKeyOfTheFileIsNamed() async throws {
    let found = try await findings(file: "listne: 127.0.0.1\nnotification:\n  drain_seconds: 3\nnotify:\n  node: x\n")
    #expect(found.count == 3)
    for (finding, key) in zip(found, ["listne", "notification.drain_seconds", "notify.node"]) {
      #expect(
        finding.hasPrefix("the settings file \(folder.path)/monarch.conf: unknown key '\(key)'; the keys are node"))
    }
  }

  @Test(arguments: ["node: [a, b]", "- node", "node: 'x", "node: a\nnode: b"])
  func aFileThatSaysSomethingElseIsRefused(_ text: String) async throws {
    let found = try await findings([], file: text)
    #expect(found.first?.contains(text == "node: [a, b]" ? "has to be one value" : "cannot be read as YAML") == true)
  }

  @Test func aFileThatIsNotThereIsNamed() async throws {
    let found = try await findings(SettingsTests.least + ["--config", "/none/monarch.conf"])
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("the settings file /none/monarch.conf: ") == true)
  }

  // MARK: The web role

  private static let leastOfWeb = ["--node", "web-1", "--database", "postgresql:///monarch", "--keys", "/k/w.keys"]

  @Test func aWebNodeListensOnOnePortUnlessTold() async throws {
    let settings = try await settings(SettingsTests.leastOfWeb + ["--listen", "127.0.0.41"], role: .web)
    #expect(settings.listen == HostPort(host: "127.0.0.41", port: 8080))
    #expect(settings.advertise == settings.listen)
    let web = try #require(settings.web)
    #expect(web.listen == [settings.listen])
    #expect(web.addresses == web.listen)
    #expect(web.certificate == nil && web.oldCertificate == nil && web.publicURLs.isEmpty && web.trustedProxies.isEmpty)
    #expect(try await self.settings().web == nil)
  }

  @Test func aWebNodeListensWhereverItIsTold() async throws {
    let values = [
      "listen": "0.0.0.0:80, 0.0.0.0", "listen-tls": "0.0.0.0", "listen-old-tls": "192.0.2.11:443",
      "certificate": "/c.pem", "certificate-key": "/k.pem", "old-certificate": "/oc.pem",
      "old-certificate-key": "/ok.pem",
      "public-url": "https://login.example.org,http://m.example.org:8080", "trusted-proxy": "127.0.0.1,10.0.0.0/8",
      "advertise": "192.0.2.41", "service-name": "Chat & Co", "registration": "open", "history-days": "7",
      "root-certificate": "/etc/monarch/certificates/ca.cer",
    ]
    let flags = values.flatMap { ["--\($0.key)", $0.value] }
    let variables = Dictionary(
      uniqueKeysWithValues: values.map { ("MONARCH_" + $0.key.uppercased().replacing("-", with: "_"), $0.value) })
    let file = "web:\n" + values.map { "  \($0.key): \($0.value)" }.joined(separator: "\n")
    let all = [
      try await settings(SettingsTests.leastOfWeb + flags, role: .web),
      try await settings(SettingsTests.leastOfWeb, environment: variables, role: .web),
      try await settings(SettingsTests.leastOfWeb, file: file, role: .web),
    ]
    for found in all { #expect(found == all[0]) }
    let web = try #require(all[0].web)
    #expect(web.listen == [HostPort(host: "0.0.0.0", port: 80), HostPort(host: "0.0.0.0", port: 8080)])
    #expect(web.listenTLS == [HostPort(host: "0.0.0.0", port: 8443)])
    #expect(web.listenOldTLS == [HostPort(host: "192.0.2.11", port: 443)])
    #expect([web.certificate, web.oldCertificate].map { $0?.certificate } == ["/c.pem", "/oc.pem"])
    #expect([web.certificate, web.oldCertificate].map { $0?.key } == ["/k.pem", "/ok.pem"])
    #expect(web.publicURLs.map(\.description) == ["https://login.example.org", "http://m.example.org:8080"])
    #expect(web.trustedProxies.contains("10.9.8.7"))
    #expect(all[0].advertise == HostPort(host: "192.0.2.41", port: 8080))
    #expect(web.serviceName == "Chat & Co" && web.registration == .open && web.historyDays == 7)
    #expect(web.rootCertificate == "/etc/monarch/certificates/ca.cer")
  }

  @Test func pagesHaveSettingsOfTheirOwn() async throws {
    let flags = SettingsTests.leastOfWeb + ["--listen", "127.0.0.1"]
    let plain = try #require(try await settings(flags, role: .web).web)
    #expect(plain.serviceName == "Monarch" && plain.registration == .invitation && plain.historyDays == 90)
    #expect(plain.rootCertificate == nil)
    for (text, registration) in [("closed", Registration.closed), ("Invitation", .invitation), ("OPEN", .open)] {
      #expect(try await settings(flags + ["--registration", text], role: .web).web?.registration == registration)
    }
    for days in [0, 1, 36_500] {
      #expect(try await settings(flags + ["--history-days", "\(days)"], role: .web).web?.historyDays == days)
    }
  }

  @Test(arguments: [
    ("registration", "everybody"), ("history-days", "-1"), ("history-days", "36501"), ("history-days", "a week"),
    ("service-name", "a\u{7}b"), ("service-name", String(repeating: "x", count: 100)),
  ])
  func whatIsWrongOfThePagesIsNamed(_ name: String, _ value: String) async throws {
    let flags = SettingsTests.leastOfWeb + ["--listen", "127.0.0.1", "--\(name)=\(value)"]
    let found = try await findings(flags, role: .web)
    #expect(found.count == 1)
    let variable = "MONARCH_" + name.uppercased().replacing("-", with: "_")
    #expect(found.first?.hasPrefix("--\(name) (\(variable), or '\(name)' in the file): '\(value)' is ") == true)
  }

  @Test func aWebNodeMayServeHTTPSAlone() async throws {
    let tls = ["--listen-tls", "192.0.2.41:443", "--certificate", "/c.pem", "--certificate-key", "/k.pem"]
    let settings = try await settings(SettingsTests.leastOfWeb + tls, role: .web)
    #expect(settings.web?.addresses == [HostPort(host: "192.0.2.41", port: 443)])
    #expect(settings.advertise == HostPort(host: "192.0.2.41", port: 443))
  }

  @Test func whatAWebNodeMissesIsNamed() async throws {
    let nothing = try await findings(SettingsTests.leastOfWeb, role: .web)
    #expect(
      nothing == [
        "there is no address to listen on: give --listen, MONARCH_LISTEN in the environment, or 'listen' in the file of "
          + "--config, such as 127.0.0.1:8080."
      ])
    let bare = try await findings(SettingsTests.leastOfWeb + ["--listen-tls", "127.0.0.1"], role: .web)
    #expect(
      bare.map { $0.prefix { $0 != ":" } } == [
        "there is no certificate for --listen-tls", "there is no private key for --certificate",
      ])
  }

  @Test(arguments: [
    ("listen", "a b"), ("listen", "127.0.0.1,,"), ("listen", "127.0.0.1,127.0.0.1:8080"), ("listen-tls", "x:99999"),
    ("public-url", "login.example.org"), ("public-url", "https://a/b"), ("trusted-proxy", "10.0.0.0/99"),
    ("trusted-proxy", "proxy"),
  ])
  func whatIsWrongOfAWebNodeIsNamedWithItsValue(_ name: String, _ value: String) async throws {
    let listen = name == "listen" ? [] : ["--listen", "127.0.0.1"]
    let found = try await findings(SettingsTests.leastOfWeb + listen + ["--\(name)=\(value)"], role: .web)
    #expect(found.first?.hasPrefix("--\(name) (MONARCH_") == true)
    #expect(found.first?.contains("'\(value)' is no ") == true)
  }

  @Test func aNotificationServerIsToldHowToTreatClients() async throws {
    let least = ["--node", "ns-1", "--listen", "127.0.0.1", "--database", "postgresql:///monarch", "--keys", "/k"]
    let plain = try await settings(least)
    #expect(plain.challenges == .on && plain.contactLimit == 600 && plain.mail == nil)
    let told = try await settings(
      least + ["--challenges", "Strict", "--contact-limit", "1000"],
      environment: ["MONARCH_MAIL": "http://mail.example.org", "MONARCH_CHALLENGES": "off"])
    #expect(told.challenges == .strict && told.contactLimit == 1000 && told.mail == "http://mail.example.org/")
    for wrong in [["--challenges", "no"], ["--contact-limit", "0"], ["--mail", "example"]] {
      await #expect(throws: SettingsFailure.self) { try await settings(least + wrong) }
    }
  }

  @Test(arguments: NodeRole.allCases)
  func theExampleWorksForEveryRole(_ role: NodeRole) async throws {
    let example = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../deploy/monarch.conf")
    let settings = try await settings(["--config", example.path], role: role)
    #expect(settings.node == role.exampleName)
    #expect(settings.keys == "/etc/monarch/keys/\(role.rawValue).keys")
  }

  private static let secure = [
    "--node", "web-1", "--database", "postgresql:///monarch", "--keys", "/k/web.keys", "--certificate", "/c/server.pem",
    "--certificate-key", "/c/server.key", "--old-certificate", "/c/server-old.pem", "--old-certificate-key",
    "/c/server-old.key",
  ]

  @Test func aWebNodeHasAnyNumberOfListeners() async throws {
    let flags =
      SettingsTests.secure + [
        "--listen", "192.0.2.1:80,192.0.2.1", "--listen-tls", "192.0.2.1:443,192.0.2.1", "--listen-old-tls",
        "192.0.2.2:443",
      ]
    let web = try #require(try await settings(flags, role: .web).web)
    #expect(web.listen.map(\.description) == ["192.0.2.1:80", "192.0.2.1:8080"])
    #expect(web.listenTLS.map(\.description) == ["192.0.2.1:443", "192.0.2.1:8443"])
    #expect(web.listenOldTLS.map(\.description) == ["192.0.2.2:443"])
    #expect(web.certificate == CertificateFiles(certificate: "/c/server.pem", key: "/c/server.key"))
    #expect(web.oldCertificate == CertificateFiles(certificate: "/c/server-old.pem", key: "/c/server-old.key"))
  }

  @Test func aCertificateThatNothingListensWithIsLeftAlone() async throws {
    let web = try #require(try await settings(SettingsTests.secure + ["--listen", "192.0.2.1:80"], role: .web).web)
    #expect(web.certificate == nil)
    #expect(web.oldCertificate == nil)
  }

  @Test func aListenerOfHTTPSNeedsItsCertificate() async throws {
    let found = try await findings(
      [
        "--node", "web-1", "--database", "postgresql:///monarch", "--keys", "/k/web.keys", "--listen-old-tls",
        "192.0.2.1:443",
      ], role: .web)
    #expect(found.count == 2)
    #expect(found.first?.hasPrefix("there is no certificate for --listen-old-tls: give --old-certificate, ") == true)
    #expect(
      found.last?.hasPrefix("there is no private key for --old-certificate: give --old-certificate-key, ") == true)
  }

  @Test(arguments: [
    ("192.0.2.1:443", "192.0.2.1:8443", "192.0.2.1:8443", "listen-old-tls", "192.0.2.1:8443", "listen-tls"),
    ("192.0.2.1:443", "192.0.2.1:443", "192.0.2.2:443", "listen-tls", "192.0.2.1:443", "listen"),
    ("192.0.2.1:80", "0.0.0.0:443", "192.0.2.2:443", "listen-old-tls", "192.0.2.2:443", "listen-tls"),
    ("0.0.0.0:443", "192.0.2.1:8443", "192.0.2.2:443", "listen-old-tls", "192.0.2.2:443", "listen"),
  ])
  func noPortIsShared(
    _ plain: String, _ modern: String, _ old: String, _ wrong: String, _ address: String, _ other: String
  ) async throws {
    let found = try await findings(
      SettingsTests.secure + [
        "--listen", plain, "--listen-tls", modern, "--listen-old-tls", old, "--advertise", "192.0.2.1",
      ], role: .web)
    let variable = "MONARCH_" + wrong.uppercased().replacing("-", with: "_")
    #expect(
      found == [
        "--\(wrong) (\(variable), or '\(wrong)' in the file): '\(address)' is where --\(other) listens already: give each a"
          + " port or an address of its own."
      ])
  }
}
