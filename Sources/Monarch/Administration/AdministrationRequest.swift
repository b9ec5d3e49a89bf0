import Cluster
import MSNP
import Roster

/// What a command asks of the server that runs on a data folder: one JSON object on one line.
///
///     >>> {"rename":{"handle":"alice@example.com","name":"Alice"}}
///     <<< {"done":{"found":true}}
enum AdministrationRequest: Hashable, Sendable, Codable {
  /// The longest request in bytes; a longer one ends the connection.
  static let maximumLength = 8 << 20

  case add(accounts: [AccountOrder])
  case list(after: AccountID?, limit: Int)
  case show(handle: UserHandle)
  case rename(handle: UserHandle, name: String)
  case setPassword(handle: UserHandle, password: PasswordOrder)
  case setAdministrator(handle: UserHandle, isOne: Bool)
  case setBanned(handle: UserHandle, isBanned: Bool)
  case remove(handle: UserHandle)
  case makeContacts(pairs: [HandlePair])
  case block(pairs: [HandlePair])
  case export(after: AccountID?, limit: Int, secrets: Bool)
  case invite(invitation: InvitationSummary)
  case invitations
  case revokeInvitation(prefix: String)
  case history(handle: UserHandle, since: Int64, after: HistoryLine?, limit: Int)
  /// Who is signed in, the latest first.
  case sessions(limit: Int)
  case session(handle: UserHandle)
  /// Let the server act as if a cluster's bus had brought this event.
  case tell(event: String)
}

/// The answer to a request, likewise one JSON object on one line.
enum AdministrationReply: Hashable, Sendable, Codable {
  case added(handles: [UserHandle])
  case accounts(summaries: [AccountSummary])
  case portrait(portrait: AccountPortrait?)
  /// `found` is false when there is no such account.
  case done(found: Bool)
  case contacts(made: ContactsMade)
  case exported(page: ExportPage)
  case invitations(invitations: [InvitationSummary])
  case messages(messages: [HistoryLine]?)
  case sessions(lines: [SessionLine])
  case failed(reason: String)
}

extension AdministrationRequest {
  /// The longest page in accounts: a page of people with full lists stays within some megabytes.
  private static let longestPage = 500

  /// The most lines about sessions.
  private static let mostSessions = 10_000

  func perform(
    on administration: some Administration, service: RunningService = RunningService()
  ) async -> AdministrationReply {
    do {
      if let reply = try answer(from: service) { return reply }
      return try await answer(from: administration)
    } catch {
      return .failed(reason: String(describing: error))
    }
  }

  /// Nil when it is not the running service that is asked.
  private func answer(from service: RunningService) throws -> AdministrationReply? {
    switch self {
    case .sessions(let limit):
      return .sessions(lines: service.sessions(min(max(limit, 1), AdministrationRequest.mostSessions)))
    case .session(let handle): return .sessions(lines: service.session(handle).map { [$0] } ?? [])
    case .tell(let text):
      guard let event = ClusterEvent(text) else {
        throw AdministrationFailure("the running server does not know this event: restart it")
      }
      service.tell(event)
      return .done(found: true)
    default: return nil
    }
  }

  private func answer(from administration: some Administration) async throws -> AdministrationReply {
    func page(_ limit: Int) -> Int { min(max(limit, 1), AdministrationRequest.longestPage) }
    switch self {
    case .add(let accounts): return .added(handles: try await administration.add(accounts))
    case .list(let after, let limit):
      return .accounts(summaries: try await administration.list(after: after, limit: page(limit)))
    case .show(let handle): return .portrait(portrait: try await administration.show(handle))
    case .rename(let handle, let name):
      return .done(found: try await administration.rename(handle, to: .checked(name)))
    case .setPassword(let handle, let password):
      return .done(found: try await administration.setPassword(handle, password))
    case .setAdministrator(let handle, let isOne):
      return .done(found: try await administration.setAdministrator(handle, isOne))
    case .setBanned(let handle, let isBanned):
      return .done(found: try await administration.setBanned(handle, isBanned))
    case .remove(let handle): return .done(found: try await administration.remove(handle))
    case .makeContacts(let pairs): return .contacts(made: try await administration.makeContacts(pairs))
    case .block(let pairs):
      try await administration.block(pairs)
      return .done(found: true)
    case .export(let after, let limit, let secrets):
      return .exported(page: try await administration.export(after: after, limit: page(limit), secrets: secrets))
    case .invite(let invitation):
      try await administration.invite(invitation)
      return .done(found: true)
    case .invitations: return .invitations(invitations: try await administration.invitations())
    case .revokeInvitation(let prefix):
      return .invitations(invitations: try await administration.revokeInvitation(prefix).map { [$0] } ?? [])
    case .history(let handle, let since, let after, let limit):
      return .messages(
        messages: try await administration.history(of: handle, since: since, after: after, limit: page(limit)))
    case .sessions, .session, .tell: throw AdministrationFailure("no server runs that could be asked")
    }
  }
}
