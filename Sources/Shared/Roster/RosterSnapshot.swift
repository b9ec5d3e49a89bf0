import MSNP

/// Everything `SYN` brings, read at one instant.
public struct RosterSnapshot: Hashable, Sendable {
  public struct Group: Hashable, Sendable {
    public var number: GroupNumber
    public var guid: GUID
    public var name: String
    public init(number: GroupNumber, guid: GUID, name: String) {
      self.number = number
      self.guid = guid
      self.name = name
    }
  }

  public var version: ListVersion
  /// The account's own friendly name.
  public var name: FriendlyName
  public var privacyMode: PrivacyMode
  public var reversePrompt: ReversePrompt
  public var properties: ContactProperties
  /// In ascending order, group 0 first.
  public var groups: [Group]
  /// Everybody who is on one of the lists, in ascending order of account number.
  public var contacts: [RosterContact]

  public init(
    version: ListVersion, name: FriendlyName, privacyMode: PrivacyMode = .allow, reversePrompt: ReversePrompt = .ask,
    properties: ContactProperties = .blank, groups: [Group] = [], contacts: [RosterContact] = []
  ) {
    self.version = version
    self.name = name
    self.privacyMode = privacyMode
    self.reversePrompt = reversePrompt
    self.properties = properties
    self.groups = groups
    self.contacts = contacts
  }

  /// One list in the form of MSNP2-7, in ascending order of account number.
  public func entries(of list: ContactList) -> [ListEntry] {
    let membership = ListMembership(list)
    var entries: [ListEntry] = []
    entries.reserveCapacity(contacts.count)
    // By index: a contact is a dozen counted references, and nobody wants all of them.
    for index in contacts.indices where contacts[index].lists.contains(membership) {
      entries.append(contacts[index].entry(of: list))
    }
    return entries
  }

  public var forward: [ListEntry] { entries(of: .forward) }
  public var allow: [ListEntry] { entries(of: .allow) }
  public var block: [ListEntry] { entries(of: .block) }
  public var reverse: [ListEntry] { entries(of: .reverse) }

  /// What each forward-list contact lets this account see, in the order of `forward`.
  public var forwardProperties: [ContactProperties] {
    contacts.indices.lazy.filter { contacts[$0].lists.contains(.forward) }.map { contacts[$0].properties }
  }
}

/// Somebody on one of an account's lists, the reverse list among them.
public struct RosterContact: Hashable, Sendable {
  public var account: AccountID
  public var handle: UserHandle
  /// What the account calls the contact; nil for who is on the reverse list alone.
  public var storedName: FriendlyName?
  /// What the contact calls itself.
  public var ownName: FriendlyName
  /// The lists as clients before MSNP10 know them.
  public var lists: ListMembership
  /// How far the account has answered a contact that is on the reverse list.
  public var pending: PendingState
  public var groups: GroupSet
  /// Nil for who is on the reverse list alone.
  public var guid: GUID?
  /// What the contact lets the account see.
  public var properties: ContactProperties
  /// What the account keeps of the contact itself (`SBP`).
  public var notes: [ContactNote: String]

  public init(
    account: AccountID, handle: UserHandle, storedName: FriendlyName? = nil, ownName: FriendlyName,
    lists: ListMembership = [], pending: PendingState = .settled, groups: GroupSet = GroupSet(), guid: GUID? = nil,
    properties: ContactProperties = .blank, notes: [ContactNote: String] = [:]
  ) {
    self.account = account
    self.handle = handle
    self.storedName = storedName
    self.ownName = ownName
    self.lists = lists
    self.pending = pending
    self.groups = groups
    self.guid = guid
    self.properties = properties
    self.notes = notes
  }

  @inlinable
  public var name: FriendlyName { storedName ?? ownName }

  /// What the contact is called on one of the lists in the form of MSNP2-7.
  @inlinable
  public func name(on list: ContactList) -> FriendlyName { list == .reverse ? ownName : name }

  fileprivate func entry(of list: ContactList) -> ListEntry {
    ListEntry(handle: handle, name: name(on: list), groups: list == .forward ? groups : GroupSet())
  }

  /// The lists in the bits that a client of this dialect reads: from MSNP10 somebody who waits for an answer is on the
  /// pending list.
  public func lists(in dialect: Dialect) -> ListMembership {
    guard dialect.has(.pendingList), lists.contains(.reverse) else { return lists }
    return lists.subtracting(.reverse).union(pending.lists)
  }

  /// The groups that clients from MSNP10 know of: 0 is none there.
  public func guids(among groups: [RosterSnapshot.Group]) -> [GUID] {
    guard !self.groups.isEmpty else { return [] }
    return groups.filter { $0.number != .zero && self.groups.contains($0.number) }.map(\.guid)
  }
}

/// What a session begins with. It keeps numbers alone in memory, some twenty bytes a contact.
public struct SessionRoster: Hashable, Sendable {
  public var handle: UserHandle
  public var name: FriendlyName
  public var privacy: Privacy
  public var forward: AccountSet
  /// The list version this is the state of.
  public var version: ListVersion
  /// For the profile message.
  public var profile: MemberProfile

  public init(
    handle: UserHandle, name: FriendlyName, privacy: Privacy, forward: AccountSet, version: ListVersion,
    profile: MemberProfile = MemberProfile()
  ) {
    self.profile = profile
    self.version = version
    self.handle = handle
    self.name = name
    self.privacy = privacy
    // Most people allow exactly their contacts: then there is one array for both.
    self.forward = forward == privacy.allowed ? privacy.allowed : forward
  }
}
