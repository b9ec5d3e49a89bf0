import MSNP
import NIOCore
import Testing

@testable import ServerKit

@Suite("Limits")
struct LimitTests {
  @Test("a bucket gives its capacity at once, then one an interval, never more than its capacity")
  func bucket() {
    let start = NIODeadline.uptimeNanoseconds(0)
    var bucket = TokenBucket(capacity: 3, every: .seconds(10), now: start)
    func takes(_ seconds: Int64) -> Bool { bucket.take(start + .seconds(seconds)) }
    #expect([takes(0), takes(0), takes(0), takes(0)] == [true, true, true, false])
    #expect([takes(9), takes(10), takes(10)] == [false, true, false])
    #expect([takes(19), takes(20), takes(20)] == [false, true, false])
    #expect([takes(1000), takes(1000), takes(1000), takes(1000)] == [true, true, true, false])
  }

  @Test(
    "limits count an IPv4 address or an IPv6 network of 64 bits; loopback is exempt",
    arguments: [
      ("192.0.2.7", "192.0.2.7"), ("127.0.0.2", nil), ("::1", nil),
      ("2001:db8:1:2::1", "20:1:d:b8:0:1:0:2"), ("2001:db8:1:2:ffff::9", "20:1:d:b8:0:1:0:2"),
    ])
  func keys(address: String, key: String?) throws {
    #expect(try SocketAddress(ipAddress: address, port: 1).limitKey(countsLoopback: false) == key)
  }

  @Test("loopback counts when asked for")
  func loopback() throws {
    #expect(try SocketAddress(ipAddress: "127.0.0.2", port: 1).limitKey(countsLoopback: true) == "127.0.0.2")
  }
}
