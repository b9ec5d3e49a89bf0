import MSNP
import Roster
import Testing

/// A row as the tables below write it: the lists a contact is on, and the groups.
struct RowState: Sendable, Equatable {
  let lists: ListMembership
  var groups: [UInt8] = []

  func record(named name: String) throws -> ContactRecord {
    ContactRecord(lists: lists, groups: GroupSet(try groups.map(group)), name: try FriendlyName(name), guid: guid)
  }
}

private let guid = GUID(high: 1, low: 2)

private func group(_ number: UInt8) throws -> GroupNumber { try #require(GroupNumber(number)) }

private func catalog() throws -> GroupCatalog {
  GroupCatalog([
    .zero: .init("Other Contacts", guid), try group(1): .init("Friends", guid), try group(2): .init("Family", guid),
  ])
}

@Suite("Contacts")
struct ContactRecordTests {
  struct Adding: Sendable {
    let current: RowState?
    let list: ContactList
    var group: UInt8?
    var count = 0
    let result: Result<RowState, RosterRefusal>
  }

  /// Reference, section 3.1. The limit in these rows is 3; groups 0, 1 and 2 exist.
  static let adding: [Adding] = [
    // A new row.
    Adding(current: nil, list: .forward, result: .success(RowState(lists: .forward, groups: [0]))),
    Adding(current: nil, list: .forward, group: 0, result: .success(RowState(lists: .forward, groups: [0]))),
    Adding(current: nil, list: .forward, group: 2, result: .success(RowState(lists: .forward, groups: [2]))),
    Adding(current: nil, list: .allow, result: .success(RowState(lists: .allow))),
    Adding(current: nil, list: .block, result: .success(RowState(lists: .block))),
    // A further list.
    Adding(
      current: RowState(lists: .block), list: .forward,
      result: .success(RowState(lists: [.block, .forward], groups: [0]))),
    Adding(
      current: RowState(lists: .forward, groups: [1]), list: .allow,
      result: .success(RowState(lists: [.forward, .allow], groups: [1]))),
    // A further group, whatever the count; group 0 stays for somebody who was in none.
    Adding(
      current: RowState(lists: .forward, groups: [1]), list: .forward, group: 2, count: 3,
      result: .success(RowState(lists: .forward, groups: [1, 2]))),
    Adding(
      current: RowState(lists: .forward, groups: [1]), list: .forward, group: 0,
      result: .success(RowState(lists: .forward, groups: [0, 1]))),
    // A client that knows no groups finds the contact there already, in whatever group.
    Adding(current: RowState(lists: .forward, groups: [1]), list: .forward, result: .failure(.alreadyThere)),
    Adding(
      current: RowState(lists: .forward), list: .forward, group: 1,
      result: .success(RowState(lists: .forward, groups: [0, 1]))),
    // Groups that a row kept from before it was on the forward list do not come back.
    Adding(
      current: RowState(lists: .allow, groups: [2]), list: .forward, group: 1,
      result: .success(RowState(lists: [.allow, .forward], groups: [1]))),
    // 215 before everything else.
    Adding(current: RowState(lists: .forward), list: .forward, count: 3, result: .failure(.alreadyThere)),
    Adding(
      current: RowState(lists: .forward, groups: [0, 1]), list: .forward, group: 1, count: 3,
      result: .failure(.alreadyThere)),
    Adding(current: RowState(lists: .allow), list: .allow, count: 3, result: .failure(.alreadyThere)),
    Adding(current: RowState(lists: .block), list: .block, count: 3, result: .failure(.alreadyThere)),
    // 219.
    Adding(current: RowState(lists: .block), list: .allow, count: 3, result: .failure(.onOppositeList)),
    Adding(current: RowState(lists: [.allow, .forward]), list: .block, count: 3, result: .failure(.onOppositeList)),
    // 224 before 210.
    Adding(current: nil, list: .forward, group: 9, count: 3, result: .failure(.noSuchGroup)),
    Adding(
      current: RowState(lists: .forward, groups: [0]), list: .forward, group: 9, count: 3,
      result: .failure(.noSuchGroup)),
    // 210.
    Adding(current: nil, list: .forward, count: 2, result: .success(RowState(lists: .forward, groups: [0]))),
    Adding(current: nil, list: .forward, count: 3, result: .failure(.listFull)),
    Adding(current: RowState(lists: .forward), list: .allow, count: 3, result: .failure(.listFull)),
    Adding(current: nil, list: .block, count: 4, result: .failure(.listFull)),
    // Only the server changes the reverse list.
    Adding(current: nil, list: .reverse, result: .failure(.listFull)),
  ]

  @Test("ADD", arguments: adding.indices)
  func adds(row: Int) throws {
    let expected = Self.adding[row]
    let result = Result {
      try ContactRecord.adding(
        to: expected.list, name: try FriendlyName("New"), group: try expected.group.map(group),
        current: try expected.current?.record(named: "Stored"), guid: guid, groups: try catalog(),
        count: expected.count,
        limits: ListLimits(forward: 3, allow: 3, block: 3))
    }
    switch expected.result {
    case .failure(let refusal): #expect(throws: refusal) { try result.get() }
    case .success(let state):
      // The name asked for counts for a new row and for who comes onto the forward list.
      let isNew = expected.current.map { expected.list == .forward && !$0.lists.contains(.forward) } ?? true
      #expect(try result.get() == state.record(named: isNew ? "New" : "Stored"))
    }
  }

  struct Removing: Sendable {
    let current: RowState?
    let list: ContactList
    var group: UInt8?
    let result: Result<RowState, RosterRefusal>
  }

  /// Reference, section 3.3.
  static let removing: [Removing] = [
    Removing(
      current: RowState(lists: [.forward, .allow], groups: [0, 2]), list: .forward,
      result: .success(RowState(lists: .allow))),
    Removing(current: RowState(lists: .forward, groups: [1]), list: .forward, result: .success(RowState(lists: []))),
    Removing(
      current: RowState(lists: [.forward, .allow], groups: [1]), list: .allow,
      result: .success(RowState(lists: .forward, groups: [1]))),
    Removing(current: RowState(lists: .block), list: .block, result: .success(RowState(lists: []))),
    // By group: one of several, the last one, and group 0 for somebody in none.
    Removing(
      current: RowState(lists: .forward, groups: [0, 1]), list: .forward, group: 0,
      result: .success(RowState(lists: .forward, groups: [1]))),
    Removing(
      current: RowState(lists: [.forward, .block], groups: [1]), list: .forward, group: 1,
      result: .success(RowState(lists: .block))),
    Removing(current: RowState(lists: .forward), list: .forward, group: 0, result: .success(RowState(lists: []))),
    // 216, 224, 225 in this order.
    Removing(current: nil, list: .forward, group: 9, result: .failure(.notOnList)),
    Removing(current: nil, list: .reverse, result: .failure(.notOnList)),
    Removing(current: RowState(lists: .allow), list: .forward, group: 9, result: .failure(.notOnList)),
    Removing(current: RowState(lists: .forward), list: .allow, result: .failure(.notOnList)),
    Removing(current: RowState(lists: .allow), list: .block, result: .failure(.notOnList)),
    Removing(
      current: RowState(lists: .forward, groups: [0]), list: .forward, group: 9, result: .failure(.noSuchGroup)),
    Removing(
      current: RowState(lists: .forward, groups: [0]), list: .forward, group: 1, result: .failure(.notInGroup)),
    Removing(current: RowState(lists: .forward), list: .forward, group: 1, result: .failure(.notInGroup)),
  ]

  @Test("REM", arguments: removing.indices)
  func removes(row: Int) throws {
    let expected = Self.removing[row]
    let result = Result {
      try ContactRecord.removing(
        from: expected.list, group: try expected.group.map(group),
        current: try expected.current?.record(named: "Stored"), groups: try catalog())
    }
    switch expected.result {
    case .failure(let refusal): #expect(throws: refusal) { try result.get() }
    case .success(let state): #expect(try result.get() == state.record(named: "Stored"))
    }
  }

  @Test(
    "RMG: who was in no other group moves to group 0",
    arguments: [([1], [0]), ([0, 1], [0]), ([1, 2], [2]), ([0, 1, 2], [0, 2])] as [([UInt8], [UInt8])])
  func leaves(before: [UInt8], after: [UInt8]) throws {
    let record = try RowState(lists: [.forward, .allow], groups: before).record(named: "Stored")
    #expect(
      record.leaving(try group(1)) == (try RowState(lists: [.forward, .allow], groups: after).record(named: "Stored")))
  }

  @Test("Who is in no group is shown in group 0")
  func shownInGroupZero() throws {
    let loose = try RowState(lists: .forward).record(named: "Stored")
    #expect(loose.isIn(.zero))
    #expect(!loose.isIn(try group(1)))
    let friend = try RowState(lists: .forward, groups: [1]).record(named: "Stored")
    #expect(!friend.isIn(.zero))
    #expect(friend.isIn(try group(1)))
  }
}
