import MSNP
import Roster

/// What an operator does to accounts, whether the store is open in this process or in a server that runs.
///
/// Passwords come here hashed already: hashing takes 30 ms of a core and belongs to the program that asks.
protocol Administration: Sendable {
  /// Makes accounts in one transaction and answers with the handles of those made; existing ones are left as they are.
  func add(_ accounts: [AccountOrder]) async throws -> [UserHandle]

  /// Accounts in ascending order of number, beginning after `after`; at most `limit`.
  func list(after: AccountID?, limit: Int) async throws -> [AccountSummary]

  /// One account with its contacts; nil when there is none of that handle.
  func show(_ handle: UserHandle) async throws -> AccountPortrait?

  /// Changes the friendly name, which watchers see at once; false when there is no such account.
  func rename(_ handle: UserHandle, to name: FriendlyName) async throws -> Bool

  /// Replaces the account password, and the old-client password with it; false when there is no such account.
  func setPassword(_ handle: UserHandle, _ password: PasswordOrder) async throws -> Bool

  /// Makes the user an administrator of the service, or no longer one; false when there is no such account.
  func setAdministrator(_ handle: UserHandle, _ isOne: Bool) async throws -> Bool

  /// Bans a user and ends the sessions and conversations, or lets the user in again; false when there is no such
  /// account.
  func setBanned(_ handle: UserHandle, _ isBanned: Bool) async throws -> Bool

  /// Deletes the account and ends its session; false when there is no such account.
  func remove(_ handle: UserHandle) async throws -> Bool

  /// Puts each pair on each other's forward and allow lists, as far as neither blocks the other.
  func makeContacts(_ pairs: [HandlePair]) async throws -> ContactsMade

  /// Puts the second of each pair on the block list of the first; pairs of unknown handles are passed over.
  func block(_ pairs: [HandlePair]) async throws

  /// Accounts as lines of an exchange file, paged as in ``list(after:limit:)``; passwords only with `secrets`.
  func export(after: AccountID?, limit: Int, secrets: Bool) async throws -> ExportPage

  /// Adds an invitation.
  func invite(_ invitation: InvitationSummary) async throws

  /// The invitations that are good now, the newest first.
  func invitations() async throws -> [InvitationSummary]

  /// Takes back the invitation whose digest begins with these hexadecimal digits, an even number of them; nil when
  /// there is none, or there are several.
  func revokeInvitation(_ prefix: String) async throws -> InvitationSummary?

  /// A user's history from `since` (milliseconds since 1970) on, in the order of time; at most `limit` messages,
  /// beginning after `after`. Nil when there is no such account.
  func history(
    of handle: UserHandle, since: Int64, after: HistoryLine?, limit: Int
  ) async throws -> [HistoryLine]?
}

/// An account to be made.
struct AccountOrder: Hashable, Sendable, Codable {
  var handle: UserHandle
  /// The friendly name, decoded; nil for the handle.
  var name: String?
  var password: PasswordOrder
  var isAdministrator = false
  var isBanned = false
  var profile = MemberProfile()
}

/// A password to be set.
struct PasswordOrder: Hashable, Sendable, Codable {
  /// As `PasswordHash` writes it.
  var hash: String
  /// The password of MD5 sign-in in clear text; nil turns MD5 sign-in off.
  var oldPassword: String?
}

/// An account on one line of a list.
struct AccountSummary: Hashable, Sendable, Codable {
  var account: AccountID
  var handle: UserHandle
  var name: String
  /// Whether there is an old-client password, without which MSN Messenger 1.0-4.7 cannot sign in.
  var admitsOldClients: Bool
  var listVersion: UInt32
  /// Seconds since 1970.
  var created: Int64
}

/// An account as `monarch user show` prints it.
struct AccountPortrait: Hashable, Sendable, Codable {
  struct Contact: Hashable, Sendable, Codable {
    var handle: UserHandle
    /// The lists it is on by their letters on the wire, in the order FL AL BL RL.
    var lists: [String]
  }

  var summary: AccountSummary
  var isAdministrator = false
  var isBanned = false
  var keepsHistory = false
  /// In ascending order of handle.
  var contacts: [Contact]
}

struct HandlePair: Hashable, Sendable, Codable {
  var first: UserHandle
  var second: UserHandle
}

struct ContactsMade: Hashable, Sendable, Codable {
  /// New entries on contact lists: two for a pair that did not know each other.
  var count: Int
  /// Handles that name no account.
  var unknown: [UserHandle]
}

struct ExportPage: Hashable, Sendable, Codable {
  var users: [ExchangedUser]
  /// What to continue after; nil at the end.
  var next: AccountID?
}

/// Why an operator's command could not be carried out, with its cure.
struct AdministrationFailure: Error, Hashable, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
