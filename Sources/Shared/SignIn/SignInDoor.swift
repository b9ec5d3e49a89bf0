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
///
/// Attempts on one account, and attempts from one address, are checked one after the other: otherwise two hundred
/// guesses that come at once would all be looked at before the first of them has counted as a failure.
public final class SignInDoor: Sendable {
  private let store: any CredentialStore
  private let oldClients: OldClientSignIn
  private let passwords: PasswordSignIn
  private let pool: NIOThreadPool
  private let state = Mutex(State())
  private let lastReport = Mutex<NIODeadline?>(nil)
  private let logger: Logger
  /// Lets other servers count too.
  private let tell: @Sendable (UserHandle, _ address: String?, _ failed: Bool) -> Void

  private struct State {
    var guesses = GuessLedger()
    var line = SignInLine<Attempt>(width: 64, length: 4096)
  }

  private struct Attempt: Sendable {
    let handle: UserHandle
    let proof: SignInProof
    /// Nil for who is exempt from the count of addresses.
    let address: String?
    let answer: @Sendable (SignInVerdict) -> Void

    var keys: [String] { [handle.text] + (address.map { ["from \($0)"] } ?? []) }
  }

  /// - Parameters:
  ///   - pool: threads for hashes and for the counts of guesses.
  ///   - tell: hears of each judgement, so that other servers can count it too.
  public init(
    store: any CredentialStore, oldClients: OldClientSignIn, passwords: PasswordSignIn = PasswordSignIn(),
    pool: NIOThreadPool, logger: Logger,
    tell: @escaping @Sendable (UserHandle, _ address: String?, _ failed: Bool) -> Void = { _, _, _ in }
  ) {
    self.tell = tell
    self.store = store
    self.oldClients = oldClients
    self.passwords = passwords
    self.pool = pool
    self.logger = logger
  }

  /// Judges a proof; `answer` is called once, on any thread.
  ///
  /// - Parameter address: nil for who is exempt from the count of addresses.
  public func verify(
    _ handle: UserHandle, _ proof: SignInProof, from address: String?,
    answer: @escaping @Sendable (SignInVerdict) -> Void
  ) {
    let attempt = Attempt(handle: handle, proof: proof, address: address, answer: answer)
    // Not on the caller's event loop: tidying up a full ledger takes a moment.
    pool.submit { [self] pool in
      guard case .active = pool else { return answer(.storeUnavailable) }
      switch state.withLock({ $0.line.join(attempt, keys: attempt.keys) }) {
      case .turn: check(attempt)
      case .wait: break
      case .full: answer(.busy)
      }
    }
  }

  /// A store that is away is a thousand failures for one reason: every ten seconds one line says so.
  public func report(_ failure: StoreFailure) {
    let now = NIODeadline.now()
    let isNews = lastReport.withLock { last in
      guard last.map({ now - $0 > .seconds(10) }) ?? true else { return false }
      last = now
      return true
    }
    if isNews { logger.error("the store is not available", metadata: ["cause": "\(failure)"]) }
  }

  /// Counts what another server has judged; not on the caller's thread, for tidying up a full ledger takes a moment.
  public func heard(_ handle: UserHandle, from address: String?, failed: Bool) {
    pool.submit { [self] _ in
      state.withLock { state in
        if failed {
          state.guesses.failed(account: handle.text, address: address, now: .now())
        } else {
          state.guesses.succeeded(account: handle.text, address: address, now: .now())
        }
      }
    }
  }

  private func check(_ attempt: Attempt) {
    let admission = state.withLock {
      $0.guesses.admission(account: attempt.handle.text, address: attempt.address, now: .now())
    }
    guard case .allowed = admission else {
      report("sign-in refused: too many failures", attempt)
      return finish(attempt, .guessedTooOften)
    }
    store.credentials(of: attempt.handle) { [self] result in
      switch result {
      case .failure(let failure):
        report(failure)
        finish(attempt, .storeUnavailable)
      case .success(let credentials):
        pool.submit { [self] state in
          guard case .active = state else { return finish(attempt, .storeUnavailable) }
          finish(attempt, .judged(judge(attempt, credentials)))
        }
      }
    }
  }

  private func judge(_ attempt: Attempt, _ credentials: StoredCredentials?) -> AccountID? {
    let isRight =
      switch attempt.proof {
      case .digest, .clearText:
        oldClients.verify(
          sealed: credentials?.sealedOldPassword, account: credentials?.account.rawValue, proof: attempt.proof)
      case .password(let password): passwords.verify(password, hash: credentials?.passwordHash)
      }
    guard isRight, let account = credentials?.account else {
      state.withLock { $0.guesses.failed(account: attempt.handle.text, address: attempt.address, now: .now()) }
      tell(attempt.handle, attempt.address, true)
      report("sign-in failed", attempt)
      return nil
    }
    state.withLock { $0.guesses.succeeded(account: attempt.handle.text, address: attempt.address, now: .now()) }
    tell(attempt.handle, attempt.address, false)
    report("signed in", attempt, level: .info)
    return account
  }

  private func finish(_ attempt: Attempt, _ answer: SignInVerdict) {
    let next = state.withLock { $0.line.leave(keys: attempt.keys) }
    attempt.answer(answer)
    for attempt in next { check(attempt) }
  }

  private func report(_ text: Logger.Message, _ attempt: Attempt, level: Logger.Level = .notice) {
    logger.log(
      level: level, text, metadata: ["person": "\(attempt.handle)", "from": "\(attempt.address ?? "loopback")"])
  }
}
