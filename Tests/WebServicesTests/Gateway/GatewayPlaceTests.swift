import Cluster
import MSNP
import TestKit
import Testing

@testable import WebServices

@Suite("Which server the IP of a gateway session means")
struct GatewayPlaceTests {
  private let link = RecordingLink(NodeRun(name: "web-1", epoch: 1))
  private let names: Set = ["web.example.org"]

  init() {
    place([
      record("ds-1", .dispatch, "192.0.2.1:1863"), record("ns-1", .notification, "192.0.2.10:1863"),
      record("ns-2", .notification, "192.0.2.11:1863", isDraining: true),
      record("sb-1", .switchboard, "192.0.2.20:1863"),
      record("sb-2", .switchboard, "192.0.2.21:1900"), record("web-1", .web, "192.0.2.40:80"),
    ])
  }

  private func record(_ name: String, _ role: NodeRole, _ address: String, isDraining: Bool = false) -> NodeRecord {
    NodeRecord(
      run: NodeRun(name: name, epoch: 1), role: role, address: HostPort(address) ?? HostPort(host: "", port: 1),
      isDraining: isDraining)
  }

  private func place(_ records: [NodeRecord]) {
    link.set(records)
    for record in records { link.set(record.run, .alive) }
  }

  private func found(_ server: GatewayServer, _ text: String?) -> Result<String, GatewayPlace.Refusal> {
    do throws(GatewayPlace.Refusal) {
      return .success("\(try GatewayPlace(LinkRegistry(link)).target(server, text, names: names).dial)")
    } catch { return .failure(error) }
  }

  @Test(
    "a name of the service is whichever notification server is there",
    arguments: [
      nil, "messenger.hotmail.com", "Messenger.Hotmail.COM", "gateway.messenger.hotmail.com:1863", "web.example.org",
      "BAYMSG1.gateway.edge.messenger.live.com", "192.0.2.1", "192.0.2.1:1863",
    ])
  func anyNotificationServer(text: String?) {
    #expect(found(.notification, text) == .success("192.0.2.10:1863"))
  }

  @Test("an address that XFR named is that server, draining or not")
  func notificationServer() {
    #expect(found(.notification, "192.0.2.10") == .success("192.0.2.10:1863"))
    #expect(found(.notification, "192.0.2.11") == .success("192.0.2.11:1863"))
    #expect(found(.notification, "192.0.2.11:1863") == .success("192.0.2.11:1863"))
  }

  @Test("a switchboard is found by its host, with its port or without")
  func switchboard() {
    #expect(found(.switchboard, "192.0.2.20") == .success("192.0.2.20:1863"))
    #expect(found(.switchboard, "192.0.2.21") == .success("192.0.2.21:1900"))
    #expect(found(.switchboard, "192.0.2.21:1900") == .success("192.0.2.21:1900"))
  }

  @Test(
    "what is no server of the kind is refused",
    arguments: [
      (GatewayServer.notification, "192.0.2.99"), (.notification, "192.0.2.20"), (.notification, "192.0.2.10:22"),
      (.notification, "192.0.2.1:22"),
      (.notification, "messenger.hotmail.com:22"), (.notification, "web.example.org:80"),
      (.notification, "db.internal"), (.notification, "gateway.edge.messenger.live.com.example.net"),
      (.notification, "127.0.0.1"), (.notification, "192.0.2.40"), (.switchboard, nil), (.switchboard, "192.0.2.10"),
      (.switchboard, "192.0.2.20:22"), (.switchboard, "192.0.2.21:1863"), (.switchboard, "messenger.hotmail.com"),
      (.switchboard, "web.example.org"), (.switchboard, "192.0.2.20 "), (.switchboard, "[::1]:1863"),
    ] as [(GatewayServer, String?)])
  func refusal(server: GatewayServer, text: String?) {
    #expect(found(server, text) == .failure(.unknown))
  }

  @Test("the dead are not there")
  func death() {
    link.set(NodeRun(name: "sb-1", epoch: 1), .dead)
    link.set(NodeRun(name: "sb-2", epoch: 1), .stalled)
    #expect(found(.switchboard, "192.0.2.20") == .failure(.unknown))
    #expect(found(.switchboard, "192.0.2.21") == .success("192.0.2.21:1900"))
    place([])
    #expect(found(.notification, nil) == .failure(.noNotificationServer))
  }

  @Test("switchboards that share a host need one on the usual port")
  func sharedHost() {
    place([record("sb-1", .switchboard, "192.0.2.20:1864"), record("sb-2", .switchboard, "192.0.2.20:1863")])
    #expect(found(.switchboard, "192.0.2.20") == .success("192.0.2.20:1863"))
    #expect(found(.switchboard, "192.0.2.20:1864") == .success("192.0.2.20:1864"))
    place([record("sb-1", .switchboard, "192.0.2.20:1864"), record("sb-2", .switchboard, "192.0.2.20:1865")])
    #expect(found(.switchboard, "192.0.2.20") == .failure(.ambiguous))
  }

  @Test("all roles may share one host: the server asked for tells which")
  func oneHost() {
    place([
      record("ds-1", .dispatch, "192.0.2.1:1863"), record("ns-1", .notification, "192.0.2.1:1864"),
      record("sb-1", .switchboard, "192.0.2.1:1865"),
    ])
    #expect(found(.notification, "192.0.2.1") == .success("192.0.2.1:1864"))
    #expect(found(.switchboard, "192.0.2.1") == .success("192.0.2.1:1865"))
  }

  @Test("other web nodes are other gateways")
  func others() {
    #expect(!LinkRegistry(link).hasOtherGateways)
    place([record("web-1", .web, "192.0.2.40:80"), record("web-2", .web, "192.0.2.41:80")])
    #expect(LinkRegistry(link).hasOtherGateways)
  }
}

@Suite("How many gateway sessions there may be")
struct GatewayLedgerTests {
  private var ledger = GatewayLedger()
  private var settings = Gateway.Settings()

  init() {
    settings.sessionsPerClient = 2
    settings.sessions = 4
    settings.opening = 3
  }

  @Test("of one address so many")
  mutating func perClient() {
    for _ in 0..<2 {
      #expect(ledger.begin("192.0.2.7", settings) == nil)
      ledger.connected()
    }
    #expect(ledger.begin("192.0.2.7", settings) == .fullOfClient)
    #expect(ledger.begin("192.0.2.8", settings) == nil)
    ledger.connected()
    ledger.end("192.0.2.7")
    #expect(ledger.begin("192.0.2.7", settings) == nil)
  }

  @Test("in all so many, of whomever")
  mutating func all() {
    for _ in 0..<4 {
      #expect(ledger.begin(nil, settings) == nil)
      ledger.connected()
    }
    #expect(ledger.begin(nil, settings) == .full)
    ledger.end(nil)
    #expect(ledger.begin(nil, settings) == nil)
  }

  @Test("so many may wait for their connection")
  mutating func opening() {
    for _ in 0..<3 { #expect(ledger.begin(nil, settings) == nil) }
    #expect(ledger.begin(nil, settings) == .busy)
    ledger.fail(nil)
    #expect(ledger.begin(nil, settings) == nil)
  }

  @Test("nothing is remembered of who is gone")
  mutating func memory() {
    #expect(ledger.begin("192.0.2.7", settings) == nil)
    ledger.fail("192.0.2.7")
    #expect(ledger.begin("192.0.2.7", settings) == nil)
    ledger.connected()
    ledger.end("192.0.2.7")
    #expect(ledger.clients == 0)
    #expect(ledger.sessions == 0)
    #expect(ledger.opening == 0)
  }
}
