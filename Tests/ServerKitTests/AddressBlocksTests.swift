import ServerKit
import Testing

/// Blocks of addresses in CIDR notation.
struct AddressBlocksTests {
  @Test(arguments: [
    ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("192.0.2.7", "192.0.2.7", true),
    ("192.0.2.7", "192.0.2.8", false), ("192.0.2.128/25", "192.0.2.129", true),
    ("192.0.2.128/25", "192.0.2.127", false),
    ("0.0.0.0/0", "203.0.113.1", true), ("0.0.0.0/0", "2001:db8::1", false), ("2001:db8::/32", "2001:db8:1::1", true),
    ("2001:db8::/32", "2001:db9::1", false), ("10.0.0.0/8", "::ffff:10.0.0.1", true),
    ("::1, 127.0.0.1", "127.0.0.1", true),
    ("10.0.0.0/8", "x", false), ("10.0.0.0/8", "", false), ("10.0.0.0/31", "10.0.0.1", true),
    ("10.0.0.0/31", "10.0.0.2", false),
  ])
  func anAddressIsInItsBlocksAlone(_ blocks: String, _ address: String, _ isIn: Bool) {
    #expect(AddressBlocks(blocks)?.contains(address) == isIn)
  }

  @Test(arguments: [
    "", "x", "10.0.0.0/33", "10.0.0.0/-1", "::/129", "10.0.0.0/", "10.0.0.0/8,", "10.0.0/8", "a.example",
  ])
  func whatIsNoneIsRefused(_ text: String) { #expect(AddressBlocks(text) == nil) }

  @Test func noBlocksHoldNothing() {
    #expect(AddressBlocks().isEmpty)
    #expect(!AddressBlocks().contains("127.0.0.1"))
  }
}
