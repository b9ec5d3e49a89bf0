import MSNP
import Roster

/// An invitation to make an account. Its code is known to whoever was given it; the store has the SHA-256 alone.
public struct Invitation: Hashable, Sendable {
  public var digest: [UInt8]
  /// Seconds since 1970.
  public var created: Int64
  /// Seconds since 1970; from then on it is void.
  public var expires: Int64
  /// How many accounts can still be made with it.
  public var uses: Int
  /// Whether the account made with it administers the service.
  public var makesAdministrator: Bool
  /// For whom or what it is, in the words of who made it.
  public var note: String

  public init(
    digest: [UInt8], created: Int64, expires: Int64, uses: Int = 1, makesAdministrator: Bool = false, note: String = ""
  ) {
    self.digest = digest
    self.created = created
    self.expires = expires
    self.uses = uses
    self.makesAdministrator = makesAdministrator
    self.note = note
  }
}

/// How somebody fared who wanted an account.
public enum JoinOutcome: Hashable, Sendable {
  case made(AccountID)
  /// The invitation is unknown, expired or used up.
  case invitationRefused
  /// There is an account of that handle. The invitation is as good as before.
  case handleTaken
}

/// Invitations. Throws ``StoreFailure`` when the store cannot answer.
public protocol InvitationStore: Sendable {
  /// Adds an invitation.
  func invite(_ invitation: Invitation) async throws

  /// Those that are still good, the newest first.
  func invitations(now: Int64) async throws -> [Invitation]

  /// Takes back the invitation whose digest begins with these bytes, and answers with it; nil when there is none, or
  /// there are several.
  func revokeInvitation(_ prefix: [UInt8]) async throws -> Invitation?

  /// Makes an account in one transaction with the use of an invitation; without one, it needs none. The account
  /// administers the service if it is made so, or the invitation makes it so.
  ///
  /// - Parameters:
  ///   - digest: the invitation's; nil where everybody may join.
  ///   - now: seconds since 1970.
  func join(_ account: NewAccount, invitation digest: [UInt8]?, now: Int64) async throws -> JoinOutcome
}
