import NIOCore
import Testing

@testable import MSNP

/// Whole lines of the transcripts (test vectors, sections 9.2 to 9.8) in every dialect that is spoken.
@Suite struct SignInReplyTests {
  private let alice: UserHandle
  private let name: FriendlyName

  init() throws {
    alice = try handle("alice@example.com")
    name = try FriendlyName("Alice W")
  }

  @Test(arguments: spokenDialects)
  func challengesAndPackages(_ dialect: Dialect) {
    #expect(written(dialect) { $0.inf(TransactionID(2)) } == wire("INF 2 MD5"))
    #expect(
      written(dialect) { $0.usr(TransactionID(5), digestChallenge: "1234567890.123456789") }
        == wire("USR 5 MD5 S 1234567890.123456789"))
    #expect(written(dialect) { $0.usrAsksForPassword(TransactionID(2)) } == wire("USR 2 CTP S"))
  }

  @Test(arguments: [
    (Dialect.msnp2, "USR 6 OK alice@example.com Alice%20W"), (.msnp3, "USR 6 OK alice@example.com Alice%20W"),
    (.msnp4, "USR 6 OK alice@example.com Alice%20W"), (.msnp5, "USR 6 OK alice@example.com Alice%20W"),
    (.msnp6, "USR 6 OK alice@example.com Alice%20W 1"), (.msnp7, "USR 6 OK alice@example.com Alice%20W 1"),
  ])
  func signedIn(_ dialect: Dialect, _ line: String) {
    #expect(written(dialect) { $0.usr(TransactionID(6), signedIn: alice, name: name) } == wire(line))
  }

  @Test(arguments: [
    (Dialect.msnp2, "XFR 2 NS 192.0.2.10:1863"), (.msnp3, "XFR 2 NS 192.0.2.10:1863 0"),
    (.msnp4, "XFR 2 NS 192.0.2.10:1863 0"), (.msnp5, "XFR 2 NS 192.0.2.10:1863 0"),
    (.msnp6, "XFR 2 NS 192.0.2.10:1863 0"), (.msnp7, "XFR 2 NS 192.0.2.10:1863 0 192.0.2.1:1863"),
  ])
  func transferToANotificationServer(_ dialect: Dialect, _ line: String) {
    let target = HostPort(host: "192.0.2.10", port: 1863)
    let origin = HostPort(host: "192.0.2.1", port: 1863)
    #expect(written(dialect) { $0.xfr(TransactionID(2), notification: target, from: origin) } == wire(line))
  }

  @Test(arguments: spokenDialects)
  func errorsAndTheEnd(_ dialect: Dialect) {
    #expect(written(dialect) { $0.error(.authenticationFailed, TransactionID(2)) } == wire("911 2"))
    #expect(written(dialect) { $0.error(.notOnline, TransactionID(.max)) } == wire("217 4294967295"))
    #expect(written(dialect) { $0.out(.elsewhere) } == wire("OUT OTH"))
    #expect(written(dialect) { $0.out(.shutdown) } == wire("OUT SSD"))
    #expect(written(dialect) { $0.out(nil) } == wire("OUT"))
  }
}

@Suite struct ProfileTests {
  private func profile() throws -> Profile {
    Profile(
      signInTime: 1_726_321_960, memberID: 1 << 32 | 2, handle: try handle("example@hotmail.com"),
      passportToken: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA$$")
  }

  /// Login reference, section 8.2.
  @Test func msnp2GetsTheSignInTimeAlone() throws {
    let profile = try profile()
    #expect(
      written(.msnp2) { $0.profile(profile) }
        == "MSG Hotmail Hotmail 95\r\nMIME-Version: 1.0\r\nContent-Type: text/x-msmsgsprofile; charset=UTF-8\r\n"
        + "LoginTime: 1726321960\r\n\r\n")
  }

  /// Test vectors, section 6: 367 bytes with these values. Only `EmailEnabled` differs, since there are no mailboxes.
  @Test(arguments: [Dialect.msnp3, .msnp4, .msnp5, .msnp6, .msnp7])
  func laterDialectsGetAllHeadersInOrder(_ dialect: Dialect) throws {
    let profile = try profile()
    let headers = [
      "MIME-Version: 1.0", "Content-Type: text/x-msmsgsprofile; charset=UTF-8", "LoginTime: 1726321960",
      "EmailEnabled: 0", "MemberIdHigh: 1", "MemberIdLow: 2", "lang_preference: 1033",
      "preferredEmail: example@hotmail.com", "country: US", "PostalCode: ", "Gender: ", "Kid: 0", "Age: ", "BDayPre: ",
      "Birthday: ", "Wallet: ", "Flags: 1027", "sid: 507", "kv: 11", "MSPAuth: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA$$",
    ]
    let payload = headers.map { $0 + "\r\n" }.joined() + "\r\n"
    #expect(payload.utf8.count == 367)
    #expect(written(dialect) { $0.profile(profile) } == "MSG Hotmail Hotmail 367\r\n" + payload)
  }

  /// The sample of the login reference: high 65536, low -517030579.
  @Test func theMemberIDIsTwoSignedHalves() throws {
    var profile = try profile()
    profile.memberID = 65536 << 32 | Int64(UInt32(bitPattern: -517_030_579))
    let text = written(.msnp7) { $0.profile(profile) }
    let lines = text.split(separator: "\r\n").map(String.init)
    #expect(lines.dropFirst().contains("MemberIdHigh: 65536"))
    #expect(lines.dropFirst().contains("MemberIdLow: -517030579"))
  }

  /// Login reference, section 8.4.
  @Test func maintenanceNotice() {
    let payload =
      "MIME-Version: 1.0\r\nContent-Type: application/x-msmsgssystemmessage\r\n\r\nType: 1\r\nArg1: 5\r\n"
    #expect(
      written(.msnp7) { $0.serviceMessage(payload: ByteBuffer(string: payload)) }
        == "MSG Hotmail Hotmail 88\r\n" + payload)
  }
}
