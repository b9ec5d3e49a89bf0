import Credentials
import Logging
import MSNP
import NIOCore
import NIOPosix
import Roster
import Store
import Synchronization

/// Checks who wants to sign in, off the event loops: guesses are counted before anything is computed, and unknown
/// accounts cost the same work as known ones.
final class SignInDoor: Sendable {
  private let store: any CredentialStore
  private let oldClients: OldClientSignIn
  private let pool: NIOThreadPool
  private let guesses = Mutex(GuessLedger())
  private let logger: Logger

  init(store: any CredentialStore, oldClients: OldClientSignIn, pool: NIOThreadPool, logger: Logger) {
    self.store = store
    self.oldClients = oldClients
    self.pool = pool
    self.logger = logger
  }

  /// Answers `.verified`, `.guessedTooOften` or `.storeUnavailable`, on any thread. `address` is nil for who is exempt.
  func verify(
    _ handle: UserHandle, _ proof: SignInProof, from address: String?,
    answer: @escaping @Sendable (NotificationAnswer) -> Void
  ) {
    let admission = guesses.withLock { $0.admission(account: handle.text, address: address, now: .now()) }
    guard case .allowed = admission else {
      logger.notice(
        "sign-in refused: too many failures", metadata: ["person": "\(handle)", "from": "\(address ?? "")"])
      return answer(.guessedTooOften)
    }
    store.credentials(of: handle) { [self] result in
      switch result {
      case .failure(let failure):
        logger.error("the store is not available", metadata: ["cause": "\(failure)"])
        answer(.storeUnavailable)
      case .success(let credentials):
        pool.submit { [self] state in
          guard case .active = state else { return answer(.storeUnavailable) }
          answer(.verified(judge(handle, proof, credentials, address)))
        }
      }
    }
  }

  private func judge(
    _ handle: UserHandle, _ proof: SignInProof, _ credentials: StoredCredentials?, _ address: String?
  ) -> AccountID? {
    let isRight = oldClients.verify(
      sealed: credentials?.sealedOldPassword, account: credentials?.account.rawValue, proof: proof)
    guard isRight, let account = credentials?.account else {
      guesses.withLock { $0.failed(account: handle.text, address: address, now: .now()) }
      logger.notice("sign-in failed", metadata: ["person": "\(handle)", "from": "\(address ?? "")"])
      return nil
    }
    guesses.withLock { $0.succeeded(account: handle.text, address: address, now: .now()) }
    logger.info("signed in", metadata: ["person": "\(handle)"])
    return account
  }
}
