import MSNP

/// One account's view of another: the row that lists, groups and the stored name make up.
public struct ContactRecord: Hashable, Sendable {
  public var lists: ListMembership
  public var groups: GroupSet
  public var name: FriendlyName

  public init(lists: ListMembership = [], groups: GroupSet = GroupSet(), name: FriendlyName) {
    self.lists = lists
    self.groups = groups
    self.name = name
  }
}

/// What the store must know of an account's groups to judge a change.
public struct GroupCatalog: Hashable, Sendable {
  /// Names by number; group 0 is always among them.
  public var names: [GroupNumber: String]
  public init(_ names: [GroupNumber: String]) { self.names = names }

  /// The number a new group gets: the smallest that is free.
  public func adding(_ name: String, limits: ListLimits) throws(RosterRefusal) -> GroupNumber {
    guard !names.values.contains(name) else { throw .groupExists }
    guard names.count < limits.groups else { throw .tooManyGroups }
    guard let free = GroupNumber.legal.compactMap(GroupNumber.init).first(where: { names[$0] == nil }) else {
      throw .tooManyGroups
    }
    return free
  }

  public func checkRenaming(_ group: GroupNumber, to name: String) throws(RosterRefusal) {
    guard names[group] != nil else { throw .noSuchGroup }
    guard !names.contains(where: { $0.key != group && $0.value == name }) else { throw .groupExists }
  }

  public func checkRemoving(_ group: GroupNumber) throws(RosterRefusal) {
    guard group != .zero else { throw .groupZero }
    guard names[group] != nil else { throw .noSuchGroup }
  }

  public func check(_ group: GroupNumber?) throws(RosterRefusal) {
    if let group, names[group] == nil { throw .noSuchGroup }
  }
}

extension ContactRecord {
  /// The row after `ADD list`, or the refusal, judged in the order of the reference (section 3.1): already there,
  /// opposite list, group, room. That the account exists has been seen to.
  ///
  /// - Parameters:
  ///   - current: the row so far; nil for somebody on none of the lists.
  ///   - group: the group a forward-list contact goes into; nil for clients that know no groups (MSNP2-6), whose new
  ///     contacts go into group 0.
  ///   - count: how many are on that list now.
  public static func adding(
    to list: ContactList, name: FriendlyName, group: GroupNumber?, current: ContactRecord?, groups: GroupCatalog,
    count: Int, limits: ListLimits
  ) throws(RosterRefusal) -> ContactRecord {
    var record = current ?? ContactRecord(name: name)
    let isThere = record.lists.contains(ListMembership(list))
    if isThere, list != .forward || group.map(record.isIn) ?? true { throw .alreadyThere }
    if let opposite = list.opposite, record.lists.contains(ListMembership(opposite)) { throw .onOppositeList }
    if list == .forward { try groups.check(group) }
    if !isThere, count >= limits.maximum(of: list) { throw .listFull }
    record.lists.insert(ListMembership(list))
    guard list == .forward else { return record }
    if isThere {
      // "In no group" is shown as group 0, so group 0 becomes a real membership once there is a second.
      if record.groups.isEmpty { record.groups.insert(.zero) }
    } else {
      record.name = name
      record.groups = GroupSet()
    }
    record.groups.insert(group ?? .zero)
    return record
  }

  /// The row after `REM list`, or the refusal. The caller deletes a row that is on no list any more.
  public static func removing(
    from list: ContactList, group: GroupNumber?, current: ContactRecord?, groups: GroupCatalog
  ) throws(RosterRefusal) -> ContactRecord {
    guard var record = current, record.lists.contains(ListMembership(list)) else { throw .notOnList }
    if list == .forward, let group {
      try groups.check(group)
      guard record.isIn(group) else { throw .notInGroup }
      record.groups.remove(group)
      guard record.groups.isEmpty else { return record }
    }
    record.lists.remove(ListMembership(list))
    if list == .forward { record.groups = GroupSet() }
    return record
  }

  /// The row after its group was removed.
  public func leaving(_ group: GroupNumber) -> ContactRecord {
    var record = self
    record.groups.remove(group)
    if record.groups.isEmpty { record.groups.insert(.zero) }
    return record
  }

  /// Whether the contact is shown in the group; one in no group is shown in group 0.
  public func isIn(_ group: GroupNumber) -> Bool {
    groups.contains(group) || (groups.isEmpty && group == .zero)
  }
}
