import Dispatch
import MSNP
import Roster

/// Administration through the server that runs on a data folder, over its unix socket.
final class SocketAdministration: Administration {
  private let exchange: SocketExchange
  /// Where the calls block, off the threads that Swift's tasks share.
  private let queue = DispatchQueue(label: "monarch.administration")

  /// Connects; nil when no server listens there.
  init?(path: String) throws(AdministrationFailure) {
    guard let exchange = try SocketExchange(path: path) else { return nil }
    self.exchange = exchange
  }

  func add(_ accounts: [AccountOrder]) async throws -> [UserHandle] {
    guard case .added(let handles) = try await ask(.add(accounts: accounts)) else { throw unexpected }
    return handles
  }

  func list(after: AccountID?, limit: Int) async throws -> [AccountSummary] {
    guard case .accounts(let summaries) = try await ask(.list(after: after, limit: limit)) else { throw unexpected }
    return summaries
  }

  func show(_ handle: UserHandle) async throws -> AccountPortrait? {
    guard case .portrait(let portrait) = try await ask(.show(handle: handle)) else { throw unexpected }
    return portrait
  }

  func rename(_ handle: UserHandle, to name: FriendlyName) async throws -> Bool {
    try await isDone(.rename(handle: handle, name: name.text))
  }

  func setPassword(_ handle: UserHandle, _ password: PasswordOrder) async throws -> Bool {
    try await isDone(.setPassword(handle: handle, password: password))
  }

  func setAdministrator(_ handle: UserHandle, _ isOne: Bool) async throws -> Bool {
    try await isDone(.setAdministrator(handle: handle, isOne: isOne))
  }

  func setBanned(_ handle: UserHandle, _ isBanned: Bool) async throws -> Bool {
    try await isDone(.setBanned(handle: handle, isBanned: isBanned))
  }

  func remove(_ handle: UserHandle) async throws -> Bool { try await isDone(.remove(handle: handle)) }

  func makeContacts(_ pairs: [HandlePair]) async throws -> ContactsMade {
    guard case .contacts(let made) = try await ask(.makeContacts(pairs: pairs)) else { throw unexpected }
    return made
  }

  func block(_ pairs: [HandlePair]) async throws { _ = try await isDone(.block(pairs: pairs)) }

  func export(after: AccountID?, limit: Int, secrets: Bool) async throws -> ExportPage {
    let request = AdministrationRequest.export(after: after, limit: limit, secrets: secrets)
    guard case .exported(let page) = try await ask(request) else { throw unexpected }
    return page
  }

  func invite(_ invitation: InvitationSummary) async throws { _ = try await isDone(.invite(invitation: invitation)) }

  func invitations() async throws -> [InvitationSummary] { try await invitations(.invitations) }

  func revokeInvitation(_ prefix: String) async throws -> InvitationSummary? {
    try await invitations(.revokeInvitation(prefix: prefix)).first
  }

  func history(
    of handle: UserHandle, since: Int64, after: HistoryLine?, limit: Int
  ) async throws -> [HistoryLine]? {
    let request = AdministrationRequest.history(handle: handle, since: since, after: after, limit: limit)
    guard case .messages(let messages) = try await ask(request) else { throw unexpected }
    return messages
  }
}

extension SocketAdministration {
  private var unexpected: AdministrationFailure {
    AdministrationFailure("the running server gave an answer to another question: restart it")
  }

  private func invitations(_ request: AdministrationRequest) async throws -> [InvitationSummary] {
    guard case .invitations(let invitations) = try await ask(request) else { throw unexpected }
    return invitations
  }

  private func isDone(_ request: AdministrationRequest) async throws -> Bool {
    guard case .done(let found) = try await ask(request) else { throw unexpected }
    return found
  }

  private func ask(_ request: AdministrationRequest) async throws -> AdministrationReply {
    let reply = try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result { try self.exchange.ask(request) }) }
    }
    if case .failed(let reason) = reply { throw AdministrationFailure(reason) }
    return reply
  }
}
