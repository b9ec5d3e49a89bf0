import NIOCore
import Testing

@testable import MSNP

/// Whole bursts and replies of the transcripts 9.2 (MSNP2), 9.5 (MSNP5) and 9.7 (MSNP7) with their accounts.
@Suite struct ListReplyTests {
  private let bob: ListEntry
  private let carol: ListEntry
  private let dave: ListEntry
  private let friends: GroupNumber
  private let version = ListVersion(255)

  init() throws {
    friends = try #require(GroupNumber(1))
    bob = ListEntry(handle: try handle("bob@example.com"), name: try FriendlyName("Bob"), groups: GroupSet([friends]))
    carol = ListEntry(handle: try handle("carol@example.com"), name: try FriendlyName("Carol C"))
    dave = ListEntry(handle: try handle("dave@example.com"), name: try FriendlyName("Dave"))
  }

  @Test(arguments: [
    (Dialect.msnp2, "", ""), (.msnp3, "", ""), (.msnp4, "", ""), (.msnp5, "", ""), (.msnp6, "", ""),
    (.msnp7, " 1", " 0"),
  ])
  func allFourLists(_ dialect: Dialect, _ inFriends: String, _ inNone: String) {
    let burst = written(dialect) { writer in
      let transaction = TransactionID(7)
      writer.lst(transaction, .forward, version, [bob, carol])
      writer.lst(transaction, .allow, version, [bob, carol])
      writer.lst(transaction, .block, version, [dave])
      writer.lst(transaction, .reverse, version, [])
    }
    #expect(
      burst
        == wire(
          "LST 7 FL 255 1 2 bob@example.com Bob\(inFriends)", "LST 7 FL 255 2 2 carol@example.com Carol%20C\(inNone)",
          "LST 7 AL 255 1 2 bob@example.com Bob", "LST 7 AL 255 2 2 carol@example.com Carol%20C",
          "LST 7 BL 255 1 1 dave@example.com Dave", "LST 7 RL 255 0 0"))
  }

  @Test func aContactInSeveralGroups() throws {
    var entry = bob
    entry.groups = GroupSet([.zero, try #require(GroupNumber(3))])
    let line = written(.msnp7) { $0.lst(TransactionID(5), .forward, version, [entry]) }
    #expect(line == wire("LST 5 FL 255 1 1 bob@example.com Bob 0,3"))
  }

  @Test(arguments: [(Dialect.msnp5, "", ""), (.msnp6, "", ""), (.msnp7, " 1", " 0")])
  func propertiesFollowTheirContact(_ dialect: Dialect, _ inFriends: String, _ inNone: String) {
    let properties = [
      ContactProperties([.homePhone: "1 555 555-0101"]), ContactProperties.blank,
    ]
    let burst = written(dialect) { writer in
      writer.lst(TransactionID(5), .forward, version, [bob, carol]) { writer, index in
        writer.bpr(version, [bob, carol][index].handle, properties[index])
      }
    }
    #expect(
      burst
        == wire(
          "LST 5 FL 255 1 2 bob@example.com Bob\(inFriends)", "BPR 255 bob@example.com PHH 1%20555%20555-0101",
          "BPR 255 bob@example.com PHW", "BPR 255 bob@example.com PHM", "BPR 255 bob@example.com MOB N",
          "LST 5 FL 255 2 2 carol@example.com Carol%20C\(inNone)", "BPR 255 carol@example.com PHH",
          "BPR 255 carol@example.com PHW", "BPR 255 carol@example.com PHM", "BPR 255 carol@example.com MOB N"))
  }

  @Test(arguments: [Dialect.msnp5, .msnp6, .msnp7])
  func ownProperties(_ dialect: Dialect) {
    let own = ContactProperties([.homePhone: "1 555 555-0100"])
    let burst = written(dialect) { writer in
      for property in ContactProperty.common { writer.prp(TransactionID(5), version, property, own[property]) }
    }
    #expect(
      burst
        == wire(
          "PRP 5 255 PHH 1%20555%20555-0100", "PRP 5 255 PHW", "PRP 5 255 PHM", "PRP 5 255 MOB N", "PRP 5 255 MBE N"))
  }

  @Test func groups() {
    let burst = written(.msnp7) {
      $0.lsg(TransactionID(5), version, [(.zero, "Other Contacts"), (friends, "Friends")])
    }
    #expect(burst == wire("LSG 5 255 1 2 0 Other%20Contacts 0", "LSG 5 255 2 2 1 Friends 0"))
    #expect(written(.msnp7) { $0.lsg(TransactionID(5), version, [(.zero, "~")]) } == wire("LSG 5 255 1 1 0 ~ 0"))
  }

  @Test(arguments: spokenDialects)
  func changes(_ dialect: Dialect) throws {
    let erin = try handle("erin@example.com")
    let unnamed = FriendlyName(erin)
    let erinName = try FriendlyName("Erin")
    #expect(
      written(dialect) { $0.add(TransactionID(9), .forward, ListVersion(257), erin, unnamed) }
        == wire("ADD 9 FL 257 erin@example.com erin@example.com"))
    #expect(
      written(dialect) { $0.add(.unsolicited, .reverse, ListVersion(258), erin, erinName) }
        == wire("ADD 0 RL 258 erin@example.com Erin"))
    let hasVersions = dialect <= .msnp9
    #expect(
      written(dialect) { $0.rem(TransactionID(14), .block, ListVersion(257), dave.handle) }
        == wire(hasVersions ? "REM 14 BL 257 dave@example.com" : "REM 14 BL dave@example.com"))
    #expect(
      written(dialect) { $0.rem(.unsolicited, .reverse, ListVersion(258), erin) }
        == wire(hasVersions ? "REM 0 RL 258 erin@example.com" : "REM 0 RL erin@example.com"))
  }

  @Test func changesOfGroups() throws {
    let work = try #require(GroupNumber(2))
    #expect(
      written(.msnp7) { $0.add(TransactionID(8), .forward, ListVersion(257), carol.handle, carol.name, group: work) }
        == wire("ADD 8 FL 257 carol@example.com Carol%20C 2"))
    #expect(
      written(.msnp7) { $0.rem(TransactionID(9), .forward, ListVersion(258), carol.handle, group: work) }
        == wire("REM 9 FL 258 carol@example.com 2"))
  }
}
