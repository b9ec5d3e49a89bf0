import MSNP
import Testing

@testable import WebServices

/// What people copy or download, byte for byte.
struct ClientFilesTests {
  typealias Setting = ServicePlacesTests.Setting

  @Test(arguments: [
    (
      ServicePlacesTests.loopback,
      "REGEDIT4\r\n\r\n[HKEY_CURRENT_USER\\SOFTWARE\\Microsoft\\MessengerService]\r\n\"Server\"=\"127.0.0.1;127.0.0.1\"\r\n\r\n"
    ),
    (
      ServicePlacesTests.publicHost,
      "REGEDIT4\r\n\r\n[HKEY_CURRENT_USER\\SOFTWARE\\Microsoft\\MessengerService]\r\n\"Server\"=\"192.168.1.20;192.168.1.20\"\r\n\r\n"
    ),
    (
      ServicePlacesTests.withoutTLS,
      "REGEDIT4\r\n\r\n[HKEY_CURRENT_USER\\SOFTWARE\\Microsoft\\MessengerService]\r\n\"Server\"=\"192.168.1.20;192.168.1.20:1864\"\r\n\r\n"
    ),
    (
      ServicePlacesTests.apart,
      "REGEDIT4\r\n\r\n[HKEY_CURRENT_USER\\SOFTWARE\\Microsoft\\MessengerService]\r\n\"Server\"=\"192.0.2.10;192.0.2.10\"\r\n\r\n"
    ),
  ])
  func theRegistryFile(_ setting: Setting, _ text: String) throws {
    let file = try #require(RegistryFile(.messengerService, try setting.places))
    #expect(String(decoding: file.bytes, as: UTF8.self) == text)
  }

  @Test func theRegistryFileOfLaterClients() throws {
    let file = try #require(RegistryFile(.msnMessenger, try ServicePlacesTests.apart.places))
    #expect(
      String(decoding: file.bytes, as: UTF8.self)
        == "REGEDIT4\r\n\r\n[HKEY_CURRENT_USER\\SOFTWARE\\Microsoft\\MSNMessenger]\r\n\"Server\"=\"192.0.2.10;192.0.2.10\"\r\n\r\n"
    )
  }

  /// The client looks up no name in that value.
  @Test func withoutANumberedAddressThereIsNoRegistryFile() throws {
    var setting = ServicePlacesTests.apart
    setting.dispatch = [HostPort(host: "msn.example.org", port: 1863)]
    #expect(RegistryFile(.messengerService, try setting.places) == nil)
    setting.dispatch = []
    #expect(RegistryFile(.messengerService, try setting.places) == nil)
  }

  @Test(arguments: [
    (ServicePlacesTests.loopback, "http://127.0.0.1:8080"), (ServicePlacesTests.publicHost, "http://192.168.1.20"),
    (ServicePlacesTests.withoutTLS, "http://192.168.1.20:8080"),
    (ServicePlacesTests.behindProxy, "http://msn.example.org"),
  ])
  func theFileOfMSNExplorer(_ setting: Setting, _ place: String) throws {
    let file = ExplorerFile(place: try #require(try setting.places.plain))
    #expect(
      String(decoding: file.bytes, as: UTF8.self)
        == "[MSN6]\r\nPassportClientXML=\(place)/nexus.passport.com/client/client.xml\r\n")
  }

  @Test(arguments: [
    (
      ServicePlacesTests.publicHost,
      [
        "192.168.1.20 messenger.hotmail.com", "192.168.1.20 nexus.passport.com", "192.168.1.20 login.passport.com",
        "192.168.1.20 login.live.com", "192.168.1.20 config.messenger.msn.com", "192.168.1.20 svcs.microsoft.com",
        "192.168.1.20 gateway.messenger.hotmail.com",
      ]
    ),
    (
      ServicePlacesTests.apart,
      [
        "192.0.2.10 messenger.hotmail.com", "192.0.2.31 nexus.passport.com", "192.0.2.31 login.passport.com",
        "192.0.2.31 login.live.com", "192.0.2.30 config.messenger.msn.com", "192.0.2.30 svcs.microsoft.com",
        "192.0.2.30 gateway.messenger.hotmail.com",
      ]
    ),
    // Nothing answers at 443 and 80.
    (ServicePlacesTests.loopback, ["127.0.0.1 messenger.hotmail.com"]),
    // Nor at 1863.
    (ServicePlacesTests.withoutTLS, []),
    (
      ServicePlacesTests.behindProxy,
      [
        "192.0.2.10 messenger.hotmail.com", "[address of msn.example.org] nexus.passport.com",
        "[address of msn.example.org] login.passport.com", "[address of msn.example.org] login.live.com",
        "[address of msn.example.org] config.messenger.msn.com", "[address of msn.example.org] svcs.microsoft.com",
        "[address of msn.example.org] gateway.messenger.hotmail.com",
      ]
    ),
  ])
  func theLinesOfTheHostsFile(_ setting: Setting, _ lines: [String]) throws {
    #expect(HostsFile(ClientHost.messenger5To7, try setting.places).lines == lines)
  }

  @Test func namesThatAHostsFileCannotHoldAreTold() throws {
    let file = HostsFile(ClientHost.messenger75, try ServicePlacesTests.behindProxy.places)
    #expect(file.unresolved == ["msn.example.org"])
  }

  /// Every host behind TLS is on the certificate that the service makes.
  @Test func theCertificateIsGoodForEveryHost() {
    let hosts = ClientHost.windowsMessenger + ClientHost.messenger5To7 + ClientHost.messenger75 + ClientHost.thirdParty
    for host in hosts where host.server == .secure { #expect(ReferenceHosts.certificate.contains(host.name)) }
  }
}
