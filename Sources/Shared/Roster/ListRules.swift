import MSNP

/// One account's view of another: the row that lists, groups and the stored name make up.
public struct ContactRecord: Hashable, Sendable {
  public var lists: ListMembership
  public var groups: GroupSet
  public var name: FriendlyName
  /// What clients from MSNP10 know the contact by; it stays for as long as the row.
  public var guid: GUID
  /// How far the contact has answered being on the forward list.
  public var pending: PendingState

  public init(
    lists: ListMembership = [], groups: GroupSet = GroupSet(), name: FriendlyName, guid: GUID,
    pending: PendingState = .settled
  ) {
    self.lists = lists
    self.groups = groups
    self.name = name
    self.guid = guid
    self.pending = pending
  }
}

/// What the store must know of an account's groups to judge a change.
public struct GroupCatalog: Hashable, Sendable {
  public struct Group: Hashable, Sendable {
    public var name: String
    public var guid: GUID

    public init(_ name: String, _ guid: GUID) {
      self.name = name
      self.guid = guid
    }
  }

  /// By number; group 0 is always among them.
  public var groups: [GroupNumber: Group]
  public init(_ groups: [GroupNumber: Group]) { self.groups = groups }

  /// The number a new group gets: the smallest that is free.
  public func adding(_ name: String, limits: ListLimits) throws(RosterRefusal) -> GroupNumber {
    guard !groups.values.contains(where: { $0.name == name }) else { throw .groupExists }
    guard groups.count < limits.groups else { throw .tooManyGroups }
    guard let free = GroupNumber.legal.compactMap(GroupNumber.init).first(where: { groups[$0] == nil }) else {
      throw .tooManyGroups
    }
    return free
  }

  /// The group that a client means. Group 0 has no GUID that clients are told, nor is it meant by name.
  public func number(of reference: GroupReference) throws(RosterRefusal) -> GroupNumber {
    let number =
      switch reference {
      case .number(let number): groups[number] == nil ? nil : number
      case .guid(let guid): groups.first { $0.key != .zero && $0.value.guid == guid }?.key
      case .name(let name): groups.first { $0.key != .zero && $0.value.name == name }?.key
      }
    guard let number else { throw .noSuchGroup }
    return number
  }

  public func checkRenaming(_ group: GroupNumber, to name: String) throws(RosterRefusal) {
    guard groups[group] != nil else { throw .noSuchGroup }
    guard !groups.contains(where: { $0.key != group && $0.value.name == name }) else { throw .groupExists }
  }

  public func checkRemoving(_ group: GroupNumber) throws(RosterRefusal) {
    guard group != .zero else { throw .groupZero }
    guard groups[group] != nil else { throw .noSuchGroup }
  }

  public func check(_ group: GroupNumber?) throws(RosterRefusal) {
    if let group, groups[group] == nil { throw .noSuchGroup }
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
  ///   - guid: that of a new row.
  ///   - count: how many are on that list now.
  public static func adding(
    to list: ContactList, name: FriendlyName, group: GroupNumber?, current: ContactRecord?, guid: GUID,
    groups: GroupCatalog, count: Int, limits: ListLimits
  ) throws(RosterRefusal) -> ContactRecord {
    var record = current ?? ContactRecord(name: name, guid: guid)
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
    return record.leaving(list)
  }

  /// The row after `ADC FL C=`: in that group, and no longer in none, which group 0 stands for.
  public func joining(_ group: GroupNumber) throws(RosterRefusal) -> ContactRecord {
    guard lists.contains(.forward) else { throw .noSuchContact }
    guard !groups.contains(group) else { throw .alreadyThere }
    var record = self
    record.groups.remove(.zero)
    record.groups.insert(group)
    return record
  }

  /// The row after `REM FL` by GUID: with a group out of just that, and on the list all the same.
  public func removing(group: GroupNumber?) throws(RosterRefusal) -> ContactRecord {
    guard lists.contains(.forward) else { throw .notOnList }
    guard let group else { return leaving(.forward) }
    guard groups.contains(group) else { throw .notInGroup }
    var record = self
    record.groups.remove(group)
    return record
  }

  private func leaving(_ list: ContactList) -> ContactRecord {
    var record = self
    record.lists.remove(ListMembership(list))
    if list == .forward {
      record.groups = GroupSet()
      record.pending = .settled
    }
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
