import Foundation
import MSNP
import Roster
import Store

// Invitations and histories.
extension LocalAdministration {
  func invite(_ invitation: InvitationSummary) async throws {
    guard let digest = Digits.bytes(of: invitation.digest), digest.count == 32 else {
      throw AdministrationFailure("'\(invitation.digest)' is not the digest of an invitation code")
    }
    try await store.invite(
      Invitation(
        digest: digest, created: invitation.created, expires: invitation.expires, uses: invitation.uses,
        makesAdministrator: invitation.makesAdministrator, note: invitation.note))
  }

  func invitations() async throws -> [InvitationSummary] {
    try await store.invitations(now: Int64(Date().timeIntervalSince1970)).map(InvitationSummary.init)
  }

  func revokeInvitation(_ prefix: String) async throws -> InvitationSummary? {
    guard let bytes = Digits.bytes(of: prefix) else { return nil }
    return try await store.revokeInvitation(bytes).map(InvitationSummary.init)
  }

  func history(
    of handle: UserHandle, since: Int64, after: HistoryLine?, limit: Int
  ) async throws -> [HistoryLine]? {
    guard let account = try await store.member(handle)?.account else { return nil }
    let place = try after.map { try $0.message() }
    return try await store.history(of: account, since: since, after: place, limit: limit).map(HistoryLine.init)
  }
}
