import MSNP

/// One change that an account's owner asks for. The store carries it out in one transaction, by the rules of this
/// module, and raises the list version of every account whose lists, as its client caches them, are different after it.
public enum RosterChange: Hashable, Sendable {
  /// `ADD` and `ADC`. The name is what the adder wants to read, nil what the contact is called already or calls itself;
  /// a group other than nil puts a forward-list contact there
  /// (MSNP7-9). Clients that know no pending list have answered whoever they allow or block.
  case add(ContactList, UserHandle, FriendlyName?, group: GroupNumber?, answers: Bool = true)
  /// `ADC FL C=`: a contact goes into a further group (from MSNP10).
  case addToGroup(GUID, GUID)
  /// `REM`. With a group the contact leaves just that group, and the forward list with its last one (MSNP7-9).
  case remove(ContactList, UserHandle, group: GroupNumber?)
  /// `REM FL` by GUID (from MSNP10). With a group the contact leaves just that group, and stays on the list.
  case removeContact(GUID, group: GUID?)
  /// `ADC RL`: a pending contact is answered, and on the reverse list.
  case accept(UserHandle)
  /// `REM PL`: a contact is pending no more.
  case endPending(UserHandle)
  /// `SBP MFN`: the stored name.
  case nameContact(GUID, FriendlyName)
  /// `SBP` of another key; nil clears.
  case setNote(GUID, ContactNote, String?)
  /// `REA` of the own handle, and `PRP MFN`.
  case rename(FriendlyName)
  /// `REA` of a forward-list contact: the stored name.
  case renameContact(UserHandle, FriendlyName)
  /// `BLP`.
  case setPrivacyMode(PrivacyMode)
  /// `GTC`.
  case setReversePrompt(ReversePrompt)
  /// `PRP`; nil clears.
  case setProperty(ContactProperty, String?)
  /// `ADG`.
  case addGroup(String)
  /// `REG`.
  case renameGroup(GroupReference, String)
  /// `RMG`. Contacts that were in no other group move to group 0, which is none from MSNP10.
  case removeGroup(GroupReference)
}

/// How a client names a group.
public enum GroupReference: Hashable, Sendable {
  /// MSNP7-9
  case number(GroupNumber)
  /// From MSNP10.
  case guid(GUID)
  /// A slip of some clients of MSNP11 in `RMG`.
  case name(String)
}

/// Why a change was refused; which error number that is depends on the dialect.
public enum RosterRefusal: Error, Hashable, Sendable {
  case noSuchAccount
  /// No contact has the GUID.
  case noSuchContact
  /// Somebody who waits for no answer was answered.
  case notPending
  case alreadyThere
  case onOppositeList
  case notOnList
  case listFull
  case noSuchGroup
  case notInGroup
  case tooManyGroups
  case groupExists
  /// Group 0 cannot be removed.
  case groupZero
  case alreadyInMode
}

/// How long lists may grow. Longer ones that exist already are never cut.
public struct ListLimits: Hashable, Sendable {
  public var forward: Int
  public var allow: Int
  public var block: Int
  /// Groups an account may have, group 0 included.
  public var groups: Int

  public init(forward: Int = 150, allow: Int = 1500, block: Int = 1200, groups: Int = 30) {
    self.forward = forward
    self.allow = allow
    self.block = block
    self.groups = groups
  }

  public func maximum(of list: ContactList) -> Int {
    switch list {
    case .forward: forward
    case .allow: allow
    case .block: block
    case .reverse: 0
    }
  }
}

/// What a committed change did.
public struct ChangeOutcome: Hashable, Sendable {
  /// The changer's list version after it.
  public var version: ListVersion
  public var result: Result
  /// What other accounts have to be told, each under its own new list version.
  public var notices: [Notice]

  public enum Result: Hashable, Sendable {
    case done
    /// `newOnForward` tells a new contact from one that went into a further group. `properties` are those the contact
    /// lets the adder see.
    case added(AccountID, GUID, newOnForward: Bool, properties: ContactProperties)
    /// `leftForward` tells leaving the forward list from leaving one of several groups.
    case removed(AccountID, leftForward: Bool)
    case group(GroupNumber, GUID)
    /// The property as it reads from now on, which may be another value than was asked for: `MOB` is `N` while `MBE` is.
    case property(String?)
  }

  public init(version: ListVersion, result: Result, notices: [Notice] = []) {
    self.version = version
    self.result = result
    self.notices = notices
  }
}

/// What an account has to be told that somebody else changed.
public struct Notice: Hashable, Sendable {
  public enum News: Hashable, Sendable {
    /// `ADD 0 RL`
    case reverseAdded(UserHandle, FriendlyName)
    /// `REM 0 RL`
    case reverseRemoved(UserHandle)
    /// An operator put somebody on one of the account's own lists: `ADD 0`.
    case listed(ContactList, AccountID, UserHandle, FriendlyName, GUID)
    /// Somebody left the account's own lists, having been removed by an operator: `REM 0` for each.
    case unlisted(ListMembership, AccountID, UserHandle, GUID)
    /// `BPR` of each given property, in the order of `ContactProperty.shown`.
    case properties(UserHandle, [ContactProperty], ContactProperties)
    /// An operator changed the account's own friendly name, which its watchers are shown.
    case renamed(FriendlyName)
  }

  public var account: AccountID
  public var version: ListVersion
  public var news: News

  public init(account: AccountID, version: ListVersion, news: News) {
    self.account = account
    self.version = version
    self.news = news
  }
}
