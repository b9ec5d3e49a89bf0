import MSNP
import Roster
import Testing

@testable import Cluster

@Suite("Rings as words")
struct RingEventTests {
  private static func invitation(_ name: String = "Alice") throws -> Ring.Invitation {
    Ring.Invitation(
      session: try #require(SessionID(11_752_013)),
      switchboard: SwitchboardNode(name: "sb-1", epoch: 7, address: HostPort(host: "192.0.2.20", port: 1863)),
      caller: AccountID(17), callerHandle: try #require(UserHandle("alice@example.com")),
      callerName: try FriendlyName(name), callee: try #require(UserHandle("bob@example.com")))
  }

  static let events: [(String, @Sendable () throws -> RingEvent)] = [
    (
      "C 5 11752013 sb-1 7 192.0.2.20:1863 17 alice@example.com Alice bob@example.com 1790000000000",
      { .call(number: 5, try invitation(), deadline: 1_790_000_000_000) }
    ),
    (
      "C 5 11752013 sb-1 7 192.0.2.20:1863 17 alice@example.com %25%20%F0%9F%90%88 bob@example.com -1",
      { .call(number: 5, try invitation("% 🐈"), deadline: -1) }
    ),
    ("A 5 Bob", { .ringing(number: 5, Introduction(name: try FriendlyName("Bob"))) }),
    ("A 5 %20", { .ringing(number: 5, Introduction(name: try FriendlyName(" "))) }),
    (
      "A 5 Bob 1342554172",
      { .ringing(number: 5, Introduction(name: try FriendlyName("Bob"), capabilities: 1_342_554_172)) }
    ),
    ("U 5", { .unavailable(number: 5) }), ("W 18446744073709551615", { .notHere(number: .max) }),
  ]

  @Test("each kind has its text and comes back from it", arguments: events.indices)
  func roundTrip(index: Int) throws {
    let (text, make) = Self.events[index]
    let event = try make()
    #expect(event.text == text)
    #expect(RingEvent(text) == event)
  }

  @Test(
    "what nobody writes is nothing",
    arguments: [
      "", " ", "A", "A 5", "A 5 ", "A x Bob", "A 5 Bob Bob", "A 5 Bob 0", "A 5 Bob 4294967296", "A 5 Bob 1 2",
      "A 5 %07", "U", "U ", "U 5 ", "U 5 6", "U -5", "U +5",
      "W 05", "Z 5", "5", "C 5", "C 5 0 sb-1 7 192.0.2.20:1863 17 alice@example.com Alice bob@example.com 1",
      "C 5 4294967295 sb-1 7 192.0.2.20:1863 17 alice@example.com Alice bob@example.com 1",
      "C 5 1 sb-1 x 192.0.2.20:1863 17 alice@example.com Alice bob@example.com 1",
      "C 5 1 sb-1 7 192.0.2.20 17 alice@example.com Alice bob@example.com 1",
      "C 5 1 sb-1 7 192.0.2.20:0 17 alice@example.com Alice bob@example.com 1",
      "C 5 1 sb-1 7 192.0.2.20:1863 17 alice Alice bob@example.com 1",
      "C 5 1 sb-1 7 192.0.2.20:1863 17 alice@example.com Alice bob 1",
      "C 5 1 sb-1 7 192.0.2.20:1863 17 alice@example.com Alice bob@example.com",
      "C 5 1 sb-1 7 192.0.2.20:1863 17 alice@example.com Alice bob@example.com x",
      "C 5 1 sb-1 7 192.0.2.20:1863 17 alice@example.com Alice bob@example.com 1 2",
    ])
  func malformed(text: String) { #expect(RingEvent(text) == nil) }
}
