import MSNP
import Roster

/// A message on its way from a switchboard into the history of those who keep one.
public struct RelayedMessage: Hashable, Sendable {
  /// One conversation on one switchboard; not the session ID of the wire, which comes again.
  public var conversation: GUID
  /// Counts the messages of the conversation in the order in which they were relayed.
  public var number: Int
  /// Milliseconds since 1970.
  public var time: Int64
  public var sender: UserHandle
  public var senderName: FriendlyName
  /// Kept without NUL characters: the replacement character takes their place.
  public var text: String
  /// Who was in the conversation, the sender too: the message is written for those of them that keep a history.
  public var people: [Person]

  public struct Person: Hashable, Sendable {
    public var account: AccountID
    public var handle: UserHandle

    public init(account: AccountID, handle: UserHandle) {
      self.account = account
      self.handle = handle
    }
  }

  public init(
    conversation: GUID, number: Int, time: Int64, sender: UserHandle, senderName: FriendlyName, text: String,
    people: [Person]
  ) {
    self.conversation = conversation
    self.number = number
    self.time = time
    self.sender = sender
    self.senderName = senderName
    self.text = text
    self.people = people
  }
}

/// A message in somebody's history.
public struct KeptMessage: Hashable, Sendable {
  public var conversation: GUID
  public var number: Int
  /// Milliseconds since 1970.
  public var time: Int64
  public var sender: UserHandle
  public var senderName: FriendlyName
  public var text: String
  /// Who was in the conversation then, in ascending order.
  public var people: [UserHandle]

  public init(
    conversation: GUID, number: Int, time: Int64, sender: UserHandle, senderName: FriendlyName, text: String,
    people: [UserHandle]
  ) {
    self.conversation = conversation
    self.number = number
    self.time = time
    self.sender = sender
    self.senderName = senderName
    self.text = text
    self.people = people
  }
}

/// A conversation in somebody's history, as a line of a list.
public struct KeptConversation: Hashable, Sendable {
  public var conversation: GUID
  /// Of the first and the last message kept: milliseconds since 1970.
  public var began: Int64
  public var ended: Int64
  public var messages: Int
  /// Everybody who was in it, in ascending order.
  public var people: [UserHandle]

  public init(conversation: GUID, began: Int64, ended: Int64, messages: Int, people: [UserHandle]) {
    self.conversation = conversation
    self.began = began
    self.ended = ended
    self.messages = messages
    self.people = people
  }
}

/// What switchboards need to keep histories.
public protocol HistorySink: Sendable {
  /// Which of these accounts keep a history.
  func keepers(among accounts: [AccountID], then: @escaping StoreAnswer<Set<AccountID>, StoreFailure>)

  /// Writes each message for those of its people that keep a history at that moment. One that was written before stays
  /// as it is, so that a failed call can be made again.
  func keep(_ messages: [RelayedMessage], then: @escaping StoreAnswer<Void, StoreFailure>)
}

/// Histories as their owners see them. Throws ``StoreFailure`` when the store cannot answer.
public protocol HistoryStore: HistorySink {
  /// Switches an account's history on or off; what was kept stays. False when there is no such account.
  func setKeepsHistory(of account: AccountID, _ keeps: Bool) async throws -> Bool

  /// Conversations by their last message, the latest first; those whose last message is before `before` (milliseconds
  /// since 1970), `limit` of them and those that ended in the same millisecond as the last of these: so `ended` of the
  /// last is where the next page begins. Messages before `since` count as gone.
  func conversations(
    of owner: AccountID, since: Int64, before: Int64?, limit: Int
  ) async throws -> [KeptConversation]

  /// Messages of one conversation in their order, beginning after number `after`.
  func messages(
    of owner: AccountID, in conversation: GUID, since: Int64, after: Int?, limit: Int
  ) async throws -> [KeptMessage]

  /// All messages in the order of their time, conversation and number, beginning after `after`.
  func history(of owner: AccountID, since: Int64, after: KeptMessage?, limit: Int) async throws -> [KeptMessage]

  /// Deletes one conversation, or with nil everything, from the owner's history; answers with how many messages.
  func forgetHistory(of owner: AccountID, conversation: GUID?) async throws -> Int

  /// Deletes what is older than `time` (milliseconds since 1970) from all histories, at most `limit` messages; answers
  /// with how many.
  func sweepHistory(before time: Int64, limit: Int) async throws -> Int
}

/// What the service's pages work with.
public typealias PagesStore =
  AccountStore & CredentialStore & RosterStore & MemberStore & PageSessionStore & InvitationStore & HistoryStore
