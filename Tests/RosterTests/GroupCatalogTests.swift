import MSNP
import Roster
import Testing

@Suite("Groups")
struct GroupCatalogTests {
  private func group(_ number: UInt8) throws -> GroupNumber { try #require(GroupNumber(number)) }

  private func catalog(_ names: [UInt8: String]) throws -> GroupCatalog {
    GroupCatalog(Dictionary(uniqueKeysWithValues: try names.map { (try group($0.key), .init($0.value, guid($0.key))) }))
  }

  private func guid(_ number: UInt8) -> GUID { GUID(high: 1, low: UInt64(number)) }

  @Test("a group is named by number, by GUID or by name; group 0 by its number alone")
  func references() throws {
    let groups = try catalog([0: "~", 1: "Friends"])
    let one = try group(1)
    #expect(try groups.number(of: .number(.zero)) == .zero)
    for reference in [GroupReference.number(one), .guid(guid(1)), .name("Friends")] {
      #expect(try groups.number(of: reference) == one)
    }
    for reference in [GroupReference.number(try group(2)), .guid(guid(0)), .guid(guid(2)), .name("~"), .name("x")] {
      #expect(throws: RosterRefusal.noSuchGroup) { try groups.number(of: reference) }
    }
  }

  @Test("ADG takes the smallest free number")
  func smallestFree() throws {
    let limits = ListLimits()
    #expect(try catalog([0: "~"]).adding("a", limits: limits) == group(1))
    #expect(try catalog([0: "~", 1: "a", 3: "c"]).adding("b", limits: limits) == group(2))
    #expect(try catalog([0: "~", 1: "a", 2: "b"]).adding("c", limits: limits) == group(3))
    // Names are told apart by case, as clients show them.
    #expect(try catalog([0: "~", 1: "Friends"]).adding("friends", limits: limits) == group(2))
  }

  @Test("ADG: 228 before 223")
  func addingRefused() throws {
    let full = ListLimits(groups: 2)
    let two = try catalog([0: "~", 1: "Friends"])
    #expect(throws: RosterRefusal.groupExists) { try two.adding("Friends", limits: full) }
    #expect(throws: RosterRefusal.groupExists) { try two.adding("~", limits: ListLimits()) }
    #expect(throws: RosterRefusal.tooManyGroups) { try two.adding("Family", limits: full) }
  }

  @Test("There are thirty numbers, whatever the limit says")
  func thirty() throws {
    let names = Dictionary(uniqueKeysWithValues: (0..<30 as Range<UInt8>).map { ($0, "group \($0)") })
    #expect(throws: RosterRefusal.tooManyGroups) { try catalog(names).adding("x", limits: ListLimits()) }
    #expect(throws: RosterRefusal.tooManyGroups) { try catalog(names).adding("x", limits: ListLimits(groups: 99)) }
    var lacking = names
    lacking[29] = nil
    #expect(try catalog(lacking).adding("x", limits: ListLimits()) == group(29))
  }

  @Test("REG: 224, then 228; the own name again is no clash")
  func renaming() throws {
    let groups = try catalog([0: "~", 1: "Friends"])
    #expect(throws: RosterRefusal.noSuchGroup) { try groups.checkRenaming(try group(2), to: "Friends") }
    #expect(throws: RosterRefusal.groupExists) { try groups.checkRenaming(.zero, to: "Friends") }
    #expect(throws: Never.self) { try groups.checkRenaming(try group(1), to: "Friends") }
    #expect(throws: Never.self) { try groups.checkRenaming(.zero, to: "Other Contacts") }
  }

  @Test("RMG: 230 for group 0, 224 for what is not there")
  func removing() throws {
    let groups = try catalog([0: "~", 1: "Friends"])
    #expect(throws: RosterRefusal.groupZero) { try groups.checkRemoving(.zero) }
    #expect(throws: RosterRefusal.noSuchGroup) { try groups.checkRemoving(try group(2)) }
    #expect(throws: Never.self) { try groups.checkRemoving(try group(1)) }
  }

  @Test("No group named is always right")
  func naming() throws {
    let groups = try catalog([0: "~"])
    #expect(throws: Never.self) { try groups.check(nil) }
    #expect(throws: Never.self) { try groups.check(.zero) }
    #expect(throws: RosterRefusal.noSuchGroup) { try groups.check(try group(1)) }
  }
}
