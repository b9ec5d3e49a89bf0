import NIOCore
import Testing

@testable import MSNP

/// The switchboard (transcript 9.13), whose lines are the same in all dialects up to MSNP11.
@Suite struct ConversationReplyTests {
  private let alice: UserHandle
  private let bob: UserHandle
  private let aliceName: FriendlyName
  private let bobName: FriendlyName
  private let session: SessionID
  private static let dialects = Dialect.allCases.filter { $0 <= .msnp11 }

  init() throws {
    alice = try handle("alice@example.com")
    bob = try handle("bob@example.com")
    aliceName = try FriendlyName("Alice")
    bobName = try FriendlyName("Bob")
    session = try #require(SessionID(11_752_013))
  }

  @Test(arguments: Self.dialects)
  func invitations(_ dialect: Dialect) {
    let switchboard = HostPort(host: "192.0.2.20", port: 1863)
    #expect(
      written(dialect) {
        $0.xfr(TransactionID(15), switchboard: switchboard, ticket: "17262740.1050826919.32308")
      } == wire("XFR 15 SB 192.0.2.20:1863 CKI 17262740.1050826919.32308"))
    #expect(
      written(dialect) {
        $0.rng(session, switchboard: switchboard, ticket: "849102291.520491113", caller: alice, name: aliceName)
      } == wire("RNG 11752013 192.0.2.20:1863 CKI 849102291.520491113 alice@example.com Alice"))
  }

  @Test(arguments: Self.dialects)
  func conversations(_ dialect: Dialect) {
    #expect(
      written(dialect) { $0.usr(TransactionID(1), opened: alice, name: aliceName) }
        == wire("USR 1 OK alice@example.com Alice"))
    #expect(written(dialect) { $0.cal(TransactionID(2), ringing: session) } == wire("CAL 2 RINGING 11752013"))
    #expect(
      written(dialect) { $0.iro(TransactionID(1), 1, of: 2, alice, aliceName) }
        == wire("IRO 1 1 2 alice@example.com Alice"))
    #expect(written(dialect) { $0.ans(TransactionID(1)) } == wire("ANS 1 OK"))
    #expect(written(dialect) { $0.joi(bob, bobName) } == wire("JOI bob@example.com Bob"))
    #expect(written(dialect) { $0.bye(bob) } == wire("BYE bob@example.com"))
    #expect(written(dialect) { $0.bye(bob, idle: true) } == wire("BYE bob@example.com 1"))
    #expect(written(dialect) { $0.ack(TransactionID(5)) } == wire("ACK 5"))
    #expect(written(dialect) { $0.nak(TransactionID(6)) } == wire("NAK 6"))
  }

  @Test(arguments: Self.dialects)
  func messagesAreRelayedByteForByte(_ dialect: Dialect) {
    let text =
      "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
      + "X-MMS-IM-Format: FN=Arial; EF=I; CO=0; CS=0; PF=22\r\n\r\nHello! How are you?"
    #expect(
      written(dialect) { $0.msg(alice, aliceName, payload: ByteBuffer(string: text)) }
        == "MSG alice@example.com Alice 133\r\n" + text)
    #expect(written(dialect) { $0.msg(alice, aliceName, payload: ByteBuffer()) } == "MSG alice@example.com Alice 0\r\n")
    let binary = (0...255).map { UInt8($0) }
    var writer = LineWriter(dialect: dialect)
    writer.msg(alice, aliceName, payload: ByteBuffer(bytes: binary))
    #expect(Array(writer.buffer.readableBytesView) == Array("MSG alice@example.com Alice 256\r\n".utf8) + binary)
  }

  @Test func linesFollowOneAnother() {
    let both = written(.msnp5) { writer in
      writer.fln(bob)
      writer.out(.shutdown)
    }
    #expect(both == "FLN bob@example.com\r\nOUT SSD\r\n")
  }
}
