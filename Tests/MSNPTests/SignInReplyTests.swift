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
    (.msnp8, "USR 6 OK alice@example.com Alice%20W 1 0"), (.msnp9, "USR 6 OK alice@example.com Alice%20W 1 0"),
    (.msnp10, "USR 6 OK alice@example.com 1 0"), (.msnp11, "USR 6 OK alice@example.com 1 0"),
    (.msnp12, "USR 6 OK alice@example.com 1 0"),
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

  /// Login reference, section 5.4: all of the ten values that some clients look up, and one word.
  @Test func ticketPolicy() {
    #expect(
      written(.msnp8) {
        $0.usr(TransactionID(6), ticketPolicyAt: 1_726_321_960, seal: "43f8a4c8ed940c04e3740be46c4d1619")
      }
        == wire(
          "USR 6 TWN S lc=1033,id=507,tw=40,fs=1,ru=http%3A%2F%2Fmessenger%2Emsn%2Ecom,ct=1726321960,kpp=1,kv=5,"
            + "ver=2.1.0173.1,tpf=43f8a4c8ed940c04e3740be46c4d1619,rver=5.5.4177.0,wp=FS_40SEC_0_COMPACT"))
    #expect(written(.msnp11) { $0.sbs(.unsolicited) } == wire("SBS 0 null"))
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

  /// Test vectors, section 6: 448 bytes with these values in MSNP8-9. Port 1863 is 18183 with its bytes swapped. From
  /// MSNP10 one header more; its value makes no difference to the length of 465.
  @Test(arguments: [(Dialect.msnp8, 448), (.msnp9, 448), (.msnp10, 465), (.msnp11, 465), (.msnp12, 465)])
  func ticketDialectsGetTheirAddress(_ dialect: Dialect, _ length: Int) throws {
    var profile = try profile()
    profile.passportToken = "whatever+t+is+in+your+passport+login+ticket+that+you+sent+for+USR+TWN+S$"
    profile.client = ClientPlace(address: "192.168.1.111", port: 1863)
    let text = written(dialect) { $0.profile(profile) }
    let end =
      "\r\nClientIP: 192.168.1.111\r\nClientPort: 18183\r\n" + (length == 465 ? "ABCHMigrated: 1\r\n" : "") + "\r\n"
    #expect(text.hasPrefix("MSG Hotmail Hotmail \(length)\r\n"))
    #expect(text.hasSuffix(end))
  }

  /// Login reference, section 8.2: the headers that a profile fills, in each group of dialects.
  @Test(arguments: [
    (Dialect.msnp2, 95), (.msnp3, 381), (.msnp7, 381), (.msnp8, 422), (.msnp9, 422), (.msnp10, 439), (.msnp12, 439),
  ])
  func whatSomebodyTellsOfThemselves(_ dialect: Dialect, _ length: Int) throws {
    var profile = try profile()
    profile.person = Profile.Person(language: 1031, country: "DE", postalCode: "10115 Z\u{fc}rich", gender: "F")
    profile.client = ClientPlace(address: "192.0.2.10", port: 1863)
    var headers = [
      "MIME-Version: 1.0", "Content-Type: text/x-msmsgsprofile; charset=UTF-8", "LoginTime: 1726321960",
    ]
    if dialect > .msnp2 {
      headers += [
        "EmailEnabled: 0", "MemberIdHigh: 1", "MemberIdLow: 2", "lang_preference: 1031",
        "preferredEmail: example@hotmail.com", "country: DE", "PostalCode: 10115 Z\u{fc}rich", "Gender: F", "Kid: 0",
        "Age: ", "BDayPre: ", "Birthday: ", "Wallet: ", "Flags: 1027", "sid: 507", "kv: 11",
        "MSPAuth: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA$$",
      ]
    }
    if dialect > .msnp7 { headers += ["ClientIP: 192.0.2.10", "ClientPort: 18183"] }
    if dialect > .msnp9 { headers.append("ABCHMigrated: 1") }
    let payload = headers.map { $0 + "\r\n" }.joined() + "\r\n"
    #expect(written(dialect) { $0.profile(profile) } == "MSG Hotmail Hotmail \(length)\r\n" + payload)
  }

  @Test func anAddressThatClientsCannotReadIsLeftOut() throws {
    #expect(ClientPlace(address: "2001:db8::1", port: 1) == nil)
    #expect(ClientPlace(address: "192.0.2", port: 1) == nil)
    #expect(ClientPlace(address: "192.0.2.256", port: 1) == nil)
    let profile = try profile()
    #expect(!written(.msnp12) { $0.profile(profile) }.contains("Client"))
  }

  /// Login reference, section 8.3, with the addresses of its sample.
  @Test func firstWordOfMail() {
    let mail = InitialMail(page: "http://www.hotmail.com")
    #expect(
      written(.msnp9) { $0.initialMail(mail) }
        == "MSG Hotmail Hotmail 203\r\nMIME-Version: 1.0\r\n"
        + "Content-Type: text/x-msmsgsinitialemailnotification; charset=UTF-8\r\n\r\n"
        + "Inbox-Unread: 0\r\nFolders-Unread: 0\r\nInbox-URL: /inbox\r\nFolders-URL: /folders\r\n"
        + "Post-URL: http://www.hotmail.com\r\n\r\n")
    #expect(written(.msnp2) { $0.initialMail(mail) } == "")
    let counts =
      "Mail-Data: <MD><E><I>0</I><IU>0</IU><O>0</O><OU>0</OU></E><Q><QTM>409600</QTM><QNM>204800</QNM></Q></MD>\r\n"
    #expect(written(.msnp11) { $0.initialMail(mail) }.contains("\r\n\r\n\(counts)Inbox-URL: /inbox\r\n"))
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
  @Test(arguments: spokenDialects)
  func maintenanceNotice(_ dialect: Dialect) {
    let head = "MIME-Version: 1.0\r\nContent-Type: application/x-msmsgssystemmessage\r\n\r\n"
    #expect(
      written(dialect) { $0.maintenance(minutes: 5) }
        == "MSG Hotmail Hotmail 88\r\n\(head)Type: 1\r\nArg1: 5\r\n")
    #expect(
      written(dialect) { $0.maintenance(minutes: 1440) }
        == "MSG Hotmail Hotmail 91\r\n\(head)Type: 1\r\nArg1: 1440\r\n")
  }
}
