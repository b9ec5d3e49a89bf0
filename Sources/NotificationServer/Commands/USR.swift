import Credentials
import MSNP
import NIOCore
import Roster
import ServerKit
import SignIn

/// What a client was asked to prove itself with.
enum SignInChallenge: Hashable, Sendable {
  case digest(UserHandle, DigestChallenge)
  case clearText(UserHandle)
}

/// Signs in: by MD5 of a fresh challenge and the old-client password, or by that password in clear (MSNP2).
///
///     >>> USR 5 MD5 I alice@example.com
///     <<< USR 5 MD5 S 1234567890.123456789
///     >>> USR 6 MD5 S f59af8f2fa91d38aff7c870c17f99903
///     <<< USR 6 OK alice@example.com Alice
///     <<< MSG Hotmail Hotmail 95
///
///     >>> USR 2 CTP I alice@example.com password            in one step, or without the password and then
///     <<< USR 2 CTP S
///     >>> USR 3 CTP S password
///     <<< USR 3 OK alice@example.com Alice
///
///     >>> USR 5 MD5 I alice@example.com                   while the server drains
///     <<< XFR 5 NS 192.0.2.11:1863 0 192.0.2.10:1863       and the connection closes
///
/// 911 and close for whatever is wrong with it, known account or not; 207 after signing in; 600 and close when too many
/// sign-ins wait; 601 and close while the store is away.
enum USR: NotificationCommand {
  static let verb = Verb.USR
  static let moment = CommandTable.Moment.anytime
  static let arguments = 3

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    switch session.phase {
    case .signedIn: throw .error(.alreadySignedIn)
    case .negotiated, .challenged: break
    case .expectsVersion, .versionQuery, .signingIn, .ended: throw .violation("sent USR before VER, or too late")
    }
    let isClearText = line.isWord(1, "CTP")
    guard
      line.isWord(1, "MD5") && session.dialect.has(.digestSignIn)
        || isClearText && session.dialect.has(.clearTextSignIn)
    else { throw .violation("asked for a sign-in that \(session.dialect.name) does not have") }
    if line.isWord(2, "I") {
      try begin(&session, line, isClearText, &turn)
    } else if line.isWord(2, "S") {
      try prove(&session, line, isClearText, &turn)
    } else {
      throw .violation("sent USR with neither I nor S")
    }
  }

  private static func begin(
    _ session: inout NotificationSession, _ line: Line, _ isClearText: Bool, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard case .negotiated = session.phase else { throw .violation("began to sign in twice") }
    guard let handle = line.bytes(3).flatMap(UserHandle.init(bytes:)) else { throw .closing(.authenticationFailed) }
    session.person = handle
    switch session.settings.signInPlace() {
    case .here: break
    case .nowhere: throw .closing(.serverUnavailable)
    case .elsewhere(let address):
      turn.reply.xfr(line.transaction, notification: address, from: session.settings.address)
      return turn.end(.finished)
    }
    if isClearText, line.count > 4 {
      guard let password = line.text(4) else { throw .closing(.authenticationFailed) }
      return verify(&session, handle, .clearText(password), line.transaction, &turn)
    }
    if isClearText {
      session.phase = .challenged(.clearText(handle))
      return turn.reply.usrAsksForPassword(line.transaction)
    }
    var dice = session.settings.sources.dice
    let challenge = DigestChallenge(
      unixTime: session.settings.sources.unixTime(), issued: turn.now, random: &dice)
    session.phase = .challenged(.digest(handle, challenge))
    turn.reply.usr(line.transaction, digestChallenge: challenge.text)
  }

  private static func prove(
    _ session: inout NotificationSession, _ line: Line, _ isClearText: Bool, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard case .challenged(let challenge) = session.phase else {
      throw .violation("answered a challenge it was not given")
    }
    switch (challenge, isClearText) {
    case (.digest(let handle, let challenge), false):
      guard challenge.isFresh(at: turn.now), let response = line.text(3) else {
        throw .closing(.authenticationFailed)
      }
      verify(&session, handle, .digest(challenge: challenge.text, response: response), line.transaction, &turn)
    case (.clearText(let handle), true):
      guard let password = line.text(3) else { throw .closing(.authenticationFailed) }
      verify(&session, handle, .clearText(password), line.transaction, &turn)
    default: throw .violation("answered a challenge of another package")
    }
  }

  private static func verify(
    _ session: inout NotificationSession, _ handle: UserHandle, _ proof: SignInProof, _ transaction: TransactionID,
    _ turn: inout Turn<NotificationEffect>
  ) {
    session.phase = .signingIn
    session.ask(.verify(handle, proof), &turn) { session, answer, turn in
      switch answer {
      case .verdict(.judged(let account?)): enter(&session, account, handle, transaction, &turn)
      case .verdict(.busy): session.refuse(.closing(.serverBusy), transaction, &turn)
      case .verdict(.storeUnavailable), .storeUnavailable:
        session.refuse(.closing(.serverUnavailable), transaction, &turn)
      default: session.refuse(.closing(.authenticationFailed), transaction, &turn)
      }
    }
  }

  private static func enter(
    _ session: inout NotificationSession, _ account: AccountID, _ handle: UserHandle, _ transaction: TransactionID,
    _ turn: inout Turn<NotificationEffect>
  ) {
    session.me = SignedIn(
      account: account, handle: handle, name: FriendlyName(handle), budgets: CommandBudgets(now: turn.now))
    session.ask(.enter(account, handle), &turn) { session, answer, turn in
      guard case .entered(let roster) = answer else {
        let code: ErrorCode = if case .noAccount = answer { .authenticationFailed } else { .serverUnavailable }
        return session.refuse(.closing(code), transaction, &turn)
      }
      session.me?.name = roster.name
      session.me?.privacy = roster.privacy
      session.me?.watches = WatchList(roster.forward)
      let missed = session.me?.notices.open(at: roster.version) ?? []
      session.phase = .signedIn
      turn.timer = .off
      welcome(session, roster, account, transaction, &turn)
      session.take(missed, &turn)
      session.askForMissing(&turn)
    }
  }

  private static func welcome(
    _ session: NotificationSession, _ roster: SessionRoster, _ account: AccountID, _ transaction: TransactionID,
    _ turn: inout Turn<NotificationEffect>
  ) {
    turn.reply.usr(transaction, signedIn: roster.handle, name: roster.name)
    let sources = session.settings.sources
    let token = String(sources.random(), radix: 36) + String(sources.random(), radix: 36) + "$$"
    turn.reply.profile(
      Profile(
        signInTime: Int(sources.unixTime()), memberID: account.rawValue, handle: roster.handle, passportToken: token))
  }
}
