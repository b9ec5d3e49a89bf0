import Credentials
import Logging
import MSNP
import NIOCore
import NIOPosix
import Roster
import Store
import Synchronization

/// Checks who wants to sign in: guesses are counted before anything is computed, and unknown accounts cost the same work
/// as known ones. What takes longer than the way to another thread goes there: account passwords, a line in which people
/// wait, a count of guesses that has to be tidied up.
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

    /// Whether all that is done under the lock now takes a moment only, whoever does it.
    var isQuiet: Bool { line.isShort && !guesses.isFull }

    mutating func begin(_ attempt: Attempt) -> Beginning {
      switch line.join(attempt, keys: attempt.keys) {
      case .turn: mayTry(attempt) ? .check : .refusal
      case .wait: .wait
      case .full: .full
      }
    }

    func mayTry(_ attempt: Attempt) -> Bool {
      guesses.admission(account: attempt.handle.text, address: attempt.address, now: .now()) == .allowed
    }
  }

  /// What becomes of somebody who has come.
  private enum Beginning { case check, refusal, wait, full }

  private struct Attempt: Sendable {
    let handle: UserHandle
    let proof: SignInProof
    /// Nil for who is exempt from the count of addresses.
    let address: String?
    let answer: @Sendable (SignInVerdict) -> Void
    /// By what it is told who waits for whom.
    let keys: [String]

    init(
      _ handle: UserHandle, _ proof: SignInProof, _ address: String?,
      _ answer: @escaping @Sendable (SignInVerdict) -> Void
    ) {
      self.handle = handle
      self.proof = proof
      self.address = address
      self.answer = answer
      keys = [handle.text] + (address.map { ["from \($0)"] } ?? [])
    }

    /// Whether judging it takes long enough to hold up whoever else is served by the thread.
    var isDear: Bool { if case .password = proof { true } else { false } }
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
    let attempt = Attempt(handle, proof, address, answer)
    // The caller is an event loop: it waits neither for the lock nor for what takes more than a moment.
    switch state.withLockIfAvailable({ $0.isQuiet ? $0.begin(attempt) : nil }) ?? nil {
    case .check: ask(attempt)
    case .wait: break
    case .full: answer(.busy)
    case .refusal: pool.submit { [self] _ in refuse(attempt) }
    case nil:
      pool.submit { [self] pool in
        guard case .active = pool else { return answer(.storeUnavailable) }
        begin(attempt)
      }
    }
  }

  private func begin(_ attempt: Attempt) {
    switch state.withLock({ $0.begin(attempt) }) {
    case .check: ask(attempt)
    case .refusal: refuse(attempt)
    case .wait: break
    case .full: attempt.answer(.busy)
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

  /// Counts what another server has judged; the caller's thread does not wait for tidying up a full ledger.
  public func heard(_ handle: UserHandle, from address: String?, failed: Bool) {
    let isCounted =
      state.withLockIfAvailable { state in
        guard !state.guesses.isFull else { return false }
        state.guesses.count(handle.text, from: address, failed: failed)
        return true
      } ?? false
    guard !isCounted else { return }
    pool.submit { [self] _ in state.withLock { $0.guesses.count(handle.text, from: address, failed: failed) } }
  }

  /// Somebody's turn has come who had to wait.
  private func check(_ attempt: Attempt) {
    if state.withLock({ $0.mayTry(attempt) }) { ask(attempt) } else { refuse(attempt) }
  }

  private func refuse(_ attempt: Attempt) {
    report("sign-in refused: too many failures", attempt)
    finish(attempt, .guessedTooOften)
  }

  private func ask(_ attempt: Attempt) {
    store.credentials(of: attempt.handle) { [self] result in
      switch result {
      case .failure(let failure):
        report(failure)
        finish(attempt, .storeUnavailable)
      case .success(let credentials):
        let judge: @Sendable () -> Void = { [self] in finish(attempt, .judged(self.judge(attempt, credentials))) }
        // On the store's thread what takes a few microseconds.
        if !attempt.isDear, state.withLockIfAvailable({ $0.isQuiet }) ?? false { return judge() }
        pool.submit { [self] state in
          guard case .active = state else { return finish(attempt, .storeUnavailable) }
          judge()
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
      state.withLock { $0.guesses.count(attempt.handle.text, from: attempt.address, failed: true) }
      tell(attempt.handle, attempt.address, true)
      report("sign-in failed", attempt)
      return nil
    }
    state.withLock { $0.guesses.count(attempt.handle.text, from: attempt.address, failed: false) }
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

extension GuessLedger {
  fileprivate mutating func count(_ account: String, from address: String?, failed: Bool) {
    if failed {
      self.failed(account: account, address: address, now: .now())
    } else {
      succeeded(account: account, address: address, now: .now())
    }
  }
}
