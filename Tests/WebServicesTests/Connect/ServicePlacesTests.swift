import Cluster
import MSNP
import Testing

@testable import WebServices

/// Where the pages say that the service is, for several ways in which it runs.
struct ServicePlacesTests {
  /// One way to run it.
  struct Setting: Sendable, CustomTestStringConvertible {
    var name: String
    var visit: String
    var facts: ConnectFacts
    var dispatch = [HostPort(host: "192.0.2.10", port: 1863)]
    var publicURLs: [String] = []
    var advertised = HostPort(host: "192.0.2.41", port: 80)

    var testDescription: String { name }

    var places: ServicePlaces {
      get throws {
        ServicePlaces(
          dispatch: dispatch, nodes: FakeDesk.cluster,
          settings: WebServer.Settings(
            advertised: advertised, publicURLs: publicURLs.compactMap { PublicURL($0) }, site: "http://a.example/",
            pages: PageSettings(connect: facts)), visit: try #require(PublicURL(visit)))
      }
    }
  }

  private static func at(_ host: String, _ ports: Int...) -> [HostPort] {
    ports.map { HostPort(host: host, port: $0) }
  }

  static let loopback = Setting(
    name: "monarch dev", visit: "http://localhost:8080",
    facts: ConnectFacts(plain: at("127.0.0.1", 8080), modernTLS: at("127.0.0.1", 8443), rootCertificate: [1]),
    dispatch: at("127.0.0.1", 1863), advertised: HostPort(host: "127.0.0.1", port: 8080))
  static let publicHost = Setting(
    name: "monarch dev --public-host with all ports", visit: "http://192.168.1.20",
    facts: ConnectFacts(
      plain: at("0.0.0.0", 80), modernTLS: at("0.0.0.0", 8443), oldTLS: at("0.0.0.0", 443), rootCertificate: [1]),
    dispatch: at("192.168.1.20", 1863), advertised: HostPort(host: "192.168.1.20", port: 80))
  static let withoutTLS = Setting(
    name: "monarch dev without HTTPS, at another port", visit: "http://192.168.1.20:8080",
    facts: ConnectFacts(plain: at("0.0.0.0", 8080)), dispatch: at("192.168.1.20", 1864),
    advertised: HostPort(host: "192.168.1.20", port: 8080))
  static let apart = Setting(
    name: "a cluster with old TLS on an address of its own", visit: "http://192.0.2.30",
    facts: ConnectFacts(
      plain: at("192.0.2.30", 80), modernTLS: at("192.0.2.30", 443), oldTLS: at("192.0.2.31", 443),
      rootCertificate: [1]), dispatch: at("192.0.2.10", 1863) + at("192.0.2.13", 1863))
  static let behindProxy = Setting(
    name: "a cluster behind a proxy", visit: "https://msn.example.org",
    facts: ConnectFacts(plain: at("10.0.0.5", 8080)),
    publicURLs: ["https://msn.example.org", "http://msn.example.org"],
    advertised: HostPort(host: "10.0.0.5", port: 8080))
  static let byOfficialName = Setting(
    name: "the browser of a machine with hosts lines", visit: "http://messenger.msn.com",
    facts: ConnectFacts(plain: at("0.0.0.0", 80), modernTLS: at("0.0.0.0", 443)))
  static let handedOn = Setting(
    name: "ports handed on by a firewall", visit: "http://msn.example.org",
    facts: ConnectFacts(plain: at("0.0.0.0", 8080), oldTLS: at("0.0.0.0", 8444)),
    publicURLs: ["http://msn.example.org", "https://login.example.org"])
  static let all = [loopback, publicHost, withoutTLS, apart, behindProxy, byOfficialName, handedOn]

  @Test func onLoopback() throws {
    let places = try ServicePlacesTests.loopback.places
    #expect(places.plain == PublicURL("http://127.0.0.1:8080"))
    #expect(places.security == .none)
    #expect(places.isLoopback && !places.isPlainAtItsPort && places.rootThumbprint != nil)
    #expect(places.loginHost == nil)
  }

  @Test func onAPublicHost() throws {
    let places = try ServicePlacesTests.publicHost.places
    #expect(places.plain == PublicURL("http://192.168.1.20"))
    #expect(places.security == .old)
    #expect(places.secureHost == "192.168.1.20" && places.web == "192.168.1.20")
    #expect(places.isPlainAtItsPort && !places.isLoopback)
    #expect(places.ports(ClientHost.messenger75) == [80, 443, 1863, 1865])
  }

  @Test func withoutHTTPS() throws {
    let places = try ServicePlacesTests.withoutTLS.places
    #expect(places.security == .none && places.rootThumbprint == nil)
    #expect(places.ports(ClientHost.messenger75) == [1863, 1864, 1865])
  }

  @Test func withListenersApartNamesLeadToTheOneThatOldClientsUnderstand() throws {
    let places = try ServicePlacesTests.apart.places
    #expect(places.security == .old)
    #expect(places.secureHost == "192.0.2.31")
    #expect(places.web == "192.0.2.30")
    var elsewhere = ServicePlacesTests.apart
    elsewhere.visit = "https://192.0.2.31"
    #expect(try elsewhere.places.plain == PublicURL("http://192.0.2.30"))
  }

  @Test func behindAProxy() throws {
    let places = try ServicePlacesTests.behindProxy.places
    #expect(places.security == .proxy)
    #expect(places.secureHost == "msn.example.org" && places.web == "msn.example.org")
    #expect(places.loginHost == "msn.example.org")
    #expect(places.plain == PublicURL("http://msn.example.org"))
  }

  @Test func anOfficialNameIsNoPlaceToSendAnybody() throws {
    let places = try ServicePlacesTests.byOfficialName.places
    #expect(places.web == "192.0.2.41" && places.secureHost == "192.0.2.41")
    #expect(places.plain == PublicURL("http://192.0.2.41"))
    #expect(places.security == .modern)
  }

  @Test func portsThatAreHandedOn() throws {
    let places = try ServicePlacesTests.handedOn.places
    #expect(places.security == .old)
    #expect(places.secureHost == "login.example.org" && places.web == "msn.example.org")
    #expect(places.loginHost == "login.example.org")
  }

  /// The SHA-1 of "abc", by FIPS 180-4's own example.
  @Test func theThumbprintIsAsWindowsShowsIt() {
    #expect(
      ServicePlaces.thumbprint(Array("abc".utf8)) == "a9 99 3e 36 47 06 81 6a ba 3e 25 71 78 50 c2 6c 9c d0 d8 9d")
  }

  /// A dead switchboard's port is not asked for.
  @Test func otherPortsAreThoseOfNodesThatLive() throws {
    #expect(try ServicePlacesTests.apart.places.otherPorts == [1863, 1865])
  }

  @Test(arguments: [
    ("192.0.2.1", true), ("0.0.0.0", true), ("255.255.255.255", true), ("192.0.2", false), ("192.0.2.256", false),
    ("192.0.2.1.", false), ("a.b.c.d", false), ("", false), ("1.2.3.+4", false), ("1.2.3.0004", false),
  ])
  func addressesAreTold(_ text: String, _ isOne: Bool) { #expect(text.isIPv4 == isOne) }
}
