import NIOCore
import Testing

@testable import MSNP

@Suite struct ValueTests {
  private func argument(_ value: some WireArgument) -> String {
    #expect(value.longest >= value.wireText.utf8.count)
    return value.wireText
  }

  @Test(arguments: [
    (0, "0"), (7, "7"), (-1, "-1"), (Int.max, "9223372036854775807"), (Int.min, "-9223372036854775808"),
  ])
  func numbersAreDecimal(_ number: Int, _ text: String) { #expect(argument(number) == text) }

  @Test func statusesAreCaseSensitive() {
    let codes = ["NLN", "BSY", "IDL", "BRB", "AWY", "PHN", "LUN", "HDN", "FLN"]
    #expect(Status.allCases.map(\.rawValue) == codes)
    #expect(Status(rawValue: "nln") == nil)
    #expect(Status.allCases.filter { !$0.isVisible } == [.hidden, .offline])
  }

  @Test func sessionsAreUnderTwoToThe31() {
    #expect(SessionID(0) == nil)
    #expect(SessionID(1).map(argument) == "1")
    #expect(SessionID(0x7fff_ffff).map(argument) == "2147483647")
    #expect(SessionID(0x8000_0000) == nil)
  }

  @Test func groupsAreZeroTo29() {
    #expect(GroupNumber(29).map(argument) == "29")
    #expect(GroupNumber(30) == nil)
    #expect(GroupNumber(0) == .zero)
  }

  @Test func groupSetsAreWrittenInOrder() throws {
    var set = GroupSet()
    #expect(argument(set) == "0")
    for number in [29, 3, 0] as [UInt8] { set.insert(try #require(GroupNumber(number))) }
    #expect(argument(set) == "0,3,29")
    set.remove(.zero)
    #expect(argument(set) == "3,29")
    #expect(!set.contains(.zero))
    #expect(set == GroupSet(set.numbers))
  }

  /// List bits, test vectors, section 7.
  @Test(arguments: [
    ([ContactList.forward, .allow, .reverse], 11), ([.forward, .allow], 3), ([.block, .reverse], 12), ([], 0),
  ])
  func listBits(_ lists: [ContactList], _ bits: Int) {
    #expect(ListMembership(lists.map { ListMembership($0) }).rawValue == UInt8(bits))
  }

  @Test func allowAndBlockExcludeEachOther() {
    #expect(ContactList.allCases.map(\.rawValue) == ["FL", "AL", "BL", "RL"])
    #expect(ContactList.allow.opposite == .block)
    #expect(ContactList.block.opposite == .allow)
    #expect(ContactList.forward.opposite == nil)
    #expect(ContactList.reverse.opposite == nil)
  }

  @Test func listVersionsCountUpAndNeverReachZero() {
    #expect(ListVersion(255).next() == ListVersion(256))
    #expect(ListVersion(.max).next() == ListVersion(1))
    #expect(ListVersion.initial != ListVersion(0))
  }

  @Test(arguments: [
    ("192.0.2.10:1863", "192.0.2.10", 1863), ("ns.example.com:65535", "ns.example.com", 65535),
  ])
  func addresses(_ text: String, _ host: String, _ port: Int) {
    #expect(HostPort(text) == HostPort(host: host, port: port))
    #expect(HostPort(text).map(argument) == text)
  }

  @Test(arguments: [
    "192.0.2.10", ":1863", "host:", "host:0", "host:65536", "host:+80", "host:-1", "host:x", "a b:1863", "[::1]:1863",
    "",
  ])
  func otherAddressesAreRefused(_ text: String) { #expect(HostPort(text) == nil) }

  /// Contacts reference, section 6: `MOB` is forced to N while `MBE` is.
  @Test func mobilePropertiesReadN() {
    var properties = ContactProperties()
    #expect(ContactProperty.allCases.map { properties[$0] } == [nil, nil, nil, "N", "N", nil, nil])
    properties[.mobileAllowed] = "Y"
    #expect(properties[.mobileAllowed] == "N")
    properties[.mobileEnabled] = "Y"
    #expect(properties[.mobileAllowed] == "Y")
    properties[.homePhone] = "1 555 555-0100"
    #expect(properties[.homePhone] == "1 555 555-0100")
  }
}
