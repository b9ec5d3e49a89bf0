import NIOCore
import Testing

@testable import MSNP

/// Lines of the transcripts 9.8 to 9.12 (test vectors) and of the contacts reference, sections 2 to 6.
@Suite struct CombinedListTests {
  private let bob: UserHandle
  private let dave: UserHandle
  private let bobsName: FriendlyName
  private let davesName: FriendlyName
  private let friends: GUID
  private let contact: GUID

  init() throws {
    bob = try handle("bob@example.com")
    dave = try handle("dave@example.com")
    bobsName = try FriendlyName("Bob")
    davesName = try FriendlyName("Dave")
    friends = try #require(GUID("11111111-2222-3333-4444-555555555501"))
    contact = try #require(GUID("aaaaaaaa-0000-0000-0000-000000000001"))
  }

  @Test(arguments: [Dialect.msnp8, .msnp9])
  func numbered(_ dialect: Dialect) throws {
    let one = try #require(GroupNumber(1))
    let version = ListVersion(255)
    #expect(written(dialect) { $0.syn(TransactionID(8), version, counts: (3, 2)) } == wire("SYN 8 255 3 2"))
    #expect(written(dialect) { $0.syn(TransactionID(8), version, counts: nil) } == wire("SYN 8 255"))
    #expect(
      written(dialect) {
        $0.lsg(.zero, friends, "Other Contacts")
        $0.lsg(one, friends, "Friends")
      } == wire("LSG 0 Other%20Contacts 0", "LSG 1 Friends 0"))
    #expect(
      written(dialect) { writer in
        writer.lst(bob, bobsName, [.forward, .allow, .reverse], groups: GroupSet([one]))
        writer.lst(bob, bobsName, [.forward, .allow], groups: GroupSet())
        writer.lst(dave, davesName, [.block, .reverse], groups: GroupSet([one]))
      }
        == wire("LST bob@example.com Bob 11 1", "LST bob@example.com Bob 3 0", "LST dave@example.com Dave 12"))
  }

  @Test(arguments: [Dialect.msnp10, .msnp11, .msnp12])
  func byGUID(_ dialect: Dialect) {
    let network = dialect == .msnp12 ? " 1" : ""
    let stamp = "2000-01-01T00:04:15.0000000-00:00"
    #expect(
      written(dialect) { $0.syn(TransactionID(8), ListVersion(255), counts: (3, 1)) }
        == wire("SYN 8 \(stamp) \(stamp) 3 1"))
    #expect(
      written(dialect) { $0.lsg(.zero, friends, "Friends") }
        == wire("LSG Friends 11111111-2222-3333-4444-555555555501"))
    let person = "LST N=bob@example.com F=Bob C=aaaaaaaa-0000-0000-0000-000000000001"
    #expect(
      written(dialect) { writer in
        let name = bobsName
        writer.lst(bob, name, guid: contact, [.forward, .allow, .reverse], groups: [friends])
        writer.lst(bob, name, guid: contact, [.forward, .allow], groups: [])
        writer.lst(bob, name, guid: contact, .forward, groups: [friends, contact])
        writer.lst(dave, davesName, guid: contact, [.block, .reverse], groups: [friends])
        writer.lst(dave, davesName, guid: nil, [.allow, .pending], groups: [])
      }
        == wire(
          "\(person) 11\(network) 11111111-2222-3333-4444-555555555501", "\(person) 3\(network)",
          "\(person) 1\(network) 11111111-2222-3333-4444-555555555501,aaaaaaaa-0000-0000-0000-000000000001",
          "LST N=dave@example.com F=Dave 12\(network)", "LST N=dave@example.com F=Dave 18\(network)"))
  }

  @Test(arguments: [Dialect.msnp10, .msnp11, .msnp12])
  func changes(_ dialect: Dialect) throws {
    let name = try FriendlyName("Bob B")
    #expect(
      written(dialect) {
        $0.adc(TransactionID(11), .forward, bob, name, guid: contact)
        $0.adc(TransactionID(12), .allow, bob, nil)
        $0.adc(.unsolicited, .reverse, bob, name)
        $0.adc(TransactionID(14), guid: contact, group: friends)
        $0.rem(TransactionID(15), guid: contact, group: friends)
        $0.rem(TransactionID(16), guid: contact)
        $0.rem(TransactionID(20), pending: bob)
        $0.prp(TransactionID(10), name: name)
        $0.prp(name: name)
        $0.prp(TransactionID(7), ListVersion(256), .homePhone, "1 555")
        $0.bpr(ListVersion(261), bob, .homePhone, "1 555")
      }
        == wire(
          "ADC 11 FL N=bob@example.com F=Bob%20B C=aaaaaaaa-0000-0000-0000-000000000001",
          "ADC 12 AL N=bob@example.com", "ADC 0 RL N=bob@example.com F=Bob%20B",
          "ADC 14 FL C=aaaaaaaa-0000-0000-0000-000000000001 11111111-2222-3333-4444-555555555501",
          "REM 15 FL aaaaaaaa-0000-0000-0000-000000000001 11111111-2222-3333-4444-555555555501",
          "REM 16 FL aaaaaaaa-0000-0000-0000-000000000001", "REM 20 PL bob@example.com", "PRP 10 MFN Bob%20B",
          "PRP MFN Bob%20B", "PRP 7 PHH 1%20555", "BPR bob@example.com PHH 1%20555"))
  }

  /// Contacts reference, section 6: what is told of a new contact; from MSNP10 only what is set.
  @Test func propertiesOfANewContact() {
    let properties = ContactProperties([.homePhone: "1", .hasSpace: "1"])
    #expect(
      written(.msnp9) { $0.bpr(ListVersion(9), bob, properties) }
        == wire(
          "BPR 9 bob@example.com PHH 1", "BPR 9 bob@example.com PHW", "BPR 9 bob@example.com PHM",
          "BPR 9 bob@example.com MOB N"))
    #expect(
      written(.msnp10) { $0.bpr(ListVersion(9), bob, properties) }
        == wire("BPR bob@example.com PHH 1", "BPR bob@example.com MOB N"))
    #expect(
      written(.msnp11) { $0.bpr(ListVersion(9), bob, properties) }
        == wire("BPR bob@example.com PHH 1", "BPR bob@example.com MOB N", "BPR bob@example.com HSB 1"))
    #expect(written(.msnp12) { $0.bpr(ListVersion(9), bob, .blank) } == "")
  }
}
