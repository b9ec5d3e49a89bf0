import NIOCore
import ServerKit
import Testing

@testable import WebServices

/// Who asks, behind proxies.
struct ClientAddressTests {
  private func client(_ peer: String, _ forwarded: [String], trusted: String) throws -> String {
    let blocks = try #require(trusted.isEmpty ? AddressBlocks() : AddressBlocks(trusted))
    let peer = try SocketAddress(ipAddress: peer, port: 4_711)
    return ClientAddress(peer: peer, forwarded: forwarded, trusted: blocks).text
  }

  @Test(arguments: [
    ("192.0.2.1", [], "", "192.0.2.1"), ("192.0.2.1", ["198.51.100.1"], "", "192.0.2.1"),
    ("192.0.2.1", ["198.51.100.1"], "10.0.0.0/8", "192.0.2.1"),
    ("10.1.2.3", ["198.51.100.1"], "10.0.0.0/8", "198.51.100.1"),
    ("10.1.2.3", ["203.0.113.9, 198.51.100.1"], "10.0.0.0/8", "198.51.100.1"),
    ("10.1.2.3", ["203.0.113.9", "198.51.100.1,10.9.9.9"], "10.0.0.0/8", "198.51.100.1"),
    ("10.1.2.3", ["10.0.0.1, 10.0.0.2"], "10.0.0.0/8", "10.0.0.1"), ("10.1.2.3", ["unknown"], "10.0.0.0/8", "10.1.2.3"),
    ("10.1.2.3", ["198.51.100.1, evil"], "10.0.0.0/8", "10.1.2.3"), ("10.1.2.3", [], "10.0.0.0/8", "10.1.2.3"),
    ("::1", ["2001:db8::7"], "::1", "2001:db8::7"), ("10.1.2.3", [", ,"], "10.0.0.0/8", "10.1.2.3"),
  ])
  func theClientIsWhoTrustedProxiesSay(
    _ peer: String, _ forwarded: [String], _ trusted: String, _ client: String
  ) throws {
    #expect(try self.client(peer, forwarded, trusted: trusted) == client)
  }
}
