import MSNP
import Testing

@testable import WebServices

/// What guides say when the service is not set up for their clients.
struct ObstacleTests {
  private static func causes(_ guide: ClientGuide) -> [String] { guide.obstacles.map(\.cause) }

  @Test func nothingIsInTheWayWhenEverythingIsThere() throws {
    for guide in ClientGuide.all(try ServicePlacesTests.publicHost.places) { #expect(guide.obstacles.isEmpty) }
    for guide in ClientGuide.all(try ServicePlacesTests.apart.places) { #expect(guide.obstacles.isEmpty) }
  }

  @Test func withoutHTTPSClientsWithTicketsCannotSignIn() throws {
    let places = try ServicePlacesTests.loopback.places
    let cause = "cannot sign in here yet: it fetches a ticket over HTTPS at port 443, and nothing answers there."
    #expect(
      ObstacleTests.causes(.messenger75(places)).contains("MSN Messenger 7.5 \(cause)"))
    #expect(ObstacleTests.causes(.messenger5To7(places)).contains("MSN Messenger 5.0 to 7.0 \(cause)"))
    #expect(ObstacleTests.causes(.windowsMessenger(places)).contains("Windows Messenger 4.7 \(cause)"))
    #expect(!ObstacleTests.causes(.msn1To4(places)).contains { $0.contains("443") })
    #expect(!ObstacleTests.causes(.explorer(places)).contains { $0.contains("443") })
    let cure = try #require(ClientGuide.messenger75(places).obstacles.last).cure
    #expect(cure.contains("monarch dev --web-old-tls-port 443") && cure.contains("--listen-old-tls ADDRESS:443"))
  }

  @Test func todaysTLSIsTooNewForWindowsXP() throws {
    let places = try ServicePlacesTests.byOfficialName.places
    #expect(
      ObstacleTests.causes(.messenger75(places)) == [
        "On Windows XP and before MSN Messenger 7.5 cannot sign in here yet: HTTPS at port 443 is that of today, which"
          + " those do not speak."
      ])
  }

  /// Only the registry names a port.
  @Test func anotherPortIsInTheWayOfHostsFiles() throws {
    let places = try ServicePlacesTests.withoutTLS.places
    let cause = "The service is at port 1864, and a hosts file names no port: MSN Messenger 7.5 asks at 1863."
    #expect(ObstacleTests.causes(.messenger75(places)).contains(cause))
    #expect(ObstacleTests.causes(.msn1To4(places)).isEmpty)
  }

  @Test func loopbackIsForOneMachine() throws {
    let places = try ServicePlacesTests.loopback.places
    for guide in ClientGuide.all(places) where guide.slug != "windows-live" {
      #expect(
        ObstacleTests.causes(guide).first
          == "The service runs for its own machine alone: clients on others do not reach it.", "\(guide.slug)")
    }
  }

  @Test func withoutHTTPMSNExplorerCannotSignIn() throws {
    var setting = ServicePlacesTests.publicHost
    setting.visit = "https://192.168.1.20"
    setting.facts.plain = []
    #expect(
      ObstacleTests.causes(.explorer(try setting.places)) == [
        "MSN Explorer cannot sign in here yet: it asks over plain HTTP, and nothing answers that here."
      ])
  }

  /// It is said plainly, and nothing on the page looks like steps.
  @Test func windowsLiveIsNotServedYet() {
    let guide = ClientGuide.windowsLive
    #expect(guide.steps.isEmpty)
    #expect(guide.introduction.joined().contains("is not served yet"))
  }
}
