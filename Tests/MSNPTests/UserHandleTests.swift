import NIOCore
import Testing

@testable import MSNP

@Suite struct UserHandleTests {
  @Test(arguments: [
    ("alice@example.com", "alice@example.com"), ("Alice@Example.COM", "alice@example.com"), ("a@b", "a@b"),
    ("o'brien+tag@example.com", "o'brien+tag@example.com"), ("a_b-c.d@x.y", "a_b-c.d@x.y"),
  ])
  func isWrittenInLowerCase(_ text: String, _ lowerCase: String) throws {
    let handle = try handle(text)
    #expect(handle.text == lowerCase)
    #expect(written(.msnp2) { $0.fln(handle) } == "FLN \(lowerCase)\r\n")
    #expect(handle == UserHandle(lowerCase))
  }

  @Test(arguments: [
    "", "alice", "@example.com", "alice@", "@", "a@b@c", "a b@example.com", "alice@exam\tple.com",
    "alice@example.com\r\n",
    "alice@example.com\u{0}", "\u{7f}@example.com", "älice@example.com", "alice%40@example.com", "\"a\"@example.com",
    "<a@example.com>", "a@example.com,b", "a;b@example.com",
  ])
  func othersAreRefused(_ text: String) { #expect(UserHandle(text) == nil) }

  @Test func theLimitIs129Bytes() {
    #expect(UserHandle(String(repeating: "a", count: 117) + "@example.com") != nil)
    #expect(UserHandle(String(repeating: "a", count: 118) + "@example.com") == nil)
  }

  @Test func readsTheBytesOfALine() throws {
    let line = try Line(splitting: ByteBuffer(string: "CAL 2 BOB@example.com"))
    let bytes = try #require(line.bytes(1))
    #expect(UserHandle(bytes: bytes)?.text == "bob@example.com")
  }
}
