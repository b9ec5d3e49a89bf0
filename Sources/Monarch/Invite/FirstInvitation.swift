import Credentials
import Foundation
import Store

/// How the first administrator gets in: an invitation that is made anew, and shown, as long as nobody administers the
/// service. Each replaces the one before.
enum FirstInvitation {
  /// By which it is known again.
  static let note = "the first administrator"

  private static let days: Int64 = 7

  /// Takes back what is left of earlier ones; answers with a new one, or nil when somebody administers the service.
  static func renew(
    in store: some InvitationStore & MemberStore, now: Int64 = Int64(Date().timeIntervalSince1970)
  ) async throws -> InvitationCode? {
    for invitation in try await store.invitations(now: now)
    where invitation.makesAdministrator && invitation.note == note {
      _ = try await store.revokeInvitation(invitation.digest)
    }
    guard try await !store.hasAdministrator() else { return nil }
    let code = InvitationCode.random()
    try await store.invite(
      Invitation(
        digest: code.digest, created: now, expires: now + days * 86_400, makesAdministrator: true, note: note))
    return code
  }

  /// What to do with it.
  ///
  /// - Parameter page: where the sign-up page is.
  static func text(_ code: InvitationCode, page: String) -> [String] {
    [
      "Nobody administers this service yet. Make an account that does, with this invitation (good for \(days) days, once):",
      "  page        \(page)", "  invitation  \(code.text)",
    ]
  }
}
