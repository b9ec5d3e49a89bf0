import Crypto
import MSNP
import Synchronization
import Testing

@testable import Credentials

@Suite("What a web node says of the client it speaks for")
struct GatewayPrefaceTests {
  private let key = SymmetricKey(size: .bits256)
  private let here = HostPort(host: "192.0.2.20", port: 1863)
  private let now: Int64 = 1_790_000_000

  private func text(
    _ client: String = "203.0.113.9", for target: HostPort? = nil, key: SymmetricKey? = nil, at time: Int64? = nil
  ) -> String {
    GatewayPrefaceMint(key: key ?? self.key).mint(client: client, target: target ?? here, now: time ?? now)
  }

  private func refusal(_ text: String, at time: Int64? = nil, mint: GatewayPrefaceMint? = nil) -> PrefaceRefusal? {
    do {
      _ = try (mint ?? GatewayPrefaceMint(key: key)).redeem(text, target: here, now: time ?? now)
      return nil
    } catch { return error }
  }

  @Test("a good one tells the client's address", arguments: ["203.0.113.9", "2001:db8::7", "::ffff:203.0.113.9"])
  func good(client: String) throws {
    let redeemed = try GatewayPrefaceMint(key: key).redeem(text(client), target: here, now: now)
    #expect(redeemed.client == client)
    #expect(redeemed.issued == now)
  }

  @Test("is one word that a line can carry")
  func oneWord() {
    let letters = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    let longest = text("0000:0000:0000:0000:0000:ffff:255.255.255.255")
    #expect(longest.utf8.allSatisfy { letters.contains($0) })
    #expect(longest.utf8.count == 111)
    #expect(refusal(longest) == nil)
  }

  @Test("is void at another server, be it the same host")
  func otherTarget() {
    #expect(refusal(text(for: HostPort(host: "192.0.2.21", port: 1863))) == .notForThis)
    #expect(refusal(text(for: HostPort(host: "192.0.2.20", port: 1864))) == .notForThis)
  }

  @Test("is void when any bit of it is another")
  func altered() throws {
    let bytes = try #require(Base64URL.decode(text(), atMost: 200))
    for place in bytes.indices {
      for bit in 0..<8 {
        var forged = bytes
        forged[place] ^= 1 << UInt8(bit)
        #expect(refusal(Base64URL.encode(forged)) != nil, "bit \(bit) of byte \(place)")
      }
    }
  }

  @Test("is void under a key that this server does not have")
  func otherKey() {
    let mints = (0..<8).map { _ in text(key: SymmetricKey(size: .bits256)) }
    for text in mints {
      let refusal = refusal(text)
      #expect(refusal == .unknownKey || refusal == .notForThis)
    }
  }

  @Test("is accepted under the key before and the key after, while keys are changed")
  func rotation() {
    let other = SymmetricKey(size: .bits256)
    let rotated = GatewayPrefaceMint(key: other, previous: [key])
    #expect(refusal(text(), mint: rotated) == nil)
    #expect(refusal(text(key: other), mint: rotated) == nil)
  }

  @Test("is no ticket of another kind, though the key be the same")
  func otherKind() throws {
    let alice = try #require(UserHandle("alice@example.com"))
    let ticket = WebTicketMint(key: key).mint(account: 1, handle: alice, site: .messenger, expires: now + 60)
    #expect(refusal(ticket) != nil)
  }

  @Test("is good for half a minute, and a few seconds early since clocks differ")
  func time() {
    #expect(refusal(text(), at: now + 29) == nil)
    #expect(refusal(text(), at: now + 30) == .outOfTime)
    #expect(refusal(text(), at: now - 5) == nil)
    #expect(refusal(text(), at: now - 6) == .outOfTime)
  }

  @Test("what is no preface is none", arguments: ["", "AAAA", "=", "ä", String(repeating: "A", count: 112)])
  func malformed(text: String) {
    #expect(refusal(text) == .malformed)
  }
}

@Suite("The door for prefaces")
struct GatewayDoorTests {
  private final class Clock: Sendable {
    let seconds = Mutex<Int64>(1_790_000_000)
    func advance(by more: Int64) { seconds.withLock { $0 += more } }
    var now: Int64 { seconds.withLock { $0 } }
  }

  private let mint = GatewayPrefaceMint(key: SymmetricKey(size: .bits256))
  private let here = HostPort(host: "192.0.2.20", port: 1863)
  private let clock = Clock()

  private func door(age: Int64 = 3600) -> GatewayDoor {
    GatewayDoor(mint, target: here, now: { [clock] in clock.now }, age: { age })
  }

  private func refusal(_ door: GatewayDoor, _ text: String) -> PrefaceRefusal? {
    do {
      _ = try door.client(text)
      return nil
    } catch { return error }
  }

  @Test("a preface opens it once")
  func once() throws {
    let door = door()
    let text = mint.mint(client: "203.0.113.9", target: here, now: clock.now)
    #expect(try door.client(text) == "203.0.113.9")
    #expect(refusal(door, text) == .used)
    clock.advance(by: 29)
    #expect(refusal(door, text) == .used)
    clock.advance(by: 1)
    #expect(refusal(door, text) == .outOfTime)
  }

  @Test("what was made before the server started may have been used then")
  func restart() {
    let text = mint.mint(client: "203.0.113.9", target: here, now: clock.now)
    clock.advance(by: 10)
    #expect(refusal(door(age: 8), text) == .outOfTime)
    #expect(refusal(door(age: 10), text) == nil)
  }

  @Test("two at once are two")
  func two() {
    let door = door()
    for _ in 0..<2 {
      #expect(refusal(door, mint.mint(client: "203.0.113.9", target: here, now: clock.now)) == nil)
    }
  }
}
