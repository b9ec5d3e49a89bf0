import MSNP
import Roster

/// An account to be made.
public struct NewAccount: Sendable {
  public var handle: UserHandle
  public var name: FriendlyName
  public var passwordHash: String
  /// Seals the old-client password for the number the account is given; nil for none.
  public var sealOldPassword: (@Sendable (AccountID) throws -> [UInt8])?
  public var isAdministrator = false
  public var isBanned = false
  public var profile = MemberProfile()

  public init(
    handle: UserHandle, name: FriendlyName, passwordHash: String,
    sealOldPassword: (@Sendable (AccountID) throws -> [UInt8])? = nil
  ) {
    self.handle = handle
    self.name = name
    self.passwordHash = passwordHash
    self.sealOldPassword = sealOldPassword
  }
}

/// An account as operators see it.
public struct AccountRecord: Hashable, Sendable {
  public var account: AccountID
  public var handle: UserHandle
  public var name: FriendlyName
  public var passwordHash: String
  public var sealedOldPassword: [UInt8]?
  public var listVersion: ListVersion
  /// Seconds since 1970.
  public var created: Int64

  public init(
    account: AccountID, handle: UserHandle, name: FriendlyName, passwordHash: String, sealedOldPassword: [UInt8]?,
    listVersion: ListVersion, created: Int64
  ) {
    self.account = account
    self.handle = handle
    self.name = name
    self.passwordHash = passwordHash
    self.sealedOldPassword = sealedOldPassword
    self.listVersion = listVersion
    self.created = created
  }
}

/// Accounts as operators manage them. Throws ``StoreFailure`` when the store cannot answer.
public protocol AccountStore: Sendable {
  /// Makes accounts in one transaction. Handles that exist already are left as they are and not in the answer.
  func create(_ accounts: [NewAccount]) async throws -> [UserHandle: AccountID]

  /// The account of a handle; nil when there is none.
  func account(_ handle: UserHandle) async throws -> AccountRecord?

  /// Accounts in ascending order of number, beginning after `after`; at most `limit`.
  func accounts(after: AccountID?, limit: Int) async throws -> [AccountRecord]

  /// The handles on each account's forward list, for accounts among `accounts`.
  func forwardLists(of accounts: [AccountID]) async throws -> [AccountID: [UserHandle]]

  /// Deletes an account, takes it off everybody's lists and raises their list versions. Answers with the notices to
  /// those whose lists it leaves; nil when there is none of that handle.
  func remove(_ handle: UserHandle) async throws -> (account: AccountID, notices: [Notice])?

  /// Changes the friendly name and answers with the notice to the account itself; nil when there is no such account.
  func rename(_ handle: UserHandle, to name: FriendlyName) async throws -> Notice?

  /// Replaces the account password's hash, and the old-client password: sealed anew, or removed when `sealOldPassword`
  /// is nil. Answers nil when there is no such account.
  func setPassword(
    _ handle: UserHandle, hash: String, sealOldPassword: (@Sendable (AccountID) throws -> [UInt8])?
  ) async throws -> AccountID?

  /// Puts each pair on each other's forward and allow lists, as far as they exist and are not there or blocked;
  /// answers with the notices, to both of each pair, and with handles that name no account.
  func makeMutual(_ pairs: [(UserHandle, UserHandle)]) async throws -> (notices: [Notice], unknown: Set<UserHandle>)
}
