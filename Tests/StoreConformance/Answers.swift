import MSNP
import Roster
import Store

// The callbacks of the protocols as `await`, for tests that do not look at the order of answers.

extension RosterStore {
  func sessionRoster(of account: AccountID) async throws -> SessionRoster? {
    try await withCheckedThrowingContinuation { continuation in
      sessionRoster(of: account) { continuation.resume(with: $0) }
    }
  }

  func snapshot(of account: AccountID) async throws -> RosterSnapshot? {
    try await withCheckedThrowingContinuation { continuation in
      snapshot(of: account) { continuation.resume(with: $0) }
    }
  }

  func change(_ change: RosterChange, by account: AccountID, limits: ListLimits) async throws -> ChangeOutcome {
    try await withCheckedThrowingContinuation { continuation in
      self.change(change, by: account, limits: limits) { continuation.resume(with: $0) }
    }
  }
}

extension CredentialStore {
  func credentials(of handle: UserHandle) async throws -> StoredCredentials? {
    try await withCheckedThrowingContinuation { continuation in
      credentials(of: handle) { continuation.resume(with: $0) }
    }
  }
}

extension HistorySink {
  func keepers(among accounts: [AccountID]) async throws -> Set<AccountID> {
    try await withCheckedThrowingContinuation { continuation in
      keepers(among: accounts) { continuation.resume(with: $0) }
    }
  }

  func keep(_ messages: [RelayedMessage]) async throws {
    try await withCheckedThrowingContinuation { continuation in
      keep(messages) { continuation.resume(with: $0) }
    }
  }
}
