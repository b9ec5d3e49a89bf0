import MSNP
import Roster

/// An account as its owner sees it on the service's pages.
public struct MemberRecord: Hashable, Sendable {
  public var account: AccountID
  public var handle: UserHandle
  public var name: FriendlyName
  /// Whether there is an old-client password, with which MSN Messenger 1.0-4.7 sign in.
  public var admitsOldClients: Bool
  public var isAdministrator: Bool
  /// Who is banned can neither sign in nor do anything.
  public var isBanned: Bool
  public var keepsHistory: Bool
  public var profile: MemberProfile
  /// Seconds since 1970.
  public var created: Int64

  public init(
    account: AccountID, handle: UserHandle, name: FriendlyName, admitsOldClients: Bool = false,
    isAdministrator: Bool = false, isBanned: Bool = false, keepsHistory: Bool = false,
    profile: MemberProfile = MemberProfile(), created: Int64 = 0
  ) {
    self.account = account
    self.handle = handle
    self.name = name
    self.admitsOldClients = admitsOldClients
    self.isAdministrator = isAdministrator
    self.isBanned = isBanned
    self.keepsHistory = keepsHistory
    self.profile = profile
    self.created = created
  }
}

/// The picture on a profile page.
public struct MemberPicture: Hashable, Sendable {
  /// `image/png`, `image/jpeg` or `image/gif`, as its bytes say.
  public var type: String
  public var bytes: [UInt8]

  public init(type: String, bytes: [UInt8]) {
    self.type = type
    self.bytes = bytes
  }
}

/// Accounts as their owners change them, and what the service's administrators do. Throws ``StoreFailure`` when the
/// store cannot answer. Changes answer with false when there is no such account.
public protocol MemberStore: Sendable {
  func member(_ account: AccountID) async throws -> MemberRecord?
  func member(_ handle: UserHandle) async throws -> MemberRecord?

  /// Members in ascending order of number, beginning after `after`; at most `limit`. With `search` only those whose
  /// handle or name holds it, whatever the case.
  func members(after: AccountID?, search: String?, limit: Int) async throws -> [MemberRecord]

  /// The account password's hash, for who has to prove it again.
  func passwordHash(of account: AccountID) async throws -> String?

  /// Replaces the account password alone, and ends all sessions on pages but that one.
  func setPasswordHash(of account: AccountID, to hash: String, keeping session: [UInt8]?) async throws -> Bool

  /// Replaces the old-client password, or takes it away.
  func setOldPassword(of account: AccountID, sealed: [UInt8]?) async throws -> Bool

  func setProfile(of account: AccountID, to profile: MemberProfile) async throws -> Bool

  func picture(of account: AccountID) async throws -> MemberPicture?
  func setPicture(of account: AccountID, to picture: MemberPicture?) async throws -> Bool

  func setAdministrator(_ handle: UserHandle, _ isOne: Bool) async throws -> AccountID?

  /// Bans an account, which ends its sessions on pages, or lets it in again.
  func setBanned(_ handle: UserHandle, _ isBanned: Bool) async throws -> AccountID?

  /// Whether anybody administers the service.
  func hasAdministrator() async throws -> Bool

  /// How many accounts there are.
  func memberCount() async throws -> Int
}

/// Who is signed in on the service's pages. A session is known by the SHA-256 of the secret in its cookie.
public protocol PageSessionStore: Sendable {
  /// - Parameter now: seconds since 1970.
  func openPageSession(_ digest: [UInt8], of account: AccountID, now: Int64) async throws

  /// Whose session it is, and notes that it was used; nil for who is banned or gone, and when it was not used for
  /// `idle` seconds or is older than `age`.
  func visitor(_ digest: [UInt8], now: Int64, idle: Int64, age: Int64) async throws -> MemberRecord?

  func closePageSession(_ digest: [UInt8]) async throws

  /// Ends all sessions of an account but that one, and answers with how many.
  @discardableResult
  func closePageSessions(of account: AccountID, but digest: [UInt8]?) async throws -> Int

  /// Forgets sessions that nobody can use any more.
  func sweepPageSessions(now: Int64, idle: Int64, age: Int64) async throws
}
