import MSNP
import Roster

/// An account as a change sees it.
public struct AccountFacts: Hashable, Sendable {
  public var account: AccountID
  public var handle: UserHandle
  public var name: FriendlyName
  public var version: ListVersion
  public var privacyMode: PrivacyMode
  public var reversePrompt: ReversePrompt

  public init(
    account: AccountID, handle: UserHandle, name: FriendlyName, version: ListVersion, privacyMode: PrivacyMode,
    reversePrompt: ReversePrompt
  ) {
    self.account = account
    self.handle = handle
    self.name = name
    self.version = version
    self.privacyMode = privacyMode
    self.reversePrompt = reversePrompt
  }
}

/// What a store has to read, under the locks of the accounts it concerns, before it can judge a change.
///
/// Only what that change needs has to be filled in.
public struct ChangeScene: Hashable, Sendable {
  public var owner: AccountFacts

  /// The GUID that a new group or a new row about somebody gets.
  public var guid: GUID

  // ADD, ADC and REM, REA of a contact, and SBP.

  /// The account the change names; nil when there is none of that handle, or no contact of that GUID.
  public var other: AccountFacts?
  /// The owner's row about the other.
  public var contact: ContactRecord?
  /// The other has the owner on the forward list.
  public var otherHasOwner = false
  /// The other has the owner on the allow list.
  public var otherAllowsOwner = false
  /// The other has the owner on the allow or the block list.
  public var otherHasDecided = false
  /// How far the owner has answered being on the other's forward list.
  public var answered = PendingState.settled
  public var otherProperties = ContactProperties.blank
  /// How many are on the list that somebody is to be added to.
  public var count = 0

  /// The owner's groups, for `ADD` and `REM` too.
  public var groups = GroupCatalog([:])
  /// The owner's properties, for `ADD` and `REM` too.
  public var properties = ContactProperties.blank

  // PRP.

  /// Who has the owner on the forward list and is on the owner's allow list, in ascending order.
  public var watchers: [AccountID] = []

  // RMG.

  /// The owner's rows about those who are in groups.
  public var members: [AccountID: ContactRecord] = [:]

  public init(owner: AccountFacts, guid: GUID = .random()) {
    self.owner = owner
    self.guid = guid
  }
}

/// What a change writes, into the owner's rows but for ``answer(_:_:)``.
public enum ChangeWrite: Hashable, Sendable {
  /// The row about somebody; one on no list is deleted.
  case contact(AccountID, ContactRecord)
  /// How far the owner has answered somebody, in that account's row about the owner.
  case answer(AccountID, PendingState)
  /// What the owner keeps of a contact; nil deletes.
  case note(AccountID, ContactNote, String?)
  case name(FriendlyName)
  case privacyMode(PrivacyMode)
  case reversePrompt(ReversePrompt)
  /// Nil deletes.
  case property(ContactProperty, String?)
  case newGroup(GroupNumber, String, GUID)
  case groupName(GroupNumber, String)
  case noGroup(GroupNumber)
}

/// A change that has been judged: what is to be written, and whose list versions go up.
public struct ChangePlan: Sendable {
  public var writes: [ChangeWrite]
  public var result = ChangeOutcome.Result.done
  /// What others are told, each under a version raised for it. The owner's version is raised before all of these, so
  /// somebody who adds himself is given two.
  public var news: [(account: AccountID, news: Notice.News)] = []

  /// The accounts whose list versions go up.
  public func raised(by owner: AccountID) -> Set<AccountID> { Set(news.map(\.account)).union([owner]) }

  /// The outcome, by what raising an account's version gives.
  public func outcome<Failure>(
    by owner: AccountID, raising raise: (AccountID) throws(Failure) -> ListVersion
  ) throws(Failure) -> ChangeOutcome {
    var outcome = ChangeOutcome(version: try raise(owner), result: result)
    for (account, news) in news {
      outcome.notices.append(Notice(account: account, version: try raise(account), news: news))
    }
    return outcome
  }
}
